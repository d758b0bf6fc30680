"""Writing a note, with the colleagues it is for; and that what the applicant wrote is seen to."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime

from civium.foundation.identity.models import Person
from civium.foundation.vault.actions.sealing import seal

from ..models import Case, Mention, Note
from ..queries import find_colleagues
from ..rules import mentioned


def see_new_message(case: Case) -> None:
    """Take the case from the list of new messages.

    No change of the case: whoever types a decision in another window is not stopped by it.
    """
    Case.objects.filter(pk=case.pk).update(has_new_message=False)
    case.has_new_message = False


def put_note(
    case: Case,
    *,
    words: str,
    kind: Note.Kind,
    by: Person,
    at: datetime,
    tell: Collection[Person] = (),
) -> tuple[Note, int]:
    """Keep the note, and whom it names beside those to ``tell``; with how many they are. Whoever writes is told nothing."""
    note = Note(id=uuid.uuid4(), case=case, kind=kind, written_by=by, written_at=at)
    note.words_sealed = seal(words, under=case.subject, at=note.place("words_sealed"))
    note.save(force_insert=True)
    colleagues = find_colleagues(case) if "@" in words else []
    names = mentioned(words, {person.shown_as for person in colleagues})
    named = [person for person in colleagues if person.shown_as in names]
    told = [person for person in dict.fromkeys([*tell, *named]) if person.pk != by.pk]
    Mention.objects.bulk_create([Mention(note=note, person=person) for person in told])
    return note, len(told)
