"""Write a note for colleagues."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import Refusal

from ..events import NoteWritten
from ..models import Case, Note
from ..rules import may_work_on
from ._changing import require_worker
from ._notes import put_note
from ._words import written_words


class NoteMissing(Refusal):
    """There is nothing to note."""

    message = _("Enter your note.")
    status = 422


@transaction.atomic
def write_note(case: Case, *, words: str, tell: Collection[Person] = (), by: Person, at: datetime) -> Note:
    """Keep a note with the case; the applicant never sees it. Who is named with ``@``, or is to be told, is told."""
    require_worker(by, case)
    told = [person for person in tell if may_work_on(person, case)]
    note, mentions = put_note(
        case,
        words=written_words(words, missing=NoteMissing),
        kind=Note.Kind.NOTE,
        by=by,
        at=at,
        tell=told,
    )
    record(NoteWritten(case.id, note.id, mentions), by=by, at=at)
    return note
