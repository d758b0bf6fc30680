"""Background work of applications."""

from __future__ import annotations

from contextlib import suppress

from django.utils import timezone

from civium.foundation.jobs.actions.schedule import daily

from .actions._changing import NotOpenAnyMore
from .actions.drop_application import drop_application
from .models import Application, State


@daily(at="03:20")
def drop_expired_applications() -> None:
    """Delete applications that nobody finished in time. One that waits for a payment is left alone: money may be on its way."""
    now = timezone.now()
    expired = Application.objects.filter(state=State.DRAFT, draft__expires_at__lt=now).select_related("draft")
    for application in expired.iterator(chunk_size=200):
        with suppress(NotOpenAnyMore):  # its applicant sent it in this very moment
            drop_application(application, by=None, at=now, expired=True)
