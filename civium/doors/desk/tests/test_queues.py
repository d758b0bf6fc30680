"""The queues: the most urgent first, a page at a time, and as many queries for fifty rows as for one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils.translation import override

from civium.doors.desk.rows import queue_row
from civium.engines.cases.actions.answer_question import answer_question
from civium.engines.cases.actions.claim_case import claim_case
from civium.engines.cases.models import Case
from civium.engines.cases.queries import find_questions, get_case
from civium.foundation.identity.models import Person
from civium.journeys.applications.rules import promise
from tests.applying import QUESTION, apply_for, count_queries, move
from tests.cast import NOW

from .conftest import main_of, side_of, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services", "seal")]
DeskOf = Callable[[Person], Client]


def references(client: Client, query: str = "") -> list[str]:
    page = main_of(client.get(f"/en/desk/{query}"))
    return [row.select_one("a").get_text(strip=True) for row in page.select("tbody tr")]


@pytest.fixture
def many(make_person: Callable[..., Person]) -> Callable[[int], list[Case]]:
    """As many cases of Animal Welfare, each opened a day before the one after it."""

    def make(count: int) -> list[Case]:
        lin = make_person("Lin")
        return [
            apply_for(lin, example=2, at=NOW - dt.timedelta(days=count - number)) for number in range(count)
        ]

    return make


def test_nothing_to_do_is_said_in_words(desk_of: DeskOf, boris: Person) -> None:
    for which in ("mine", "team", "unassigned", "due-soon", "late", "closed"):
        page = desk_of(boris).get(f"/en/desk/?which={which}")
        assert page.status_code == 200
        assert "Nothing here" in words_of(page)


def test_a_row_shows_what_one_needs_to_choose(desk_of: DeskOf, boris: Person, her_case: Case) -> None:
    claim_case(her_case, by=boris, at=NOW)
    row = main_of(desk_of(boris).get("/en/desk/")).select_one("tbody tr").get_text(" ", strip=True)
    for shown in (her_case.shown_reference, "Dog licence", "Luna", "2 Mar 2026", "You"):
        assert shown in row


def test_the_most_urgent_is_on_top(desk_of: DeskOf, boris: Person, many: Any) -> None:
    due_on = {case.shown_reference: case.due_on for case in many(12)}
    shown = [due_on[reference] for reference in references(desk_of(boris))]
    assert shown == sorted(due_on.values())
    assert len(set(shown)) > 3


def test_each_queue_has_its_cases(
    desk_of: DeskOf, boris: Person, omar: Person, amina: Person, ben: Person, make_person: Any
) -> None:
    at = NOW - dt.timedelta(days=30)
    late = apply_for(amina, at=at)
    mine = claim_case(apply_for(ben), by=boris, at=NOW)
    waiting = move(apply_for(make_person("Kim"), at=at), "accept", by=boris, at=at)
    waiting = move(waiting, "ask", by=boris, question=QUESTION, at=at)
    decided = move(move(apply_for(make_person("Lin")), "accept", by=boris), "grant", by=omar)
    queues = {
        which: set(references(desk_of(boris), f"?which={which}"))
        for which in ("mine", "team", "unassigned", "late", "closed")
    }
    shown = {name: case.shown_reference for name, case in locals().items() if isinstance(case, Case)}
    assert queues == {
        "mine": {shown["mine"], shown["waiting"]},
        "team": {shown["late"], shown["mine"], shown["waiting"]},
        "unassigned": {shown["late"]},
        "late": {shown["late"]},
        "closed": {shown["decided"]},
    }
    assert decided.is_decided


def test_the_side_says_how_many_there_are(desk_of: DeskOf, boris: Person, many: Any) -> None:
    claim_case(many(3)[0], by=boris, at=NOW)
    side = side_of(desk_of(boris).get("/en/desk/"))
    assert (side["Mine"], side["My team"], side["Not assigned"]) == ("1", "3", "2")


def test_only_the_cases_of_ones_own_agency_are_there(
    desk_of: DeskOf, boris: Person, stranger: Person, her_case: Case, amina: Person
) -> None:
    apply_for(amina, "heating-allowance")
    assert references(desk_of(boris)) == [her_case.shown_reference]
    assert references(desk_of(stranger)) == []


def test_the_next_page_begins_where_this_one_ends(desk_of: DeskOf, boris: Person, many: Any) -> None:
    cases, desk = many(53), desk_of(boris)
    first = main_of(desk.get("/en/desk/?which=unassigned"))
    assert len(first.select("tbody tr")) == 50
    onward = first.select_one('a[rel="next"]')["href"]
    rest = references(desk, onward)
    assert len(rest) == 3
    here = [row.select_one("a").get_text(strip=True) for row in first.select("tbody tr")]
    assert sorted(here + rest) == sorted(case.shown_reference for case in cases)


@pytest.mark.parametrize(
    "query", ["?which=everything", "?which=", "?after=x", "?which=closed&after=2026-03-02~x"]
)
def test_a_queue_or_place_that_does_not_exist_is_not_there(
    desk_of: DeskOf, boris: Person, query: str
) -> None:
    assert desk_of(boris).get(f"/en/desk/{query}").status_code == 404


def test_fifty_rows_take_as_many_queries_as_one(
    desk_of: DeskOf, boris: Person, chen: Person, many: Any
) -> None:
    cases, desk = many(50), desk_of(boris)
    for case in cases[1:]:
        claim_case(case, by=chen, at=NOW)
    few = _count(desk, "?which=unassigned")
    assert len(references(desk)) == 50
    assert _count(desk, "") <= few + 2  # those who hold them, and their names
    assert few <= 12


def _count(client: Client, query: str) -> int:
    return count_queries(client, f"/en/desk/{query}")


def test_a_reference_read_over_the_phone_opens_its_case(
    desk_of: DeskOf, boris: Person, her_case: Case
) -> None:
    desk, plain = desk_of(boris), her_case.reference
    for typed in (
        her_case.shown_reference,
        plain.lower(),
        f" {plain[:4]} {plain[4:]} ",
        plain.replace("0", "O"),
    ):
        answer = desk.get("/en/desk/", {"q": typed})
        assert answer["Location"] == f"/en/desk/cases/{plain}/"


@pytest.mark.parametrize(
    "typed", ["amina", "<script>", "x" * 300, "\U0001f600\U0001f600", "'; drop table cases_case; --", "\x00"]
)
def test_what_is_found_nowhere_is_said_to_be_so(
    desk_of: DeskOf, boris: Person, her_case: Case, typed: str
) -> None:
    page = desk_of(boris).get("/en/desk/", {"q": typed})
    assert page.status_code == 200
    assert "Nothing found" in words_of(page) or typed == "\x00"
    assert b"<script>" not in page.content


@pytest.mark.parametrize(
    ("who", "leads_to"),
    [("finn", "/en/desk/money/"), ("ada", "/en/desk/stuck/"), ("dana", "/en/desk/services/")],
)
def test_whoever_works_no_cases_is_shown_to_their_own_part(
    desk_of: DeskOf, request: pytest.FixtureRequest, who: str, leads_to: str
) -> None:
    desk = desk_of(request.getfixturevalue(who))
    assert desk.get("/en/desk/")["Location"] == leads_to
    page = desk.get(leads_to)
    assert page.status_code == 200
    assert "My team" not in side_of(page)


def test_the_desk_speaks_every_language(desk_of: DeskOf, boris: Person, her_case: Case) -> None:
    for language, title in (("es", "Licencia para perros"), ("ar", "رخصة اقتناء كلب")):
        page = desk_of(boris).get(f"/{language}/desk/")
        assert title in words_of(page)


def test_a_reference_that_nobody_has_is_said_to_be_unknown(
    desk_of: DeskOf, boris: Person, stranger: Person, her_case: Case
) -> None:
    page = desk_of(stranger).get("/en/desk/", {"q": her_case.shown_reference})
    assert page.status_code == 200
    assert "No case of yours has this reference. Check for a typing error." in words_of(page)


@pytest.mark.parametrize(
    ("query", "shown"),
    [("", "My team"), ("?which=mine", "Mine"), ("?after=2026-01-01~" + "0" * 32, "My team")],
)
def test_the_side_marks_the_queue_one_is_in(desk_of: DeskOf, boris: Person, query: str, shown: str) -> None:
    page = BeautifulSoup(desk_of(boris).get(f"/en/desk/{query}").content, "html.parser")
    marked = page.select('nav.side a[aria-current="page"] span:first-child')
    assert [link.get_text() for link in marked] == [shown]


def test_amber_means_due_soon(desk_of: DeskOf, boris: Person, many: Any) -> None:
    many(12)
    desk = desk_of(boris)
    page = main_of(desk.get("/en/desk/"))
    amber = {
        row.select_one("a").get_text(strip=True) for row in page.select("tbody tr") if row.select(".due--sun")
    }
    assert amber
    assert amber == set(references(desk, "?which=due-soon"))


def test_an_answer_is_marked_until_somebody_goes_on(
    desk_of: DeskOf, boris: Person, omar: Person, her_case: Case, at_nine: dt.datetime
) -> None:
    asked = move(move(her_case, "accept", by=boris), "ask", by=boris, question=QUESTION)
    desk = desk_of(boris)
    assert "Answered" not in words_of(desk.get("/en/desk/"))
    answer_question(find_questions(asked)[0], answer="Here it is.", by=asked.applicant, at=NOW)
    assert "Answered" in words_of(desk.get("/en/desk/"))
    move(get_case(asked.reference, for_=omar), "grant", by=omar)
    assert "Answered" not in words_of(desk.get("/en/desk/?which=closed"))


def test_a_day_is_the_towns(boris: Person, omar: Person, her_case: Case) -> None:
    late = dt.datetime(2026, 3, 2, 23, 30, tzinfo=dt.UTC)  # half past midnight in the town
    decided = move(move(her_case, "accept", by=boris), "grant", by=omar, at=late)
    with override("en"):
        assert "3" in queue_row(decided, today=late.date(), language="en").due
        assert "3 March" in promise(decided)
