"""Which entries of the record are about whom: what a person may have a receipt for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from civium.engines.cases.models import Case
from civium.engines.payments.models import Payment
from civium.foundation.identity.models import Person
from civium.foundation.journal.models import Entry
from civium.foundation.privacy.queries import streams_of
from civium.journeys.applications.case_file import read_case_file
from civium.journeys.applications.models import Application
from civium.journeys.applications.rules import Reader, tell


@dataclass(frozen=True)
class EntryAbout:
    """An entry about a person. ``title``: how they are told of it, empty for what has only a code; ``case``: where it belongs."""

    entry: Entry
    title: str = ""
    case: Case | None = None


def entry_about(entry: Entry, person: Person, *, language: str) -> EntryAbout | None:
    """The entry as it is about this person; None when it is not, or is for staff only."""
    for application in _applications(entry, person):
        case = (
            Case.objects.select_related("applicant").filter(subject=f"application:{application.pk}").first()
        )
        line = (
            read_case_file(case, language=language, is_staff=False).line_of(entry.pk)
            if case
            else tell(entry, Reader(str, {}, person.pk, is_staff=False))
        )
        if line is not None:
            return EntryAbout(entry, line.title, case)
    return EntryAbout(entry) if _is_of_person(entry, person) else None


def _is_of_person(entry: Entry, person: Person) -> bool:
    own = streams_of(person.vault_key)
    return entry.stream in own or entry.also in own or entry.on_behalf_of_id == person.pk


def _applications(entry: Entry, person: Person) -> Iterator[Application]:
    """The person's own applications that the entry tells of, by itself, its case or its payment."""
    for stream in (entry.stream, entry.also):
        subject = _subject_of(stream)
        kind, _, id = subject.partition(":")
        if kind == "application" and _is_uuid(id):
            yield from Application.objects.filter(pk=id, applicant=person)


def _subject_of(stream: str) -> str:
    kind, _, id = stream.partition(":")
    if not _is_uuid(id):
        return ""
    if kind == "case":
        return Case.objects.filter(pk=id).values_list("subject", flat=True).first() or ""
    if kind == "payment":
        return Payment.objects.filter(pk=id).values_list("subject", flat=True).first() or ""
    return stream


def _is_uuid(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False
