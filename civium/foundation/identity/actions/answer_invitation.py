"""Answering an invitation to act for somebody."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.actions._mandates import InvitationOver, close, held
from civium.foundation.identity.events import MandateAccepted, MandateDeclined
from civium.foundation.identity.models import Mandate, MandateState, Person
from civium.foundation.identity.queries import find_invitation, find_organisations_of
from civium.foundation.identity.rules import is_usable_until
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import NotFound, Refusal, require
from civium.foundation.kit.town import the_town

__all__ = ["InvitationOver", "OrganisationMissing", "accept_mandate", "decline_mandate"]


class OrganisationMissing(Refusal):
    """The invitation is for an organisation, and none was chosen."""

    message = _("Choose the organisation that accepts.")
    status = 422


@transaction.atomic
def accept_mandate(code: str, *, by: Person, at: datetime, organisation: UUID | None = None) -> Mandate:
    """Say yes: from now on the person, or the organisation that they act for, may do what the mandate says.

    Only whoever has the code and the address it was sent to. The code opens nothing afterwards.
    """
    mandate = _held(code, by=by, at=at)
    if not is_usable_until(mandate.until, today=the_town().today(at)):
        raise InvitationOver
    chosen = None
    if mandate.wants_organisation:
        if organisation is None:
            raise OrganisationMissing
        chosen = next((each for each in find_organisations_of(by) if each.pk == organisation), None)
        if chosen is None:
            raise NotFound
    changed = close(mandate, MandateState.ACTIVE)
    mandate.answered_at = at
    mandate.to_organisation, mandate.to_person = (chosen, None) if chosen else (None, by)
    mandate.save(update_fields=[*changed, "answered_at", "to_organisation", "to_person"])
    record(MandateAccepted(mandate.id, mandate.giver_id), by=by, at=at)
    return mandate


@transaction.atomic
def decline_mandate(code: str, *, by: Person, at: datetime) -> Mandate:
    """Say no. The giver is told that it was declined."""
    mandate = _held(code, by=by, at=at)
    changed = close(mandate, MandateState.DECLINED)
    mandate.answered_at, mandate.to_person = at, by
    mandate.save(update_fields=[*changed, "answered_at", "to_person"])
    record(MandateDeclined(mandate.id, mandate.giver_id), by=by, at=at)
    return mandate


def _held(code: str, *, by: Person, at: datetime) -> Mandate:
    found = find_invitation(code, for_=by, at=at)
    if found is None:
        raise InvitationOver
    mandate = held(found.pk)
    require(mandate.is_open(at), InvitationOver)
    return mandate
