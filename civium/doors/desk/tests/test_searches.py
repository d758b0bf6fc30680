"""What people searched and did not find: those who write the services see it, and nobody's name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from civium.engines.search.actions.keep_answer import keep_answer
from civium.foundation.identity.models import Person

from .conftest import main_of, side_of, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services")]
DeskOf = Callable[[Person], Client]
SEARCHES = "/en/desk/searches/"


def tell(query: str, *, language: str = "en", was_it: bool = False, today: dt.date, times: int = 1) -> None:
    for _time in range(times):
        keep_answer(query, language=language, was_it=was_it, today=today)


def test_a_designer_sees_what_is_missed_most_first(
    desk_of: DeskOf, dana: Person, at_nine: dt.datetime
) -> None:
    today = at_nine.date()
    tell("dog", was_it=True, today=today)
    tell("dog licence", today=today, times=2)
    tell("رخصة", language="ar", today=today)
    desk = desk_of(dana)
    rows = [row.get_text(" ", strip=True) for row in main_of(desk.get(SEARCHES)).select("tbody tr")]
    assert [row.split(" English")[0].split(" العربية")[0] for row in rows] == ["dog licence", "رخصه", "dog"]
    assert main_of(desk.get(SEARCHES)).select_one("td a[dir=rtl]") is not None
    assert "What people search" in side_of(desk.get(SEARCHES))


def test_a_name_that_two_people_searched_is_not_shown(
    desk_of: DeskOf, dana: Person, at_nine: dt.datetime
) -> None:
    tell("xavier xylander", today=at_nine.date(), times=2)
    words = words_of(desk_of(dana).get(SEARCHES))
    assert "Nothing to show yet" in words
    assert "Words that no page has are shown when three people have told us." in words


def test_old_answers_are_not_shown(desk_of: DeskOf, dana: Person, at_nine: dt.datetime) -> None:
    tell("dog", today=at_nine.date() - dt.timedelta(days=120))
    assert "Nothing to show yet" in words_of(desk_of(dana).get(SEARCHES))


def test_it_is_not_for_caseworkers(desk_of: DeskOf, boris: Person) -> None:
    assert desk_of(boris).get(SEARCHES).status_code in (403, 404)
    assert "What people search" not in side_of(desk_of(boris).get("/en/desk/"))
