"""Checking who read what: for the data-protection officer and for auditors, each in the offices that are theirs to check.

What they are shown is itself data about people: it is on the record, and the people see it under "Who looked".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID, uuid4

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from civium.engines.cases.models import WITHDRAWN, Case
from civium.engines.cases.queries import cases_of_service, find_applicant_of, find_cases_of_streams
from civium.engines.clock.queries import the_calendar
from civium.foundation.identity.models import Person, Role
from civium.foundation.identity.policy import beyond_the_wall
from civium.foundation.identity.queries import find_person_at, find_shown_names
from civium.foundation.identity.rules import may, relations_by_role, role_in
from civium.foundation.journal.models import Entry
from civium.foundation.kit.languages import listed_apart
from civium.foundation.kit.marks import moment_of
from civium.foundation.kit.references import parse_reference
from civium.foundation.kit.town import the_town
from civium.foundation.privacy.actions.declare_reading import declare_reading, note_reading
from civium.foundation.privacy.events import DataRead
from civium.foundation.privacy.queries import (
    URGENT,
    Checked,
    find_facts_to_check,
    find_readings_to_check,
    pseudonym,
)
from civium.foundation.privacy.rules import CHANNELS, HAS_THE_CODE, KINDS, LEGAL_BASES, purpose_words
from civium.foundation.vault.actions.sealing import fetch_keys
from civium.journeys.catalogue.queries import get_offer_version

from .events import ReadingQuestioned
from .looking import agency_words
from .odd_readings import Work, is_office_time, oddities
from .rules import REQUEST_SERVICE

PURPOSE: Final = "check-readings"
# What is counted at most in one table; it says so when there is more.
MOST_COUNTED: Final = 100_000


def agencies_to_check(person: Person) -> frozenset[str] | None:
    """The offices whose readings the person may check; None is every one, and what no office read."""
    if may("check the readings of", "agency", relations_by_role(person, "")):
        return None
    own = {
        name
        for name in person.agency_names
        if may("check the readings of", "agency", relations_by_role(person, name))
    }
    return frozenset(own)


def find_person_asked_for(asked: str, *, by: Person) -> UUID | None:
    """The id of whoever has this case, or this proved e-mail address; None where nobody has.

    So that the address of the page that follows holds no e-mail address. Who checks some offices only is not told who has an
    account: for them it is then an id that is nobody's.
    """
    reference = parse_reference(asked)
    if not reference and "@" not in asked:
        return None
    person = None if reference else find_person_at(asked.strip())
    found = find_applicant_of(reference) if reference else person and person.pk
    return found or (None if agencies_to_check(by) is None else uuid4())


@dataclass
class CheckedReading:
    """One reading, in words."""

    number: int
    at: datetime
    of: str
    by: UUID | None
    who: str
    code: str
    role: str
    agency: str
    purpose: str
    basis: str
    kinds: str
    channel: str
    case: Case | None
    is_urgent: bool
    is_out_of_hours: bool

    @property
    def of_id(self) -> str:
        """The id of whose data it is."""
        return self.of.partition(":")[2]


@dataclass(frozen=True)
class CheckedPage:
    """Some readings; ``after`` is the mark of the page that follows."""

    readings: list[CheckedReading]
    after: str = ""


def check_readings(checked: Checked, *, by: Person, after: str = "", limit: int = 25) -> CheckedPage:
    """Readings, the newest first, shown to ``by``: that is a reading of everybody's whose they are."""
    page = find_readings_to_check(checked, after=after, limit=limit)
    note_checked({entry.stream for entry in page.entries}, by=by, channel="list")
    return CheckedPage(in_words(page.entries), page.after)


def note_checked(people: Iterable[str], *, by: Person, channel: str) -> None:
    """Put on the record that who read these people's data was checked."""
    for owner in sorted(each for each in people if each.startswith("person:")):
        note_reading(
            of=UUID(owner.partition(":")[2]),
            kinds={"readings"},
            purpose=PURPOSE,
            by=by,
            role=checking_role(by),
            channel=channel,
        )


def checking_role(person: Person) -> str:
    """As what the person checks."""
    both = (Role.DATA_PROTECTION_OFFICER.value, Role.AUDITOR.value)
    return next((role for role in both if role in person.roles), "")


def in_words(entries: Sequence[Entry]) -> list[CheckedReading]:
    """Each entry as a line."""
    events = [(entry, entry.event) for entry in entries]
    subjects = [event.subject for _entry, event in events if isinstance(event, DataRead) and event.subject]
    cases = {case.subject: case for case in find_cases_of_streams(subjects)}
    names = find_shown_names({entry.by_id for entry in entries if entry.by_id})
    return [_in_words(entry, event, cases, names) for entry, event in events if isinstance(event, DataRead)]


def _in_words(
    entry: Entry, event: DataRead, cases: Mapping[str, Case], names: Mapping[UUID, str]
) -> CheckedReading:
    return CheckedReading(
        number=entry.pk,
        at=entry.at,
        of=event.of,
        by=entry.by_id,
        who=_reader(entry, event, names),
        code=pseudonym(entry.by_id) if entry.by_id and event.role in Role.values else "",
        role=str(Role(event.role).label) if event.role in Role.values else "",
        agency=agency_words(event.agency) if event.agency else "",
        purpose=purpose_words(event.purpose),
        basis=str(LEGAL_BASES.get(event.legal_basis, event.legal_basis)),
        kinds=listed_apart(str(KINDS.get(kind, kind)) for kind in event.kinds.split()),
        channel=str(CHANNELS.get(event.channel, event.channel)),
        case=cases.get(event.subject),
        is_urgent=URGENT in (event.purpose, event.channel),
        is_out_of_hours=_is_by_hand(event.channel)
        and event.role in Role.values
        and not _is_office_time(entry.at),
    )


def _reader(entry: Entry, event: DataRead, names: Mapping[UUID, str]) -> str:
    if event.purpose == "check-certificate":
        return str(HAS_THE_CODE)
    if event.channel == "job":
        return _("Computers, without a person")
    if entry.by_id is None:
        return _("Somebody who was not signed in")
    if entry.by_id in names:
        return names[entry.by_id]
    if event.role in Role.values:
        return _("Somebody who works here no longer")
    return _("Somebody who acts for the person, or a program")


def _is_by_hand(channel: str) -> bool:
    return channel not in ("job", "api", "register")


def _is_office_time(at: datetime) -> bool:
    local = at.astimezone(the_town().time_zone)
    return is_office_time(local, is_working_day=the_calendar().is_working_day(local.date()))


# --- by member of staff ------------------------------------------------------------------------------------------------


@dataclass
class StaffRow:
    """What one member of staff read in one office, and what is worth a question, in words."""

    by: UUID
    who: str
    code: str
    agency: str
    agency_name: str
    work: Work
    kinds: str = ""
    reasons: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class StaffTable:
    """Everybody who read something; ``is_cut``: there was more than is counted."""

    rows: list[StaffRow]
    is_cut: bool


def check_staff(checked: Checked) -> StaffTable:
    """Who read how much of how many people: those first of whom something is worth a question, then by office and name."""
    works, is_cut = _count(checked)
    names = find_shown_names({by for by, _agency in works})
    rows = []
    for (by, agency), work in works.items():
        colleagues = [other for (who, where), other in works.items() if where == agency and who != by]
        rows.append(
            StaffRow(
                by=by,
                who=names.get(by) or _("Somebody who works here no longer"),
                code=pseudonym(by),
                agency=agency,
                agency_name=agency_words(agency) if agency else str(_("The whole town")),
                work=work,
                kinds=listed_apart(str(KINDS.get(kind, kind)) for kind, _n in work.kinds.most_common(3)),
                reasons=oddities(work, colleagues),
            )
        )
    rows.sort(key=lambda row: (not row.reasons, row.agency_name, row.who.casefold(), str(row.by)))
    return StaffTable(rows, is_cut)


def _count(checked: Checked) -> tuple[dict[tuple[UUID, str], Work], bool]:
    """What each member of staff read in each office. What computers and programs read by themselves is nobody's work."""
    works: dict[tuple[UUID, str], Work] = {}
    counted = 0
    for by, of, at, said in find_facts_to_check(checked, limit=MOST_COUNTED):
        counted += 1
        if said["role"] not in Role.values or not _is_by_hand(said["channel"]):
            continue
        works.setdefault((by, said["agency"]), Work()).add(
            of=of,
            kinds=said["kinds"].split(),
            is_urgent=URGENT in (said["purpose"], said["channel"]),
            is_out_of_hours=not _is_office_time(at),
        )
    return works, counted >= MOST_COUNTED


# --- what people asked ---------------------------------------------------------------------------------------------------

WHICH: Final = ("open", "late", "answered", "withdrawn")
_ENDED: Final = ("answered", "withdrawn")


@dataclass(frozen=True)
class AskedReading:
    """Somebody asked about a reading. ``reading`` is None when it cannot be read any more, or is not the reader's to check."""

    case: Case
    reading: CheckedReading | None
    is_named: bool
    state: str
    asked_at: datetime


@dataclass(frozen=True)
class AskedPage:
    """Some of them; ``after`` is the mark of the page that follows."""

    asked: list[AskedReading]
    after: str = ""


def find_asked(which: str, *, by: Person, at: datetime, after: str = "", limit: int = 25) -> AskedPage:
    """What citizens asked about readings, shown to ``by``: those that wait by the day they are due, the answered by the newest."""
    cases = _asked_cases(which, at, _Asked.of(by))
    order = ("-opened_at", "-id") if which in _ENDED else ("due_on", "id")
    if after:
        cases = cases.filter(_beyond(after, which))
    found = list(cases.order_by(*order)[: limit + 1])
    shown = found[:limit]
    mark = _mark_of(shown[-1], which) if len(found) > limit else ""
    return AskedPage(_with_readings(shown, by=by, at=at), mark)


def count_asked(*, by: Person, at: datetime) -> dict[str, int]:
    """How many of each there are that the person may check."""
    asked = _Asked.of(by)
    return {which: _asked_cases(which, at, asked).count() for which in WHICH}


@dataclass(frozen=True)
class _Asked:
    """The requests that ask a question: about a reading, or by the form alone, which belong to no office that read."""

    subjects: QuerySet[Entry, Any] | list[str]
    by_form: list[UUID]
    is_all: bool
    by: Person

    @classmethod
    def of(cls, by: Person) -> _Asked:
        """Those that the person may check: none about what they read themselves."""
        asked, agencies = Entry.objects.filter(kind=ReadingQuestioned.kind), agencies_to_check(by)
        if agencies is not None:
            return cls(_subjects_of(asked, agencies), [], is_all=False, by=by)
        return cls(asked.values("also"), _asked_by_form(asked, by=by), is_all=True, by=by)


def _asked_cases(which: str, at: datetime, asked: _Asked) -> QuerySet[Case]:
    about = Q(subject__in=asked.subjects) | Q(pk__in=asked.by_form)
    requests = cases_of_service(REQUEST_SERVICE).exclude(concerns=asked.by)
    if which == "withdrawn":  # by whoever asked, or with their account
        return requests.filter(about, status=WITHDRAWN)
    if which == "answered":
        answered = about | Q(step="answered") if asked.is_all else about
        return requests.filter(answered, closed_at__isnull=False).exclude(status=WITHDRAWN)
    waiting = requests.filter(about, closed_at__isnull=True)
    return waiting.filter(due_on__lt=the_town().today(at)) if which == "late" else waiting


def _asked_by_form(asked: QuerySet[Entry], *, by: Person) -> list[UUID]:
    """Open requests that ask a question and name no reading. Their line for lists says what they wish: it is opened, and on the
    record; requests that are open are few."""
    open_ones = cases_of_service(REQUEST_SERVICE).filter(closed_at__isnull=True)
    found = list(open_ones.exclude(subject__in=asked.values("also")))
    fetch_keys(case.subject for case in found)
    for case in found:
        declare_reading(
            of=case.applicant_id,
            subject=case.subject,
            purpose=PURPOSE,
            by=by,
            agency=case.agency_id,
            role=checking_role(by),
            service=case.service,
            channel="list",
        )
    return [case.pk for case in found if case.about == _question_of(case)]


def _question_of(case: Case) -> str:
    """The line for lists of a request that asks a question, in its applicant's language."""
    offer = get_offer_version(case.service, case.version)
    return offer.about({"wish": "question"}, language=case.language)


def _subjects_of(asked: QuerySet[Entry], agencies: frozenset[str]) -> list[str]:
    """What was asked about readings by these offices; questions are few."""
    events = [event for entry in asked for event in [entry.event] if isinstance(event, ReadingQuestioned)]
    of_them = _checked_of({event.entry for event in events}, agencies)
    return [event.subject for event in events if event.entry in of_them]


def _checked_of(numbers: Collection[int], agencies: frozenset[str] | None) -> dict[int, Entry]:
    found = Entry.objects.filter(pk__in=numbers, kind=DataRead.kind)
    return {
        entry.pk: entry
        for entry in found
        if agencies is None or (isinstance(entry.event, DataRead) and entry.event.agency in agencies)
    }


def _with_readings(cases: Sequence[Case], *, by: Person, at: datetime) -> list[AskedReading]:
    entries = Entry.objects.filter(kind=ReadingQuestioned.kind, also__in=[case.subject for case in cases])
    events = {
        event.subject: event
        for entry in entries
        for event in [entry.event]
        if isinstance(event, ReadingQuestioned)
    }
    found = _checked_of({event.entry for event in events.values()}, agencies_to_check(by)).values()
    note_checked({entry.stream for entry in found}, by=by, channel="list")
    readings = {reading.number: reading for reading in in_words(list(found))}
    today = the_town().today(at)
    return [
        AskedReading(
            case,
            readings.get(events[case.subject].entry) if case.subject in events else None,
            case.subject in events,
            _state(case, today),
            case.opened_at,
        )
        for case in cases
    ]


def find_reading_asked_about(case: Case, *, by: Person) -> CheckedReading | None:
    """The reading that this request asks about, for whoever works on it; None when it names none. It is on the record with the
    rest of the case that they read."""
    if case.service != REQUEST_SERVICE:
        return None
    asked = Entry.objects.filter(kind=ReadingQuestioned.kind, also=case.subject).first()
    event = asked.event if asked else None
    if not isinstance(event, ReadingQuestioned):
        return None
    note_reading(
        of=case.applicant_id,
        kinds={"readings"},
        purpose="work-on-case",
        by=by,
        subject=case.subject,
        agency=case.agency_id,
        role=role_in(by, case.agency_id),
        service=case.service,
        legal_basis=get_offer_version(case.service, case.version).document.basis,
    )
    with beyond_the_wall():  # the reading may be of another office's case
        return next(iter(in_words(list(_checked_of({event.entry}, None).values()))), None)


def _state(case: Case, today: date) -> str:
    if case.closed_at is not None:
        return "withdrawn" if case.is_withdrawn else "answered"
    return "late" if case.due_on < today else "open"


def _mark_of(case: Case, which: str) -> str:
    place = case.opened_at.isoformat() if which in _ENDED else case.due_on.isoformat()
    return f"{place} {case.pk}"


def _beyond(mark: str, which: str) -> Q:
    place, _sep, number = mark.partition(" ")
    try:
        pk = UUID(number)
        if which in _ENDED:
            at = moment_of(place)
            return Q(opened_at__lt=at) | Q(opened_at=at, pk__lt=pk)
        on = date.fromisoformat(place)
    except ValueError:
        return Q(pk__in=[])
    return Q(due_on__gt=on) | Q(due_on=on, pk__gt=pk)
