"""Hand many cases at once to somebody else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, override

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import NotFound, Refusal, require
from civium.foundation.privacy.queries import find_restrictions

from ..events import CaseHandedOver
from ..models import Case, Note
from ..rules import may_work_on, supervised_by
from ._changing import SomeoneWasFirst, change_case
from ._notes import put_note

# What one press of a button does; whoever has more presses again.
MOST_AT_ONCE = 100


class NobodyToTake(Refusal):
    """The colleague works on none of these cases, or has them already."""

    message = _("Choose a colleague of the same agency who can work on these cases.")
    status = 422


@transaction.atomic
def hand_cases(cases: Sequence[Case], *, to: Person | None, by: Person, at: datetime) -> int:
    """Give the cases to a colleague, or (``to`` is None) back to the team, as their supervisor; says how many were given.

    A case that changed meanwhile, is decided, lies still, or is the colleague's own application stays where it is. The colleague is
    told once for all of them, with the first. Refuses (LiesStill) when all of them lie still.
    """
    asked = cases[:MOST_AT_ONCE]
    for case in asked:
        require(bool(supervised_by(by, [case.agency_id])), NotFound)
    given = [case for case in _usable(asked) if _is_given(case, to=to, by=by)]
    require(bool(given) or not cases, NobodyToTake)
    note = _tell(given, to=to, by=by, at=at)
    for case in given:
        told = note.id if note and note.case_id == case.id else None
        record(CaseHandedOver(case.id, to.pk if to else None, told), by=by, at=at)
    return len(given)


def _usable(cases: Sequence[Case]) -> list[Case]:
    still = {each.owner for each in find_restrictions([case.subject for case in cases])}
    usable = [case for case in cases if case.subject not in still]
    if cases and not usable:
        cases[0].require_usable()
    return usable


def _is_given(case: Case, *, to: Person | None, by: Person) -> bool:
    if case.is_decided or case.assigned_to_id == (to.pk if to else None) or not may_work_on(by, case):
        return False
    if to is not None and not may_work_on(to, case):
        return False
    try:
        change_case(case, revision=case.revision, by=by, assigned_to=to)
    except SomeoneWasFirst:
        return False
    return True


def _tell(given: Sequence[Case], *, to: Person | None, by: Person, at: datetime) -> Note | None:
    """A note with the first case, in the colleague's language; whoever gives to themselves or the team needs none."""
    if to is None or to.pk == by.pk or not given:
        return None
    with override(to.language):
        said = ngettext("%(count)s case was handed over.", "%(count)s cases were handed over.", len(given))
        words = said % {"count": len(given)}
    note, _told = put_note(given[0], words=words, kind=Note.Kind.HAND_OVER, by=by, at=at, tell=[to])
    return note
