"""Withdraw a service: nobody can apply for it any more. What was begun goes on."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import NotFound, Refusal

from ..events import ServiceWithdrawn
from ..models import Offering
from ._stamping import stamp_catalogue


class AlreadyWithdrawn(Refusal):
    """It cannot be applied for already."""

    message = _("This service is already withdrawn.")


@transaction.atomic
def withdraw_service(name: str, *, by: Person | None, at: datetime) -> Offering:
    """Take a service out of the offer. Its page stays and says so; publishing it again brings it back."""
    offering = Offering.objects.select_for_update().filter(service=name).select_related("version").first()
    if offering is None:
        raise NotFound
    if offering.withdrawn_at is not None:
        raise AlreadyWithdrawn
    offering.withdrawn_at = at
    offering.save(update_fields=["withdrawn_at"])
    stamp_catalogue()
    record(ServiceWithdrawn(name, offering.version.number), by=by, at=at)
    return offering
