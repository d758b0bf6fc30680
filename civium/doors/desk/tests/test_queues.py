"""The queues: the most urgent first, a page at a time, and as many queries for fifty rows as for one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils.translation import override

from civium.doors.desk.rows import other_rows
from civium.engines.cases.actions.answer_question import answer_question
from civium.engines.cases.actions.claim_case import claim_case
from civium.engines.cases.actions.erase_from_lists import erase_from_lists
from civium.engines.cases.actions.send_message import send_message
from civium.engines.cases.models import Case
from civium.engines.cases.queries import find_questions, get_case
from civium.foundation.identity.models import Person
from civium.foundation.journal.queries import find_entries
from civium.foundation.privacy.events import DataRead
from civium.foundation.vault.actions.destroy_key import destroy_key
from civium.foundation.vault.actions.watching import forget_keys
from civium.journeys.applications.actions.withdraw_application import withdraw_application
from civium.journeys.applications.rules import promise
from civium.journeys.catalogue.actions.withdraw_service import withdraw_service
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
    assert _count(desk, "") == few <= 7


def _count(client: Client, query: str) -> int:
    forget_keys()
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
    "typed",
    [
        "nobody like this",
        "<script>",
        "x" * 300,
        "\U0001f600\U0001f600",
        "'; drop table cases_case; --",
        "\x00",
    ],
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


def test_a_designer_sees_what_was_withdrawn(desk_of: DeskOf, dana: Person) -> None:
    withdraw_service("dog-licence", by=None, at=NOW)
    page = main_of(desk_of(dana).get("/en/desk/services/"))
    rows = {
        row.select_one("bdi").get_text(): row.get_text(" ", strip=True) for row in page.select("tbody tr")
    }
    assert "Withdrawn" in rows["dog-licence"]
    assert "Withdrawn" not in rows["building-permit"]


def test_the_desk_speaks_every_language(desk_of: DeskOf, boris: Person, her_case: Case) -> None:
    for language, title in (("es", "Licencia para perros"), ("ar", "رخصة اقتناء كلب")):
        page = desk_of(boris).get(f"/{language}/desk/")
        assert title in words_of(page)


def test_a_name_finds_its_cases_and_the_applicant_sees_that_it_was_looked_for(
    desk_of: DeskOf, boris: Person, stranger: Person, her_case: Case
) -> None:
    assert references(desk_of(boris), "?q=Amin") == [her_case.shown_reference]
    assert references(desk_of(stranger), "?q=Amina") == []
    read = [entry.event for entry in find_entries([f"person:{her_case.applicant_id}"])]
    searched = [each for each in read if isinstance(each, DataRead) and each.channel == "search"]
    assert [(each.subject, each.role, each.kinds) for each in searched] == [
        (her_case.subject, "clerk", "about")
    ]


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
        (row,) = other_rows([decided], today=late.date(), language="en")
        assert "3" in row.due
        assert "3 March" in promise(decided)


# --- narrowing, sorting, sharing -------------------------------------------------------------------------------------


@pytest.fixture
def mixed(amina: Person, ben: Person, boris: Person, omar: Person, make_person: Any) -> dict[str, str]:
    """Cases of every kind, by what they are; their references as shown."""
    fresh = apply_for(amina)
    mine = claim_case(apply_for(ben), by=boris, at=NOW)
    checking = move(apply_for(make_person("Kim"), at=NOW - dt.timedelta(days=20)), "accept", by=boris)
    waiting = move(
        move(apply_for(make_person("Lin")), "accept", by=boris), "ask", by=boris, question=QUESTION
    )
    granted = move(move(apply_for(make_person("Mo")), "accept", by=boris), "grant", by=omar)
    refused = move(move(apply_for(make_person("Nia")), "accept", by=boris), "refuse", by=omar, reason="No.")
    return {name: case.shown_reference for name, case in locals().items() if isinstance(case, Case)}


# What an address asks for, and which of the mixed cases its list has.
LISTS: dict[str, set[str]] = {
    "?which=team&holder=nobody": {"fresh"},
    "?which=team&holder=me": {"mine", "checking", "waiting"},
    "?which=team&service=dog-licence&step=received": {"fresh", "mine"},
    "?which=team&service=building-permit": set(),
    "?which=team&agency=animal-welfare": {"fresh", "mine", "checking", "waiting"},
    "?which=team&agency=planning": set(),
    "?which=team&opened_to=2026-02-20": {"checking"},
    "?which=team&due_from=2026-03-09&holder=nobody": {"fresh"},
    "?which=team&due_to=2026-03-01": {"checking"},
    "?which=for-my-role": {"fresh", "mine", "checking"},
    "?which=waiting": {"waiting"},
    "?which=closed&outcome=refused": {"refused"},
    "?which=closed&service=dog-licence&outcome=granted": {"granted"},
    "?q=luna": {"fresh", "mine", "checking", "waiting", "granted", "refused"},
    "?q=ben%40cast.example": {"mine"},
    "?q=luna&service=dog-licence&outcome=refused": {"refused"},
}


def test_the_address_says_what_a_list_has(desk_of: DeskOf, boris: Person, mixed: dict[str, str]) -> None:
    desk = desk_of(boris)
    for query, names in LISTS.items():
        assert set(references(desk, query)) == {mixed[name] for name in names}, query


def test_each_filter_is_a_chip_that_takes_it_off(
    desk_of: DeskOf, boris: Person, mixed: dict[str, str]
) -> None:
    desk = desk_of(boris)
    page = main_of(
        desk.get("/en/desk/?which=team&service=dog-licence&step=received&holder=me&opened_from=2026-01-05")
    )
    chips = {chip.get_text(" ", strip=True): chip["href"] for chip in page.select("ul.narrowed a")}
    assert chips == {
        "Remove: Service: Dog licence": "?which=team&holder=me&opened_from=2026-01-05",
        "Remove: Step: Received": "?which=team&service=dog-licence&holder=me&opened_from=2026-01-05",
        "Remove: With: You": "?which=team&service=dog-licence&step=received&opened_from=2026-01-05",
        "Remove: Received from 5 Jan 2026": "?which=team&service=dog-licence&step=received&holder=me",
    }
    assert references(desk, chips["Remove: With: You"]) == references(
        desk, "?which=team&service=dog-licence&step=received&opened_from=2026-01-05"
    )


def test_heads_of_columns_sort_and_say_which_way(desk_of: DeskOf, boris: Person, many: Any) -> None:
    cases, desk = many(12), desk_of(boris)

    def head(query: str, text: str) -> Any:
        heads = main_of(desk.get(f"/en/desk/{query}")).select("thead th")
        return next(each for each in heads if each.get_text(strip=True) == text)

    assert head("", "Due")["aria-sort"] == "ascending"
    turned = head("", "Due").select_one("a")["href"]
    assert turned == "?which=team&sort=-due"
    assert head(turned, "Due")["aria-sort"] == "descending"
    opened = head("", "Received").select_one("a")["href"]
    assert references(desk, opened) == [case.shown_reference for case in cases]
    assert references(desk, head(opened, "Received").select_one("a")["href"]) == [
        case.shown_reference for case in reversed(cases)
    ]


def test_a_page_leads_back_to_the_one_before(desk_of: DeskOf, boris: Person, many: Any) -> None:
    many(53)
    desk = desk_of(boris)
    query = "?which=team&service=dog-licence&sort=-opened"
    first = references(desk, query)
    second = main_of(
        desk.get("/en/desk/" + main_of(desk.get("/en/desk/" + query)).select_one('a[rel="next"]')["href"])
    )
    back = second.select_one('a[rel="prev"]')["href"]
    assert "service=dog-licence" in back
    assert references(desk, back) == first
    assert main_of(desk.get("/en/desk/" + back)).select_one('a[rel="prev"]') is None


@pytest.mark.parametrize(
    "query",
    [
        "?holder=x",
        "?sort=about",
        "?which=closed&sort=due",
        "?before=x",
        "?which=found",
        f"?holder={'9' * 40}",
    ],
)
def test_an_address_that_makes_no_sense_is_not_there(desk_of: DeskOf, boris: Person, query: str) -> None:
    assert desk_of(boris).get(f"/en/desk/{query}").status_code == 404


@pytest.mark.parametrize("typed", ["31/3/2026", "tomorrow", "2026-02-30", "0001-01-01", "\x00"])
def test_a_day_that_is_none_is_said_to_be_wrong(
    desk_of: DeskOf, boris: Person, her_case: Case, typed: str
) -> None:
    response = desk_of(boris).get("/en/desk/", {"due_from": typed})
    page = main_of(response)
    assert "Enter a day like 2026-03-31" in page.select_one("#due_from-error").get_text()
    assert page.select_one("details.details").has_attr("open")
    assert her_case.shown_reference in words_of(response)


def test_what_fits_nothing_says_how_to_see_more(desk_of: DeskOf, boris: Person, her_case: Case) -> None:
    words = words_of(desk_of(boris).get("/en/desk/?which=team&service=building-permit"))
    assert "No case of yours fits all of this. Remove a filter to see more." in words


def test_steps_and_outcomes_are_those_of_the_chosen_service(
    desk_of: DeskOf, boris: Person, her_case: Case
) -> None:
    desk = desk_of(boris)
    assert main_of(desk.get("/en/desk/")).select_one("#step") is None
    chosen = main_of(desk.get("/en/desk/?service=dog-licence"))
    assert [option["value"] for option in chosen.select("#step option")] == ["", "received", "checking"]
    closed = main_of(desk.get("/en/desk/?which=closed&service=dog-licence"))
    assert [option["value"] for option in closed.select("#outcome option")] == ["", "granted", "refused"]


# --- unread ----------------------------------------------------------------------------------------------------------


def unread(client: Client, query: str = "") -> list[str]:
    page = main_of(client.get(f"/en/desk/{query}"))
    return [row.select_one("a").get_text(strip=True) for row in page.select("tr.unread")]


def test_what_happened_since_one_looked_is_marked(
    desk_of: DeskOf, boris: Person, omar: Person, her_case: Case, amina: Person
) -> None:
    desk = desk_of(boris)
    assert unread(desk) == []  # nobody's, and never looked at
    desk.get(f"/en/desk/cases/{her_case.reference}/")
    desk.post(f"/en/desk/cases/{her_case.reference}/holder/", {"do": "claim"})
    assert unread(desk) == []
    send_message(get_case(her_case.reference, for_=amina), words="Hello?", by=amina, at=NOW)
    assert unread(desk) == [her_case.shown_reference]
    assert "Unread" in words_of(desk.get("/en/desk/"))
    assert unread(desk_of(omar)) == []
    desk.get(f"/en/desk/cases/{her_case.reference}/")
    assert unread(desk) == []


def test_what_was_taken_back_is_said_to_be_so(
    desk_of: DeskOf, boris: Person, her_case: Case, amina: Person
) -> None:
    withdraw_application(her_case, by=amina, at=NOW)
    row = (
        main_of(desk_of(boris).get("/en/desk/?which=closed")).select_one("tbody tr").get_text(" ", strip=True)
    )
    assert "Withdrawn" in row
    assert "Received" not in row


def test_what_was_erased_says_so(
    desk_of: DeskOf, boris: Person, omar: Person, amina: Person, her_case: Case
) -> None:
    decided = move(move(her_case, "accept", by=boris), "grant", by=omar)
    other = apply_for(amina)
    erase_from_lists(decided.subject)
    destroy_key(decided.subject, by=None, at=NOW)
    row = main_of(desk_of(boris).get("/en/desk/?which=closed")).select_one("tbody tr")
    assert "Erased" in [tag.get_text() for tag in row.select(".tag")]
    others = main_of(desk_of(boris).get(f"/en/desk/cases/{other.reference}/")).select(".others li")
    assert ["Erased" in line.get_text() for line in others] == [True]


def test_beside_a_case_the_numbers_of_the_queues_go_on(
    desk_of: DeskOf, boris: Person, her_case: Case, amina: Person
) -> None:
    send_message(get_case(her_case.reference, for_=amina), words="Hello?", by=amina, at=NOW)
    side = side_of(desk_of(boris).get(f"/en/desk/cases/{her_case.reference}/"))
    assert (side["My team"], side["New messages"]) == ("1", "1")  # nobody has it yet
    desk_of(boris).post(f"/en/desk/cases/{her_case.reference}/holder/", {"do": "claim"})
    side = side_of(desk_of(boris).get(f"/en/desk/cases/{her_case.reference}/"))
    assert (side["My team"], side["New messages"]) == ("1", "0")  # it has just been read


def test_what_applicants_wrote_is_counted_and_listed_until_somebody_sees_to_it(
    desk_of: DeskOf, boris: Person, omar: Person, stranger: Person, her_case: Case, ben: Person, amina: Person
) -> None:
    decided = move(move(apply_for(ben), "accept", by=boris), "grant", by=omar)
    desk = desk_of(boris)
    assert side_of(desk.get("/en/desk/"))["New messages"] == "0"
    assert "Nothing here" in words_of(desk.get("/en/desk/?which=messages"))
    for case, person in ((her_case, amina), (decided, ben)):
        send_message(get_case(case.reference, for_=person), words="Hello?", by=person, at=NOW)
    page = desk.get("/en/desk/?which=messages")
    assert side_of(page)["New messages"] == "2"
    assert set(references(desk, "?which=messages")) == {her_case.shown_reference, decided.shown_reference}
    assert "New message" in words_of(page)
    assert side_of(desk_of(stranger).get("/en/desk/"))["New messages"] == "0"
    assert references(desk_of(stranger), "?which=messages") == []
    desk_of(omar).get(f"/en/desk/cases/{her_case.reference}/")  # only looks: it is nobody's
    assert len(references(desk, "?which=messages")) == 2
    desk_of(omar).post(f"/en/desk/cases/{her_case.reference}/message/", {"message": "We saw it."})
    assert references(desk, "?which=messages") == [decided.shown_reference]
    assert side_of(desk.get("/en/desk/"))["New messages"] == "1"


# --- taking several --------------------------------------------------------------------------------------------------


def test_ticked_cases_are_taken_and_the_same_list_is_shown_again(
    desk_of: DeskOf, boris: Person, omar: Person, many: Any
) -> None:
    cases, desk = many(3), desk_of(boris)
    query = "?which=unassigned&service=dog-licence"
    form = main_of(desk.get(f"/en/desk/{query}")).select_one("form[data-take]")
    assert {box["aria-label"] for box in form.select("input.tick")} == {
        f"Take {c.shown_reference}" for c in cases
    }
    here = form.select_one("input[name=here]")["value"]
    desk_of(omar).post(f"/en/desk/cases/{cases[0].reference}/holder/", {"do": "claim"})
    page = desk.post(form["action"], {"case": [case.reference for case in cases], "here": here}, follow=True)
    assert page.redirect_chain == [(f"/en/desk/{query}", 302)]
    words = words_of(page)
    assert "2 cases are yours now." in words
    assert f"{cases[0].shown_reference}: Omar took this case" in words
    assert {case.assigned_to for case in Case.objects.filter(pk__in=[c.pk for c in cases])} == {boris, omar}


def test_nothing_ticked_takes_nothing(desk_of: DeskOf, boris: Person, her_case: Case) -> None:
    page = desk_of(boris).post("/en/desk/taking/", {"here": "?which=team"}, follow=True)
    assert "Tick the cases that you want to take." in words_of(page)


def test_nobody_takes_what_is_not_theirs_to_work_on(
    desk_of: DeskOf, stranger: Person, boris: Person, her_case: Case
) -> None:
    own = apply_for(boris)
    for who, case in ((stranger, her_case), (boris, own)):
        desk_of(who).post("/en/desk/taking/", {"case": [case.reference, "x", ""]})
        assert Case.objects.get(pk=case.pk).assigned_to is None


@pytest.mark.parametrize(
    "here", ["https://evil.example/", "//evil.example", "?which=nonsense", "javascript:x", "?which=late&x=1"]
)
def test_the_way_back_never_leads_out_of_the_desk(
    desk_of: DeskOf, boris: Person, her_case: Case, here: str
) -> None:
    answer = desk_of(boris).post("/en/desk/taking/", {"case": her_case.reference, "here": here})
    assert answer["Location"] in {"/en/desk/", "/en/desk/?which=team", "/en/desk/?which=late"}


# --- from case to case -----------------------------------------------------------------------------------------------


def test_a_case_leads_back_to_its_list_and_on_to_the_next(desk_of: DeskOf, boris: Person, many: Any) -> None:
    many(3)
    desk = desk_of(boris)
    order = references(desk, "?which=unassigned&service=dog-licence")
    for number, shown in enumerate(order):
        reference = shown.replace("-", "")
        page = BeautifulSoup(desk.get(f"/en/desk/cases/{reference}/").content, "html.parser")
        walk = page.select_one("nav.walk")
        assert walk.select_one("a.back-link")["href"] == "/en/desk/?which=unassigned&service=dog-licence"
        onward = desk.get(walk.select_one("a[rel=next]")["href"], follow=True)
        if number + 1 < len(order):
            assert onward.redirect_chain == [(f"/en/desk/cases/{order[number + 1].replace('-', '')}/", 302)]
        else:
            assert onward.redirect_chain == [("/en/desk/?which=unassigned&service=dog-licence", 302)]
            assert "That was the last case of this list." in words_of(onward)


def test_a_cookie_that_makes_no_sense_is_the_teams_list(
    desk_of: DeskOf, boris: Person, her_case: Case
) -> None:
    desk = desk_of(boris)
    desk.cookies["desk-list"] = "?which=nonsense&holder=x"
    page = BeautifulSoup(desk.get(f"/en/desk/cases/{her_case.reference}/").content, "html.parser")
    assert page.select_one("nav.walk a.back-link")["href"] == "/en/desk/?which=team"


def test_the_list_that_is_remembered_knows_no_search(desk_of: DeskOf, boris: Person, her_case: Case) -> None:
    answer = desk_of(boris).get("/en/desk/", {"q": "amina@cast.example", "which": "late"})
    assert answer.cookies["desk-list"].value == "?which=late"
    assert answer.cookies["desk-list"]["httponly"]


def test_any_list_takes_eight_reads_at_most(
    desk_of: DeskOf, boris: Person, chen: Person, make_person: Any, mixed: dict[str, str]
) -> None:
    """Sign-in with the roles, colleagues, the rows, their keys, and the numbers beside the queues; words take three more."""
    from civium.foundation.identity.actions.grant_role import grant_role
    from civium.foundation.identity.queries import get_agency

    grant_role(boris, role="officer", agency=get_agency("planning"), shown_as="Boris", by=None, at=NOW)
    desk = desk_of(boris)
    for query in (
        "",
        "?which=for-my-role",
        "?which=mine&service=dog-licence",
        "?which=team&sort=-opened&holder=nobody&service=dog-licence&step=received",
        "?which=closed&outcome=granted",
        "?q=luna+dog",
        "?q=amina%40cast.example",
    ):
        assert _count(desk, query) <= 8, query
