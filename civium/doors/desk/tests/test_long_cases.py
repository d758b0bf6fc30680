"""A case in which very much has happened: its page stays as cheap as a short one's, and shows the latest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from civium.engines.cases.actions.claim_case import claim_case
from civium.engines.cases.actions.give_back_case import give_back_case
from civium.engines.cases.actions.send_message import send_message
from civium.engines.cases.actions.write_note import write_note
from civium.engines.cases.models import Case
from civium.engines.cases.queries import find_questions, get_case
from civium.foundation.identity.models import Person
from civium.foundation.journal.queries import find_entries
from civium.journeys.applications.actions.send_answer import send_answer
from tests.applying import apply_for, count_queries, move, upload
from tests.cast import NOW

from .conftest import main_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services", "seal")]
DeskOf = Callable[[Person], Client]


@pytest.fixture
def long_case(her_case: Case, boris: Person, omar: Person, amina: Person) -> Case:
    """Two hundred entries, thirty files in ten answers, messages and notes; and Amina has another case."""
    case = move(her_case, "accept", by=boris)
    for number in range(10):
        asked = move(get_case(case.reference, for_=boris), "ask", by=boris, question=f"Page {number}?")
        question = next(each for each in find_questions(asked) if each.is_open)
        files = [upload(f"page-{number}-{part}.pdf") for part in range(3)]
        send_answer(question, answer="Here.", uploads=files, by=amina, at=NOW)
    for minute in range(160):
        case = get_case(case.reference, for_=boris)
        change = give_back_case if case.assigned_to_id else claim_case
        change(case, by=boris, at=NOW + dt.timedelta(minutes=minute))
    for number in range(8):
        write_note(get_case(case.reference, for_=boris), words=f"Note {number}", by=boris, at=NOW)
        send_message(get_case(case.reference, for_=amina), words=f"Message {number}", by=amina, at=NOW)
    apply_for(amina)
    case = get_case(case.reference, for_=omar)
    assert len(find_entries([case.stream, case.subject])) >= 200
    return case


def test_its_page_takes_twelve_statements_and_leads_to_what_happened_before(
    desk_of: DeskOf, omar: Person, long_case: Case
) -> None:
    desk, place = desk_of(omar), f"/en/desk/cases/{long_case.reference}/"
    desk.get(place)  # the first time, what is new is marked as read
    # One of them counts the queues beside it, and one reads keys that were not read for three seconds. The two that mark a transaction inside the test's own are no part of it.
    assert count_queries(desk, place) - 2 <= 12
    page = main_of(desk.get(place))
    assert len(page.select("section[aria-labelledby=asked] ul.files li")) == 30
    assert len(page.select(".timeline li")) == 20
    more = page.select_one("section[aria-labelledby=story] > p a")
    assert len(main_of(desk.get(place + more["href"])).select(".timeline li")) == 100
    whole = main_of(desk.get(f"{place}?story=1000"))
    assert len(whole.select(".timeline li")) > 170
    assert whole.select_one("section[aria-labelledby=story] > p a") is None


@pytest.mark.parametrize("typed", ["x", "-5", "0", "9" * 30, "٣"])
def test_any_other_length_is_the_usual_one_or_the_whole(
    desk_of: DeskOf, omar: Person, her_case: Case, typed: str
) -> None:
    assert desk_of(omar).get(f"/en/desk/cases/{her_case.reference}/", {"story": typed}).status_code == 200
