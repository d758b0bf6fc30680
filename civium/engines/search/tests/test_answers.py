"""Whether people found what they needed, and that nothing is kept of who they are."""

from __future__ import annotations

import datetime as dt

import pytest

from civium.engines.search import queries
from civium.engines.search.actions import keep_answer as keeping
from civium.engines.search.actions.keep_answer import keep_answer
from civium.engines.search.models import Answer
from civium.engines.search.queries import find_told
from civium.engines.search.rules import without_what_may_tell_who
from civium.engines.search.schema import Document, Searchable

pytestmark = pytest.mark.django_db
TODAY = dt.date(2027, 3, 1)


@pytest.fixture(autouse=True)
def a_small_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    documents = [Document("dog", "en", {"title": "Dog licence"})]
    declared = (Searchable("small", lambda: documents, stamp=lambda: str(id(documents))),)
    monkeypatch.setattr(queries, "find_searchables", lambda: declared)


def say(query: str, *, was_it: bool = False, today: dt.date = TODAY, times: int = 1) -> None:
    for _time in range(times):
        keep_answer(query, language="en", was_it=was_it, today=today)


def test_answers_are_counted_however_the_query_was_written() -> None:
    say("Dog licence", was_it=True)
    say("dog  LICENCE")
    say("dog licence")
    (told,) = find_told(since=TODAY)
    assert (told.query, told.found, told.missed) == ("dog licence", 1, 2)


def test_what_is_missed_most_comes_first_over_all_days() -> None:
    say("dog", times=2)
    say("licence", times=2)
    say("licence", today=TODAY + dt.timedelta(days=1))
    assert [told.query for told in find_told(since=TODAY)] == ["licence", "dog"]
    assert [told.query for told in find_told(since=TODAY + dt.timedelta(days=1))] == ["licence"]


def test_words_that_stand_nowhere_are_shown_when_three_have_told() -> None:
    say("amina haddad", times=2)
    assert find_told(since=TODAY) == []
    say("amina haddad")
    assert [told.query for told in find_told(since=TODAY)] == ["amina haddad"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("dog amina@port-lumen.example", "dog"),
        ("my number 612345678", "my number"),
        ("X1234567L nie", "nie"),
        ("https://example.com/amina dog", "dog"),
        ("🐕", ""),
        ("one two three four five six seven eight nine ten", "one two three four five six seven eight"),
        ("x" * 500, ""),
    ],
)
def test_what_may_tell_who_asked_is_not_kept(typed: str, kept: str) -> None:
    assert without_what_may_tell_who(typed) == kept


def test_a_query_of_nothing_is_not_kept() -> None:
    say("🐕")
    assert not Answer.objects.exists()


def test_nobody_fills_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST_A_DAY", 3)
    for word in ("one", "two", "three", "four", "five"):
        say(word)
    assert Answer.objects.count() == 3
    say("one")
    assert Answer.objects.get(query="one").missed == 2


def test_answers_are_forgotten_after_a_year() -> None:
    say("dog", today=TODAY - dt.timedelta(days=400))
    say("dog")
    assert Answer.objects.count() == 1
