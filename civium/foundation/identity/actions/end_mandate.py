"""Ending a mandate: either side, at once; or time does."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from civium.foundation.identity.actions._mandates import close, held
from civium.foundation.identity.events import MandateEnded, MandateEndsSoon, MandateExpired
from civium.foundation.identity.models import Basis, Mandate, MandateState, Person, Representation
from civium.foundation.identity.queries import relations_to_mandate
from civium.foundation.identity.rules import may, states_that
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import NotFound, require
from civium.foundation.kit.town import the_town

TELL_BEFORE: Final = timedelta(days=14)
OPEN: Final = states_that("end", "mandate")


@transaction.atomic
def end_mandate(mandate: Mandate, *, by: Person | None, at: datetime) -> Mandate:
    """End it, or withdraw the invitation; nothing can be done under it from this moment. What is over stays as it is.

    ``by`` is the giver, the holder, somebody of the organisation that holds it, or nobody: a register no longer says so.
    """
    current = held(mandate.pk)
    if by is not None:
        stands = relations_to_mandate(current, by) if by.hands is None else set()
        require(may("see", "mandate", stands), NotFound)
        if not may("end", "mandate", stands, state=current.state):
            return current
    elif current.state not in OPEN:
        return current
    was = current.state
    changed = close(current, MandateState.ENDED)
    current.ended_at, current.ended_by = at, by
    current.save(update_fields=[*changed, "ended_at", "ended_by"])
    _end_representation(current)
    record(MandateEnded(current.id, current.giver_id, str(was)), by=by, at=at)
    return current


def _end_representation(mandate: Mandate) -> None:
    """Whoever is no longer its officer no longer answers in the organisation's name."""
    if mandate.basis == Basis.OFFICER:
        Representation.objects.filter(
            person=mandate.to_person_id, organisation__party__person=mandate.giver_id
        ).delete()


@transaction.atomic
def end_mandates_of(person: Person, *, by: Person | None, at: datetime) -> None:
    """End everything that the person gave or holds: their account goes."""
    for mandate in Mandate.objects.filter(Q(giver=person) | Q(to_person=person), state__in=OPEN):
        is_theirs = by is not None and relations_to_mandate(mandate, by)
        end_mandate(mandate, by=by if is_theirs else None, at=at)


def expire_mandates(*, at: datetime) -> None:
    """Write down what is over: mandates whose last day has passed, and invitations that nobody answered."""
    over = Q(state=MandateState.ACTIVE, until__lt=the_town().today(at)) | Q(
        state=MandateState.INVITED, answer_until__lte=at
    )
    for mandate in Mandate.objects.filter(over).iterator(chunk_size=200):
        _expire(mandate, at=at)


@transaction.atomic
def _expire(mandate: Mandate, *, at: datetime) -> None:
    current = held(mandate.pk)
    if current.state not in OPEN:
        return
    was = current.state
    current.ended_at = at
    current.save(update_fields=[*close(current, MandateState.EXPIRED), "ended_at"])
    _end_representation(current)
    record(MandateExpired(current.id, current.giver_id, str(was)), by=None, at=at)


def tell_of_ends(*, at: datetime) -> None:
    """Have both sides told, once, of mandates whose last day is near."""
    today = the_town().today(at)
    soon = Mandate.objects.filter(
        state=MandateState.ACTIVE,
        reminded_at=None,
        until__gte=today,
        until__lte=today + TELL_BEFORE,
        answered_at__lt=at - TELL_BEFORE,  # whoever gave it for a week knows that it is short
    )
    for mandate in soon.iterator(chunk_size=200):
        _note_end(mandate, at=at)


@transaction.atomic
def _note_end(mandate: Mandate, *, at: datetime) -> None:
    if Mandate.objects.filter(pk=mandate.pk, reminded_at=None).update(reminded_at=at):
        record(MandateEndsSoon(mandate.id, mandate.giver_id), by=None, at=at)
