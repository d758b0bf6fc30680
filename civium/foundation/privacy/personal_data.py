"""What privacy holds itself: what people agreed to, what lies still, and the record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from pydantic import JsonValue

from civium.foundation.journal.events import words_of
from civium.foundation.journal.models import Entry
from civium.foundation.journal.queries import find_details, find_entries
from civium.foundation.kit.languages import pick_text
from civium.foundation.kit.town import the_town

from .events import DataRead
from .models import Consent, ConsentText, Restriction
from .queries import find_consents, pseudonym, streams_of
from .rules import (
    CHANNELS,
    HAS_THE_CODE,
    KINDS,
    agency_words,
    declare_kinds,
    is_role,
    language_words,
    purpose_words,
    reader_words,
    role_words,
)
from .schema import Exported, Holding, Label, Somebody

# Of each kind at most so many rows.
MOST = 10_000


class ConsentRow(Exported):
    """One thing that somebody agreed to."""

    purpose: str
    title: Annotated[str, Label(_("For what"))]
    words: Annotated[str, Label(_("The words, as you read them"))]
    language: Annotated[str, Label(_("Read in"), language_words)]
    version: Annotated[int, Label(_("Version"))]
    given_at: Annotated[datetime, Label(_("Agreed on"))]
    withdrawn_at: Annotated[datetime | None, Label(_("Withdrawn on"))]


class RecordRow(Exported):
    """One entry about somebody on the record. ``code``: what happened, for programs."""

    number: Annotated[int, Label(_("Number"))]
    at: Annotated[datetime, Label(_("When"))]
    what: Annotated[str, Label(_("What happened"))]
    code: str
    words: Annotated[list[str], Label(_("In words"))]
    words_as_data: dict[str, JsonValue]


class RecordedOnADay(Exported):
    """What happened on one day, once or several times."""

    on: Annotated[date, Label(_("When"))]
    what: Annotated[str, Label(_("What happened"))]
    words: Annotated[list[str], Label(_("In words"))]
    numbers: Annotated[list[int], Label(_("Number"))]


class ReadingRow(Exported):
    """Somebody else read something of theirs. ``reader``: the letters that "Who looked" has in the place of a name.

    ``purpose``: why, and ``is_signed_in``: whether one knows who, for programs.
    """

    at: Annotated[datetime, Label(_("When"))]
    why: Annotated[str, Label(_("Why"))]
    purpose: str
    agency: Annotated[str, Label(_("Office"), agency_words)]
    role: Annotated[str, Label(_("Role"), role_words)]
    reader: Annotated[str, Label(_("Letters that stand for the member of staff"))]
    kinds: Annotated[list[str], Label(_("What was read"))]
    how: Annotated[str, Label(_("How"))]
    is_signed_in: bool


class ReadOnADay(Exported):
    """The same kind of reading by the same office on one day."""

    on: Annotated[date, Label(_("When"))]
    who: Annotated[str, Label(_("Who"))]
    why: Annotated[str, Label(_("Why"))]
    kinds: Annotated[list[str], Label(_("What was read"))]
    how: Annotated[str, Label(_("How"))]
    times: Annotated[int, Label(_("How often"))]


def _consents(owner: str) -> Sequence[ConsentRow]:
    found = find_consents(owner)
    texts = {
        (text.purpose, text.version, text.language): text
        for text in ConsentText.objects.filter(purpose__in={each.purpose for each in found})
    }
    return [
        ConsentRow(
            purpose=each.purpose,
            title=_title(each, text),
            words=text.words if text else "",
            language=each.language,
            version=each.version,
            given_at=each.given_at,
            withdrawn_at=each.withdrawn_at,
        )
        for each in found
        for text in [texts.get((each.purpose, each.version, each.language))]
    ]


def _title(consent: Consent, text: ConsentText | None) -> str:
    """What it is for in the reader's language, while the town asks for it; the words themselves stay those that were read."""
    asked = the_town().consents.get(consent.purpose)
    if asked is not None:
        return pick_text(asked.title, get_language() or "en").words
    return text.title if text else ""


def _forget_consents(owner: str, by: Somebody | None, at: datetime) -> None:
    Consent.objects.filter(owner=owner).delete()
    Restriction.objects.filter(owner=owner).delete()


def _entries(owner: str) -> Sequence[RecordRow]:
    """Every entry in the owner's stream, and those elsewhere that say something of them beyond codes."""
    details = find_details(owner)
    found = {entry.pk: entry for entry in find_entries([owner], limit=MOST)}
    found |= {entry.pk: entry for entry in Entry.objects.filter(pk__in=details.keys() - found.keys())}
    return [_record_row(entry, details.get(entry.pk, {})) for entry in sorted(found.values(), key=_when)]


def _when(entry: Entry) -> tuple[datetime, int]:
    """What was told late stands where it happened."""
    return entry.at, entry.pk


def _record_row(entry: Entry, words: dict[str, JsonValue]) -> RecordRow:
    return RecordRow(
        number=entry.pk,
        at=entry.at,
        what=words_of(entry.kind),
        code=entry.kind,
        words=[f"{name}: {said}" for name, said in words.items()],
        words_as_data=words,
    )


def _readings(owner: str) -> Sequence[ReadingRow]:
    found = Entry.objects.filter(stream__in=streams_of(owner), kind=DataRead.kind)
    mine = sorted(found.order_by("id")[:MOST], key=_when)
    return [
        ReadingRow(
            at=entry.at,
            why=purpose_words(entry.event.purpose),
            purpose=entry.event.purpose,
            agency=entry.event.agency,
            role=entry.event.role,
            reader=pseudonym(entry.by_id) if entry.by_id and is_role(entry.event.role) else "",
            kinds=[str(KINDS.get(kind, kind)) for kind in entry.event.kinds.split()],
            how=str(CHANNELS.get(entry.event.channel, entry.event.channel)),
            is_signed_in=entry.by_id is not None,
        )
        for entry in mine
        if isinstance(entry.event, DataRead)
    ]


def _record_in_short(rows: Sequence[RecordRow]) -> Sequence[RecordedOnADay]:
    """What happened, once a day, the newest first. Readings have a list of their own."""
    together: dict[tuple[date, str, str], list[RecordRow]] = {}
    for row in reversed(rows):
        if row.code != DataRead.kind:
            same = (the_town().today(row.at), row.what, "; ".join(row.words))
            together.setdefault(same, []).append(row)
    return [
        RecordedOnADay(on=on, what=what, words=found[0].words, numbers=sorted(each.number for each in found))
        for (on, what, _words), found in together.items()
    ]


def _readings_in_short(rows: Sequence[ReadingRow]) -> Sequence[ReadOnADay]:
    """What each office read on a day, the newest day first."""
    together: dict[tuple[date, str, str, str], list[ReadingRow]] = {}
    for row in reversed(rows):
        same = (the_town().today(row.at), _who(row), row.why, row.how)
        together.setdefault(same, []).append(row)
    return [
        ReadOnADay(
            on=on,
            who=who,
            why=why,
            kinds=list(dict.fromkeys(kind for each in found for kind in each.kinds)),
            how=how,
            times=len(found),
        )
        for (on, who, why, how), found in together.items()
    ]


def _who(row: ReadingRow) -> str:
    if row.purpose == "check-certificate":
        return str(HAS_THE_CODE)
    if row.reader:
        return reader_words(row.role, row.reader, agency=row.agency)
    if row.agency:
        return agency_words(row.agency)
    if row.how == str(CHANNELS["job"]):
        return str(_("The town’s computers, without a person"))
    if row.is_signed_in:
        return str(_("Somebody whom you know, or who acts for you"))
    return str(_("Somebody who was not signed in"))


declare_kinds({"journal.detail:sealed": "details"}, lies_at={"journal:detail": "journal.detail:sealed"})
HOLDINGS = (
    Holding(
        name="consents",
        title=_("What you agreed to"),
        what=_("For each purpose: yes or no, the words, and when."),
        purpose=_("To do only what you allow, and to be able to show it."),
        basis="legal-obligation",
        period=_("As long as you have an account."),
        end="deleted",
        shape=ConsentRow,
        export=_consents,
        erase=_forget_consents,
    ),
    Holding(
        name="record",
        title=_("The record"),
        what=_(
            "What happened when, with codes and numbers. Words about you are sealed beside it, and can be erased."
        ),
        purpose=_("So that nobody can rewrite what happened, and you can prove it."),
        basis="legal-obligation",
        period=_("For ever. After an erasure nothing in it leads to you."),
        end="made-anonymous",
        shape=RecordRow,
        export=_entries,
        in_short=_record_in_short,
        tables=("journal.Detail",),
    ),
    Holding(
        name="readings",
        title=_("Who read your data"),
        what=_("Which office read what of yours, when, why and in which way."),
        purpose=_("So that you can see who looked, and ask why."),
        basis="legal-obligation",
        period=_("For ever, on the record. After an erasure nothing in it leads to you."),
        end="made-anonymous",
        shape=ReadingRow,
        export=_readings,
        in_short=_readings_in_short,
    ),
    Holding(
        name="erasures",
        title=_("What was erased"),
        what=_("A code for each erasure, and when. The code names nobody."),
        purpose=_("So that what was erased does not come back with an old backup."),
        basis="legal-obligation",
        period=_("For ever."),
        end="made-anonymous",
    ),
)
