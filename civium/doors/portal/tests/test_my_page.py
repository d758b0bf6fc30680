"""My page: next steps first, then cases, and never more than a handful of queries."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from civium.engines.cases.actions.withdraw_case import withdraw_case
from civium.engines.cases.models import Case
from civium.foundation.identity.models import Person
from civium.foundation.privacy.actions.erase_owner import erase_owner
from civium.foundation.vault.key_ring import forget_keys
from tests.applying import QUESTION, apply_for, begin, fill_in, move, send
from tests.cast import NOW
from tests.offer import publish_ours

from .conftest import apply_often, main_of, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services")]


def test_a_newcomer_is_told_what_will_be_here(her: Client) -> None:
    page = her.get("/en/my/")
    words = words_of(page)
    assert page.status_code == 200
    assert "Nothing to do right now" in words
    assert "No cases yet" in words
    assert main_of(page).select_one('a[href="/en/services/"]')


@pytest.mark.parametrize(("hour", "greeting"), [(7, "morning"), (14, "afternoon"), (19, "evening")])
def test_it_greets_by_the_towns_clock(
    her: Client, amina: Person, time_machine: Any, hour: int, greeting: str
) -> None:
    time_machine.move_to(NOW.replace(hour=hour), tick=False)
    her.force_login(amina)
    assert f"Good {greeting}, Amina" in words_of(her.get("/en/my/"))


def test_what_waits_for_the_person_comes_first_and_the_most_urgent_on_top(
    her: Client, amina: Person, boris: Person
) -> None:
    begin(amina, "building-permit", at=NOW - dt.timedelta(days=3))
    send(fill_in(begin(amina)))
    social = apply_for(amina, "heating-allowance")
    assert social.is_paused is False
    page = main_of(her.get("/en/my/"))
    titles = [step.get_text(" ", strip=True) for step in page.select(".step h3")]
    assert titles == ["Pay for your Dog licence", "Finish your Building permit"]
    assert [section.select_one("h2").get_text() for section in page.select("section")][:2] == [
        "Your next steps",
        "Your cases",
    ]


def test_what_a_case_is_about_is_said_in_the_readers_language(her: Client, amina: Person) -> None:
    """The line is kept in the language it was sent in, and a choice has words in every one."""
    publish_ours("data-request")
    case = apply_for(amina, "data-request")
    assert case.about == "Erase my data"
    for address in ("/es/my/", f"/es/my/cases/{case.reference}/"):
        words = words_of(her.get(address))
        assert "Borrar mis datos" in words
        assert "Erase my data" not in words


def test_a_question_of_the_agency_is_the_first_step(her: Client, amina: Person, boris: Person) -> None:
    case = move(move(apply_for(amina), "accept", by=boris), "ask", by=boris, question=QUESTION)
    begin(amina, "heating-allowance")
    steps = main_of(her.get("/en/my/")).select(".step")
    assert steps[0].select_one("h3").get_text() == "Answer a question about your Dog licence"
    assert steps[0].select_one("a")["href"] == f"/en/my/cases/{case.reference}/#question"


def test_a_draft_says_until_when_it_is_kept(her: Client, amina: Person) -> None:
    begin(amina)
    assert "We keep your answers until 31 May 2026" in words_of(her.get("/en/my/"))


def test_a_case_shows_where_it_is_in_plain_words_and_by_when(her: Client, amina: Person) -> None:
    case = apply_for(amina)
    card = main_of(her.get("/en/my/")).select_one("article.case")
    words = card.get_text(" ", strip=True)
    for shown in ("Dog licence", case.shown_reference, "Luna", "Received", "Decision by 9 March 2026"):
        assert shown in words
    assert card.select_one("a")["href"] == f"/en/my/cases/{case.reference}/"


def test_an_erased_case_is_called_that_and_leads_nowhere(her: Client, amina: Person) -> None:
    case, alive = apply_for(amina, "heating-allowance"), apply_for(amina)
    withdraw_case(case, by=amina, at=NOW)
    erase_owner(case.subject, because="asked", by=None, at=NOW)
    cards = {
        card.select_one(".reference").get_text(): card for card in main_of(her.get("/en/my/")).select(".case")
    }
    erased = cards[case.shown_reference]
    assert erased.select_one(".tag").get_text() == "Erased"
    assert not erased.select("a")
    assert cards[alive.shown_reference].select("a")


def test_it_shows_the_persons_own_things_and_no_one_elses(her: Client, ben: Person) -> None:
    begin(ben)
    apply_for(ben, "heating-allowance")
    words = words_of(her.get("/en/my/"))
    assert "Nothing to do right now" in words
    assert "No cases yet" in words


def test_the_next_page_begins_where_this_one_ends(her: Client, amina: Person) -> None:
    apply_often(amina, 23)
    first = main_of(her.get("/en/my/"))
    names = [card.select_one(".meta").get_text(" ", strip=True) for card in first.select("article.case")]
    assert len(names) == 20
    assert "Dog 22" in names[0]
    onward = first.select_one('a[rel="next"]')["href"]
    second = main_of(her.get(f"/en/my/{onward}"))
    rest = [card.select_one(".meta").get_text(" ", strip=True) for card in second.select("article.case")]
    assert len(rest) == 3
    assert "Dog 0" in rest[-1]
    assert not set(names) & set(rest)
    assert second.select_one('a[rel="next"]') is None
    assert second.select_one('a[rel="prev"]')["href"] == "/en/my/"


@pytest.mark.parametrize("mark", [
    "x", "2026-03-02~x", "2026-03-02T09:00:00~" + "0" * 32, "~", "\x00",
    "0001-01-01T00:00:00+14:00~" + "0" * 32, "9999-12-31T23:59:59-14:00~" + "0" * 32,
])  # fmt: skip
def test_a_made_up_place_in_the_list_is_not_there(her: Client, mark: str) -> None:
    assert her.get("/en/my/", {"after": mark}).status_code == 404


@pytest.mark.parametrize("count", [1, 20])
def test_it_takes_five_queries_however_many_cases_there_are(her: Client, amina: Person, count: int) -> None:
    apply_often(amina, count)
    begin(amina, "heating-allowance")
    her.get("/en/my/")
    # Not even where no key is at hand from a moment ago.
    forget_keys()
    with CaptureQueriesContext(connection) as queries:
        page = main_of(her.get("/en/my/"))
    assert len(queries) <= 5, [each["sql"] for each in queries]
    assert len(page.select("article.case")) == count
    assert Case.objects.count() == count
