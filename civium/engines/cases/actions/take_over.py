"""Take a case over from a colleague."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import Refusal

from ..events import CaseTakenOver
from ..models import Case, Note
from ._changing import CaseIsClosed, change_case, require_seen, require_worker
from ._notes import put_note
from ._words import written_words
from .claim_case import claim_case


class TakeOverReasonMissing(Refusal):
    """The colleague who had the case is told why it was taken over."""

    message = _("Enter why you take the case over. Your colleague will read it.")
    status = 422


@transaction.atomic
def take_over(case: Case, *, reason: str, by: Person, at: datetime, revision: int) -> Case:
    """Take the case from the colleague who has it, saying why; they are told. A case that nobody has is simply taken.

    ``revision`` is that of the case the person saw.
    """
    require_worker(by, case)
    if case.is_decided:
        raise CaseIsClosed
    require_seen(case, revision, by=by)
    if case.assigned_to_id in (None, by.pk):
        return claim_case(case, by=by, at=at, revision=revision)
    words = written_words(reason, missing=TakeOverReasonMissing)
    holder = Person.objects.get(pk=case.assigned_to_id)
    change_case(case, revision=revision, by=by, assigned_to=by, answered=False)
    kept, _told = put_note(case, words=words, kind=Note.Kind.TAKE_OVER, by=by, at=at, tell=[holder])
    record(CaseTakenOver(case.id, holder.pk, kept.id), by=by, at=at)
    return case
