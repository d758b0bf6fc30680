"""Hand a case over."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import NotAllowed, Refusal, require

from ..events import CaseHandedOver
from ..models import Case, Note
from ..rules import may_hand_over, may_work_on
from ._changing import CaseIsClosed, change_case, require_worker
from ._notes import put_note
from ._words import written_words


class NotYoursToHandOver(NotAllowed):
    """Only whoever has the case, or a supervisor, hands it over."""

    message = _(
        "A colleague has this case. Only they or a supervisor can hand it over. You can take it over."
    )


class CannotTakeIt(Refusal):
    """The colleague does not work on cases of this agency, or the case is their own."""

    message = _("Choose a colleague who can work on this case.")
    status = 422


class HandOverNoteMissing(Refusal):
    """Whoever gets the case should know why."""

    message = _("Enter a note for whoever goes on with the case.")
    status = 422


@transaction.atomic
def hand_over(case: Case, *, to: Person | None, note: str, by: Person, at: datetime, revision: int) -> Case:
    """Give the case to a colleague, or (``to`` is None) back to the team, with a note. The colleague is told.

    ``revision`` is that of the case the person saw.
    """
    require_worker(by, case)
    if case.is_decided:
        raise CaseIsClosed
    require(may_hand_over(by, case), NotYoursToHandOver)
    require(to is None or may_work_on(to, case), CannotTakeIt)
    words = written_words(note, missing=HandOverNoteMissing)
    change_case(case, revision=revision, by=by, assigned_to=to)
    kept, _told = put_note(case, words=words, kind=Note.Kind.HAND_OVER, by=by, at=at, tell=[to] if to else [])
    record(CaseHandedOver(case.id, to.pk if to else None, kept.id), by=by, at=at)
    return case
