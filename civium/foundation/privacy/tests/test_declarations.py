"""The site does not start while something about people is sealed of which nobody says what it is, or why it is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from civium.foundation.privacy import checks, rules
from civium.foundation.privacy.checks import (
    every_sealed_column_has_a_kind,
    every_table_of_people_has_a_holding,
)
from civium.foundation.privacy.queries import find_holdings


def test_the_rooms_say_all_of_it() -> None:
    assert every_sealed_column_has_a_kind(None) == every_table_of_people_has_a_holding(None) == []


def test_a_sealed_column_without_a_kind_stops_the_start_and_says_what_to_write(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(rules._KINDS_OF, "cases.message:words_sealed")
    (problem,) = every_sealed_column_has_a_kind(None)
    assert "cases.Message.words_sealed" in problem.msg
    assert "civium/engines/cases/personal_data.py" in str(problem.hint)
    assert '"cases.message:words_sealed": "..."' in str(problem.hint)


def test_a_kind_of_something_that_is_no_sealed_column_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(rules._KINDS_OF, "cases.message:gone_sealed", "messages")
    (problem,) = every_sealed_column_has_a_kind(None)
    assert "cases.message:gone_sealed" in problem.msg


def test_a_table_of_people_in_no_holding_stops_the_start_and_says_what_to_write(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    short = [
        replace(each, tables=tuple(table for table in each.tables if table != "cases.Message"))
        for each in find_holdings()
    ]
    monkeypatch.setattr(checks, "find_holdings", lambda: short)
    (problem,) = every_table_of_people_has_a_holding(None)
    assert "cases.Message is about people (words_sealed)" in problem.msg
    assert 'in civium/engines/cases/personal_data.py write "cases.Message" into the tables' in str(
        problem.hint
    )


def test_a_holding_of_a_table_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = [*find_holdings(), replace(find_holdings()[0], tables=("cases.Gone",))]
    monkeypatch.setattr(checks, "find_holdings", lambda: wrong)
    (problem,) = every_table_of_people_has_a_holding(None)
    assert "cases.Gone" in problem.msg


@pytest.mark.parametrize("place", ["drafts:1", "files:content:1", "cases.message:words_sealed:1"])
def test_a_place_leads_to_its_kind_whatever_it_is_called(place: str) -> None:
    assert rules.kind_at(place) in {"answers", "files", "messages"}
