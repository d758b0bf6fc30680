"""Background work of applications."""

from __future__ import annotations

from django.utils import timezone

from civium.foundation.jobs.actions.schedule import daily

from .actions.claim_power import check_claims
from .actions.help_at_counter import end_help
from .actions.remind_of_expiry import REMIND_BEFORE, remind_of_expiry
from .models import OPEN, Application


@daily(at="02:50")
def end_help_of_the_day() -> None:
    """Nobody at the counter keeps an application open overnight."""
    for application in Application.objects.exclude(helper=None).iterator(chunk_size=200):
        end_help(application, by=None, at=timezone.now())


@daily(at="04:20")
def ask_registers_again() -> None:
    """Whoever acts for a child or a company because a register said so does it only while the register says so."""
    check_claims(at=timezone.now())


@daily(at="09:10")
def remind_of_expiring_applications() -> None:
    """Tell whoever began something that it is deleted in a week."""
    now = timezone.now()
    soon = Application.objects.filter(
        state__in=OPEN, draft__expires_at__gt=now, draft__expires_at__lt=now + REMIND_BEFORE
    )
    long_enough = soon.filter(draft__updated_at__lt=now - REMIND_BEFORE)
    for application in long_enough.select_related("draft", "applicant").iterator(chunk_size=200):
        remind_of_expiry(application, at=now)
