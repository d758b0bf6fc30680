"""Who looked, in words: each reading of somebody's data as its owner is told of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from civium.engines.cases.models import Case
from civium.engines.cases.queries import find_cases_of_streams
from civium.engines.registries.events import RegisterTold
from civium.engines.registries.queries import register_title
from civium.foundation.design.showing import bare_words
from civium.foundation.identity.models import Person, Role
from civium.foundation.identity.queries import (
    find_holders,
    find_mandates_given,
    find_mandates_held,
)
from civium.foundation.journal.models import Entry
from civium.foundation.kit.languages import pick_text
from civium.foundation.kit.town import the_town
from civium.foundation.privacy.actions.declare_reading import declare_reading
from civium.foundation.privacy.events import DataRead
from civium.foundation.privacy.queries import Looked, find_readings, find_what_was_read, pseudonym
from civium.foundation.privacy.rules import (
    CHANNELS,
    HAS_THE_CODE,
    KINDS,
    LEGAL_BASES,
    PURPOSES,
    purpose_words,
    reader_words,
)
from civium.foundation.vault.actions.sealing import fetch_keys
from civium.journeys.applications.queries import mandate_words
from civium.journeys.catalogue.queries import get_offer_version
from civium.journeys.emergencies.models import Verdict, Why
from civium.journeys.emergencies.queries import find_emergencies_about

from .events import ReadingQuestioned

# What other rooms put on the record that is a reading too.
ALSO: Final = (RegisterTold.kind,)
# Readings of the same thing by the same reader within this time are told as one.
TOGETHER: Final = timedelta(minutes=10)
ON_A_PAGE: Final = 100


@dataclass
class Look:
    """One line: who read what, when, why and by which right. ``until``: of the last of several readings told as one.

    ``is_own_case``: not one that names them, such as one in which they acted for somebody.
    """

    number: int
    at: datetime
    who: str
    agency: str
    purpose: str
    basis: str
    kinds: list[str]
    channel: str
    case: Case | None
    case_title: str
    is_own_case: bool
    behalf: bool
    is_urgent: bool
    is_automatic: bool
    by: UUID | None
    subject: str
    until: datetime | None = None
    times: int = 1
    asked: Case | None = None
    # Of a reading in an emergency: what made it one, and what a second person said to it.
    emergency: str = ""
    verdict: str = ""
    also_numbers: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class LooksOfAnOffice:
    """What one office, or somebody who works for none, read on one day: the lines, the newest first."""

    who: str
    looks: list[Look]

    @property
    def times(self) -> int:
        """How many readings the lines stand for."""
        return sum(look.times for look in self.looks)

    @property
    def is_urgent(self) -> bool:
        return any(look.is_urgent for look in self.looks)


@dataclass(frozen=True)
class LooksOfADay:
    """What was read on one day, by office."""

    on: date
    offices: list[LooksOfAnOffice]


class Choice(NamedTuple):
    """One thing that the list can be narrowed to."""

    value: str
    text: str


def looks_at(owner: Person, *, looked: Looked, after: str = "", language: str) -> tuple[list[Look], str]:
    """A page of what others read of the owner, who reads it; and the mark of the next page."""
    page = find_readings(owner.vault_key, looked=looked, also=ALSO, after=after, limit=ON_A_PAGE)
    return put_together(put_into_words(page.entries, owner=owner, language=language)), page.after


def put_into_words(entries: Sequence[Entry], *, owner: Person, language: str) -> list[Look]:
    """Each entry as a line; a transfer to a register that did not happen is none."""
    cases = {case.subject: case for case in find_cases_of_streams([_subject(each) for each in entries])}
    fetch_keys(cases)  # what was erased has no page to lead to
    asked = _asked(owner.vault_key, [each.pk for each in entries])
    names = _names_by_mandate(owner, {each.by_id for each in entries if each.by_id and _is_by_no_staff(each)})
    looks = []
    for entry in entries:
        look = _look(entry, cases, names, owner, language)
        if look is not None:
            look.asked = asked.get(entry.pk)
            looks.append(look)
    _add_emergencies([look for look in looks if look.is_urgent])
    return looks


def put_together(looks: Iterable[Look]) -> list[Look]:
    """The lines, the newest first, with readings of the same thing by the same reader within ten minutes told as one."""
    told: list[Look] = []
    for look in looks:
        last = told[-1] if told else None
        if last is not None and _is_same(last, look) and (last.until or last.at) - look.at <= TOGETHER:
            last.until, last.at = last.until or last.at, look.at
            last.kinds += [kind for kind in look.kinds if kind not in last.kinds]
            last.times += 1
            last.also_numbers.append(look.number)
        else:
            told.append(look)
    return told


def by_day(looks: Iterable[Look]) -> list[LooksOfADay]:
    """The lines by day and office, the newest first."""
    days: dict[date, dict[str, LooksOfAnOffice]] = {}
    for look in looks:
        who = look.agency or look.who
        offices = days.setdefault(the_town().today(look.until or look.at), {})
        offices.setdefault(who, LooksOfAnOffice(who, [])).looks.append(look)
    return [LooksOfADay(on, list(offices.values())) for on, offices in days.items()]


def choices(owner: str, *, language: str) -> dict[str, list[Choice]]:
    """What the list can be narrowed to: the offices, purposes and cases that are in it."""
    read = find_what_was_read(owner)
    subjects = list(dict.fromkeys(each.subject for each in read if each.subject))[:100]
    cases = sorted(find_cases_of_streams(subjects), key=lambda case: case.opened_at, reverse=True)
    agencies = sorted({each.agency for each in read if each.agency})
    return {
        "agency": [Choice(name, agency_words(name)) for name in agencies],
        "purpose": [
            Choice(code, str(purpose.words))
            for code, purpose in PURPOSES.items()
            if code in {each.purpose for each in read}
        ],
        "case": [
            Choice(case.subject, f"{_title(case, language)} · {case.shown_reference}") for case in cases
        ],
    }


def agency_words(name: str) -> str:
    """What people call the agency; the town itself when it is none."""
    town = the_town()
    return bare_words(town.agencies[name].name if name in town.agencies else town.name)


def _is_by_no_staff(entry: Entry) -> bool:
    event = entry.event
    return isinstance(event, DataRead) and event.role not in Role.values


def _names_by_mandate(owner: Person, people: Collection[UUID]) -> dict[UUID, str]:
    """Those of the people who act or acted for the owner, or the owner for them, as the page of their mandate calls them."""
    names: dict[UUID, str] = {}
    if not people:
        return names
    for mandate in find_mandates_given(owner):
        for holder in find_holders(mandate):
            if holder.pk in people and holder.pk not in names:
                declare_reading(of=holder.pk, purpose="know-one-another", by=owner)
                names[holder.pk] = mandate_words.holder_words(mandate)
    for mandate in find_mandates_held(owner):
        if mandate.giver_id in people and mandate.giver_id not in names:
            declare_reading(of=mandate.giver_id, purpose="know-one-another", by=owner)
            names[mandate.giver_id] = mandate_words.named(mandate.giver)
    return names


def _look(
    entry: Entry, cases: Mapping[str, Case], names: Mapping[UUID, str], owner: Person, language: str
) -> Look | None:
    event = entry.event
    if isinstance(event, RegisterTold):
        return _told(entry, event, cases, language) if event.result == "taken" else None
    if not isinstance(event, DataRead):
        return None
    return Look(
        number=entry.pk,
        at=entry.at,
        who=_who(entry, event, names),
        agency="" if _is_by_code(event) or not event.agency else agency_words(event.agency),
        purpose=purpose_words(event.purpose),
        basis=str(LEGAL_BASES.get(event.legal_basis, event.legal_basis)),
        kinds=[str(KINDS.get(kind, kind)) for kind in event.kinds.split()],
        channel=str(CHANNELS.get(event.channel, event.channel)),
        case=cases.get(event.subject),
        case_title=_title(cases.get(event.subject), language),
        is_own_case=_is_own(cases.get(event.subject), owner),
        behalf=entry.on_behalf_of_id is not None,
        is_urgent=event.purpose == "break-glass",
        is_automatic=event.channel == "job",
        by=entry.by_id,
        subject=f"{event.subject} {event.purpose}",
    )


def _add_emergencies(urgent: Sequence[Look]) -> None:
    """Why each was an emergency, and whether a second person found it right."""
    known = find_emergencies_about({look.case.subject for look in urgent if look.case}) if urgent else []
    for look in urgent:
        for each in known:
            is_it = look.case is not None and each.case_id == look.case.pk and each.opened_by_id == look.by
            if is_it and each.opened_at <= look.at <= each.until:
                look.emergency = str(Why(each.why).label)
                look.verdict = str(Verdict(each.verdict).label) if each.verdict else _("Not checked yet")


def _told(entry: Entry, event: RegisterTold, cases: Mapping[str, Case], language: str) -> Look:
    return Look(
        number=entry.pk,
        at=entry.at,
        who=str(pick_text(register_title(event.register), language).words),
        agency="",
        purpose=purpose_words("tell-register"),
        basis=str(LEGAL_BASES.get(event.legal_basis, event.legal_basis)),
        kinds=[str(KINDS["answers"])],
        channel=str(CHANNELS["register"]),
        case=cases.get(event.subject),
        case_title=_title(cases.get(event.subject), language),
        is_own_case=True,
        behalf=False,
        is_urgent=False,
        is_automatic=True,
        by=None,
        subject=f"{event.subject} {event.register}",
    )


def _is_by_code(event: DataRead) -> bool:
    """Whether somebody checked a certificate: no office of the town, whose certificate it is."""
    return event.purpose == "check-certificate"


def _who(entry: Entry, event: DataRead, names: Mapping[UUID, str]) -> str:
    if _is_by_code(event):
        return str(HAS_THE_CODE)
    if event.channel == "job":
        return _("The town’s computers, without a person")
    if entry.by_id is None:
        return _("Somebody who was not signed in")
    if event.purpose == "show-readings-elsewhere":
        return _("The national portal, where you asked")
    if event.role in Role.values:
        return reader_words(event.role, pseudonym(entry.by_id), agency=event.agency)
    return names.get(entry.by_id) or _("Somebody whom you know, or who acts for you")


def _title(case: Case | None, language: str) -> str:
    """The service that the case is about: a reference alone says nothing to whoever has several."""
    return str(get_offer_version(case.service, case.version).words(language).title) if case else ""


def _is_own(case: Case | None, owner: Person) -> bool:
    return case is not None and case.applicant_id == owner.pk


def _subject(entry: Entry) -> str:
    event = entry.event
    return event.subject if isinstance(event, DataRead | RegisterTold) else ""


def _is_same(one: Look, other: Look) -> bool:
    return (
        not one.is_urgent
        and (one.by, one.subject, one.who, one.channel) == (other.by, other.subject, other.who, other.channel)
        and one.asked is None
        and other.asked is None
    )


def _asked(owner: str, numbers: Collection[int]) -> dict[int, Case]:
    """The cases by which the owner asked about these readings."""
    entries = Entry.objects.filter(stream=owner, kind=ReadingQuestioned.kind)
    events = [each.event for each in entries if isinstance(each.event, ReadingQuestioned)]
    wanted = {each.entry: each.subject for each in events if each.entry in set(numbers)}
    cases = {case.subject: case for case in find_cases_of_streams(list(wanted.values()))} if wanted else {}
    return {number: cases[subject] for number, subject in wanted.items() if subject in cases}
