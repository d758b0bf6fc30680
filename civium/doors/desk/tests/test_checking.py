"""Who read what: what the data-protection officer and auditors see, and what that leaves on the record."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.http import HttpResponse
from django.test import Client

from civium.engines.cases.models import Case
from civium.foundation.identity.actions.grant_role import grant_role
from civium.foundation.identity.models import Person
from civium.foundation.journal.models import Entry
from civium.foundation.kit.references import new_reference
from civium.foundation.privacy.actions.declare_reading import note_reading
from civium.foundation.privacy.actions.watch_readings import readings
from civium.foundation.privacy.events import DataRead
from civium.journeys.rights.actions.question_reading import question_reading
from tests.applying import apply_for, move
from tests.cast import NOW
from tests.offer import publish_ours

from .conftest import main_of, side_of, words_of

DeskOf = Callable[[Person], Client]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services", "seal")]
PAGE, STAFF, ASKED = "/en/desk/readings/", "/en/desk/readings-by-staff/", "/en/desk/asked-readings/"


@pytest.fixture
def petra(make_person: Callable[..., Person]) -> Person:
    return make_person("Petra", role="data-protection-officer")


@pytest.fixture
def auditor(make_person: Callable[..., Person]) -> Person:
    """Checks Animal Welfare, and nothing else."""
    return make_person("Aldo", role="auditor", agency="animal-welfare")


def look(of: Person, by: Person | None, *, minutes: int = 0, **more: Any) -> None:
    said: dict[str, Any] = {
        "kinds": {"answers"},
        "purpose": "work-on-case",
        "agency": "animal-welfare",
        "role": "clerk",
        **more,
    }
    with readings(at=NOW + dt.timedelta(minutes=minutes)):
        note_reading(of=of.pk, by=by, **said)


def rows(answer: HttpResponse) -> list[str]:
    assert answer.status_code == 200
    return [" ".join(row.get_text(" ", strip=True).split()) for row in main_of(answer).select("tr[data-row]")]


def last_entry() -> int:
    return Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def read_since(entry: int) -> list[DataRead]:
    found = Entry.objects.filter(pk__gt=entry, kind=DataRead.kind).order_by("pk")
    return [each.event for each in found if isinstance(each.event, DataRead)]


def test_each_reading_says_who_whom_when_and_what_for(
    desk_of: DeskOf, petra: Person, amina: Person, boris: Person
) -> None:
    case = apply_for(amina)
    look(amina, boris, subject=case.subject)
    page = desk_of(petra).get(PAGE)
    line = next(row for row in rows(page) if "Boris" in row)
    for said in (
        "Clerk",
        "Animal Welfare",
        "To work on your case",
        "Answers to a form",
        case.shown_reference,
    ):
        assert said in line
    assert "Amina" not in page.content.decode()
    assert {"Who read what", "Readings by staff", "What people ask"} <= side_of(page).keys()


def test_looking_at_it_is_itself_on_the_record_of_the_people(
    desk_of: DeskOf, petra: Person, amina: Person, ben: Person, boris: Person
) -> None:
    look(amina, boris)
    look(ben, boris)
    before = last_entry()
    desk_of(petra).get(f"{PAGE}?of={amina.pk}")
    (event,) = read_since(before)
    assert (event.of, event.purpose, event.kinds) == (amina.vault_key, "check-readings", "readings")
    assert (event.role, event.channel) == ("data-protection-officer", "list")
    hers = Client()
    hers.force_login(amina)
    assert "check who read data" in hers.get("/en/my/data/who-looked/").content.decode()


@pytest.mark.parametrize("asked", ["reference", "email"])
def test_one_persons_readings_are_found_by_a_case_or_an_address_that_no_page_keeps(
    desk_of: DeskOf, petra: Person, amina: Person, ben: Person, boris: Person, asked: str
) -> None:
    case = apply_for(amina)
    look(amina, boris)
    look(ben, boris, minutes=3)
    desk = desk_of(petra)
    answer = desk.post(
        f"{PAGE}person/", {"person": amina.email if asked == "email" else case.shown_reference}
    )
    assert answer["Location"] == f"{PAGE}?of={amina.pk}"
    found = rows(desk.get(answer["Location"]))
    assert sum("Boris" in row for row in found) == 1


@pytest.mark.parametrize("asked", ["nobody@cast.example", "7K4M-92QX", "Amina", "\0@", "x" * 4000, '"><b>@'])
def test_that_nobody_has_what_was_typed_is_said_and_the_words_stay(
    desk_of: DeskOf, petra: Person, amina: Person, boris: Person, asked: str
) -> None:
    look(amina, boris)
    desk, before = desk_of(petra), last_entry()
    page = desk.post(f"{PAGE}person/", {"person": asked})
    assert page.status_code == 422
    assert "Nobody has this reference or e-mail address." in words_of(page)
    box = main_of(page).select_one("#person")
    assert box is not None
    assert box["value"] == asked.replace("\0", " ").strip()[:254]
    assert read_since(before) == []
    assert desk.post(f"{PAGE}person/", {})["Location"] == PAGE
    known = desk.post(f"{PAGE}person/", {"person": amina.email})
    assert "Nobody has" not in words_of(desk.get(known["Location"]))


@pytest.mark.parametrize("asked", ["nobody@cast.example", "?"])
def test_who_checks_one_office_is_not_told_who_has_an_account(
    desk_of: DeskOf, auditor: Person, amina: Person, asked: str
) -> None:
    desk, unknown = desk_of(auditor), new_reference() if asked == "?" else asked
    answers = [desk.post(f"{PAGE}person/", {"person": each}) for each in (unknown, amina.email)]
    pages = [words_of(desk.get(answer["Location"])) for answer in answers]
    assert pages[0] == pages[1]
    assert "Nothing found" in pages[0]


def test_readings_in_an_emergency_come_first(
    desk_of: DeskOf, petra: Person, amina: Person, ben: Person, boris: Person
) -> None:
    look(ben, boris, purpose="break-glass", channel="break-glass", minutes=-500)
    look(amina, boris)
    page = desk_of(petra).get(PAGE)
    first, second = rows(page)[:2]
    assert "Emergency" in first
    assert "Emergency" not in second
    assert words_of(page).index("In an emergency") < words_of(page).index("All other readings")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 4),
        ("?agency=planning", 1),
        ("?purpose=find-case", 1),
        ("?channel=export", 1),
        ("?from=2026-03-03", 1),
        ("?to=2026-03-02", 3),
        ("?from=2026-03-03&to=2026-03-03", 1),
        ("?agency=nowhere", 0),
        ('?agency=x"%25&purpose=%00&channel=_', 0),
        ("?of=11111111-1111-4111-8111-111111111111", 0),
        ("?after=nonsense", 0),
        ("?after=9999999999999999-1", 4),
    ],
)
def test_the_list_can_be_narrowed(
    desk_of: DeskOf, petra: Person, amina: Person, boris: Person, query: str, count: int
) -> None:
    look(amina, boris)
    look(amina, boris, minutes=60, purpose="find-case")
    look(amina, boris, minutes=24 * 60, agency="planning")
    look(amina, boris, minutes=90, channel="export")
    assert len(rows(desk_of(petra).get(PAGE + query))) == count


def test_a_day_that_is_none_is_said_so(desk_of: DeskOf, petra: Person) -> None:
    page = desk_of(petra).get(f"{PAGE}?from=yesterday")
    assert "Enter a day like 2026-03-31" in words_of(page)
    assert page.status_code == 200


def test_pages_follow_one_another_without_a_gap(
    desk_of: DeskOf, petra: Person, amina: Person, boris: Person
) -> None:
    for number in range(60):
        look(amina, boris, minutes=-20 * number)
    desk, address, seen = desk_of(petra), f"{PAGE}?by={boris.pk}", []
    while address:
        page = desk.get(address)
        seen += rows(page)
        onward = main_of(page).select_one("a[rel=next]")
        address = f"{PAGE}{onward['href']}" if onward else ""
    assert (len(seen), len(set(seen))) == (60, 60)


def test_an_auditor_of_one_office_sees_that_office_only(
    desk_of: DeskOf, auditor: Person, amina: Person, boris: Person
) -> None:
    look(amina, boris)
    look(amina, boris, minutes=60, agency="planning")
    look(amina, boris, minutes=90, agency="")
    desk = desk_of(auditor)
    (line,) = rows(desk.get(PAGE))
    assert "Animal Welfare" in line
    assert rows(desk.get(f"{PAGE}?agency=planning")) == []
    assert [row for row in rows(desk.get(STAFF)) if "Planning" in row or "whole town" in row] == []
    (told,) = list_of_file(desk.post(f"{PAGE}file/", {}))[1:]
    assert "Animal Welfare" in told


# --- as a file ---


def list_of_file(answer: HttpResponse) -> list[list[str]]:
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def test_the_file_has_the_list_and_no_formula_and_is_on_the_record(
    desk_of: DeskOf, petra: Person, amina: Person, make_person: Callable[..., Person]
) -> None:
    odd = make_person("=1+1", role="clerk", agency="animal-welfare")
    look(amina, odd)
    look(amina, odd, minutes=60, agency="planning")
    desk = desk_of(petra)
    before = last_entry()
    header, told = list_of_file(desk.post(f"{PAGE}file/", {"agency": "animal-welfare"}))
    assert header[:3] == ["Number", "When", "Who"]
    assert told[2] == "'=1+1"
    assert "2026-03-02T10:00:00+01:00" in told
    new = Entry.objects.filter(pk__gt=before).values_list("kind", flat=True)
    assert set(new) == {"rights.ReadingsExported", "privacy.DataRead"}
    assert [(event.of, event.channel) for event in read_since(before)] == [(amina.vault_key, "export")]


def test_the_file_takes_a_fresh_sign_in(
    desk_of: DeskOf, petra: Person, amina: Person, boris: Person, time_machine: Any
) -> None:
    look(amina, boris)
    desk = desk_of(petra)
    time_machine.move_to(NOW + dt.timedelta(minutes=20), tick=False)
    before = last_entry()
    answer = desk.post(f"{PAGE}file/", {})
    assert answer.status_code in (302, 303)
    assert "confirm" in answer["Location"] or "sign" in answer["Location"] or "reauth" in answer["Location"]
    assert read_since(before) == []


def test_too_much_for_one_file_is_refused_whole(
    desk_of: DeskOf, petra: Person, amina: Person, boris: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("civium.journeys.rights.actions.export_readings.MOST", 1)
    look(amina, boris)
    look(amina, boris, minutes=60)
    answer = desk_of(petra).post(f"{PAGE}file/", {})
    assert answer.status_code == 422
    assert "Narrow the list" in words_of(answer)


# --- by staff ---


def test_who_read_much_more_than_colleagues_comes_first_and_the_reason_is_told(
    desk_of: DeskOf,
    petra: Person,
    amina: Person,
    boris: Person,
    omar: Person,
    chen: Person,
    make_person: Callable[..., Person],
) -> None:
    for person in (omar, chen):
        look(amina, person, minutes=-60)
    for number in range(12):
        look(make_person(f"P{number}"), boris, minutes=-60)
    first, *others = rows(desk_of(petra).get(STAFF))
    assert first.startswith("Boris")
    assert "Read data of 12 people. A colleague in the middle of this office: 1." in first
    assert len(others) == 2
    assert not any("middle" in row for row in others)


def test_readings_at_night_and_on_days_off_are_counted_apart(
    desk_of: DeskOf, petra: Person, amina: Person, boris: Person
) -> None:
    for hours in (-12, -24, -36):
        look(amina, boris, minutes=60 * hours)
    look(amina, boris)
    (row,) = rows(desk_of(petra).get(STAFF))
    assert "3 of 4 readings outside office hours" in row


def test_computers_and_programs_are_nobodys_work(
    desk_of: DeskOf, petra: Person, amina: Person, boris: Person
) -> None:
    look(amina, None, channel="job", role="")
    look(amina, boris, channel="api")
    look(amina, boris, minutes=-60 * 24 * 31)
    page = desk_of(petra).get(STAFF)
    assert rows(page) == []
    assert "Nobody has read anything" in words_of(page)
    assert desk_of(petra).get(f"{STAFF}?days=9999").status_code == 404


# --- what people ask ---


@pytest.fixture
def requests(make_person: Callable[..., Person]) -> Person:
    """The town takes requests about data; gives whoever works on them."""
    publish_ours("data-request")
    return make_person("Piet", role="officer", agency="data-protection")


def ask_about_last(person: Person) -> Case:
    entry = Entry.objects.filter(stream=person.vault_key, kind=DataRead.kind).latest("pk")
    known = list(Case.objects.values_list("pk", flat=True))
    question_reading(entry.pk, words="Why was this read?", language="en", by=person, at=NOW)
    return Case.objects.filter(applicant=person).exclude(pk__in=known).get()


def test_questions_wait_are_late_and_are_answered(
    desk_of: DeskOf,
    petra: Person,
    requests: Person,
    amina: Person,
    ben: Person,
    boris: Person,
    time_machine: Any,
) -> None:
    look(amina, boris)
    look(ben, boris)
    waits, answered = ask_about_last(amina), ask_about_last(ben)
    move(answered, "reply", by=requests, reason="It was for your licence.")
    desk = desk_of(petra)
    (line,) = rows(desk.get(ASKED))
    assert waits.shown_reference in line
    assert "Boris" in line
    (line,) = rows(desk.get(f"{ASKED}?which=answered"))
    assert "Answered" in line
    assert "Nothing is late" in words_of(desk.get(f"{ASKED}?which=late"))
    time_machine.move_to(NOW + dt.timedelta(days=60), tick=False)
    desk = desk_of(petra)
    (line,) = rows(desk.get(f"{ASKED}?which=late"))
    assert "Late" in line
    assert desk.get(f"{ASKED}?which=other").status_code == 404
    assert rows(desk.get(f"{ASKED}?after=x")) == []


def test_the_case_opens_for_whoever_works_on_it(
    desk_of: DeskOf,
    petra: Person,
    requests: Person,
    amina: Person,
    boris: Person,
    make_person: Callable[..., Person],
) -> None:
    look(amina, boris)
    case = ask_about_last(amina)
    link = f"/en/desk/cases/{case.reference}/"
    assert link not in desk_of(petra).get(ASKED).content.decode()
    both = make_person("Both", role="data-protection-officer")
    from civium.foundation.identity.queries import get_agency

    grant_role(both, role="officer", agency=get_agency("data-protection"), shown_as="Both", by=None, at=NOW)
    assert link in desk_of(both).get(ASKED).content.decode()


def test_an_auditor_of_one_office_learns_nothing_of_questions_about_others(
    desk_of: DeskOf, auditor: Person, requests: Person, amina: Person, boris: Person
) -> None:
    look(amina, boris, agency="planning")
    ask_about_last(amina)
    desk = desk_of(auditor)
    assert rows(desk.get(ASKED)) == []
    look(amina, boris)
    case = ask_about_last(amina)
    (line,) = rows(desk.get(ASKED))
    assert case.shown_reference in line


def test_whoever_works_on_the_question_sees_which_reading_it_is_about(
    desk_of: DeskOf, requests: Person, amina: Person, boris: Person
) -> None:
    hers = apply_for(amina)
    look(amina, boris, subject=hers.subject)
    case = ask_about_last(amina)
    desk, before = desk_of(requests), last_entry()
    page = desk.get(f"/en/desk/cases/{case.reference}/")
    shown = main_of(page).select_one("section[aria-labelledby=reading]")
    assert shown is not None
    said = shown.get_text(" ", strip=True)
    for each in (
        "Clerk",
        "Animal Welfare",
        "To work on your case",
        "Answers to a form",
        hers.shown_reference,
    ):
        assert each in said
    assert "Boris" not in said
    assert shown.select_one("header a") is None
    (event,) = read_since(before)
    assert "readings" in event.kinds.split()
    assert (event.purpose, event.role, event.subject) == ("work-on-case", "officer", case.subject)


def test_who_also_checks_readings_gets_the_way_to_it(
    desk_of: DeskOf, requests: Person, amina: Person, boris: Person
) -> None:
    look(amina, boris)
    case = ask_about_last(amina)
    grant_role(requests, role="data-protection-officer", agency=None, shown_as="Piet", by=None, at=NOW)
    desk = desk_of(requests)
    way = main_of(desk.get(f"/en/desk/cases/{case.reference}/")).select_one(
        "section[aria-labelledby=reading] a"
    )
    assert way is not None
    assert any("Boris" in row for row in rows(desk.get(str(way["href"]))))


def test_questions_by_the_form_alone_wait_too_and_other_wishes_do_not(
    desk_of: DeskOf, petra: Person, auditor: Person, requests: Person, amina: Person, ben: Person
) -> None:
    case = apply_for(amina, "data-request", 6)
    apply_for(ben, "data-request", 0)
    desk = desk_of(petra)
    page = desk.get(ASKED)
    (line,) = rows(page)
    assert case.shown_reference in line
    assert "None named, or none of theirs" in line
    assert "Waiting for an answer (1)" in words_of(page)
    assert "Late (0)" in words_of(page)
    assert rows(desk_of(auditor).get(ASKED)) == []
    move(case, "reply", by=requests, reason="It was for your licence.")
    assert rows(desk.get(ASKED)) == []
    (line,) = rows(desk.get(f"{ASKED}?which=answered"))
    assert case.shown_reference in line


def test_nobody_has_asked_and_nobody_has_read(desk_of: DeskOf, petra: Person) -> None:
    desk = desk_of(petra)
    assert "Nobody waits for an answer" in words_of(desk.get(ASKED))
    assert "Nobody has read anything" in words_of(desk.get(PAGE))
    assert "Download" not in words_of(desk.get(PAGE))
    assert (
        BeautifulSoup(desk.get("/en/desk/", follow=True).content, "html.parser").h1.get_text()
        == "Who read what"
    )  # type: ignore[union-attr]
