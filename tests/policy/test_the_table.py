"""The table of who may do what: closed by default, wholly in use, and the page about it says the same."""

from __future__ import annotations

import ast
from itertools import combinations

import pytest

from civium.foundation.identity.rules import TABLE, Relation, Yes, may, relations_that, scope_that
from civium.foundation.identity.who_may import CASEWORKERS_OF_IT
from config.who_may import page
from setup import ROOT
from tests.house.source import Module, room_modules

ASKS = {
    "may",
    "relations_that",
    "states_that",
    "scope_that",
    "those_that",
    "for_",
    "_that",
    "TokenFor",
}


def asked_in(modules: list[Module]) -> set[tuple[str, str]]:
    """Every action and kind of thing about which the code asks the table, as it is written there."""
    found = set()
    for module in modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and _name(node.func) in ASKS:
                words = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
                found |= {(words[0], words[1])} if len(words) == 2 else set()
    return found


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def rows(action: str, kind: str) -> list[Yes]:
    return [row for row in TABLE if (row.action, row.kind) == (action, kind)]


PAIRS = sorted({(row.action, row.kind) for row in TABLE})


@pytest.mark.parametrize(("action", "kind"), PAIRS)
def test_nobody_without_a_relation_may_do_it(action: str, kind: str) -> None:
    for state in {"", *(state for row in rows(action, kind) for state in row.states)}:
        assert not may(action, kind, (), state=state)


@pytest.mark.parametrize(("action", "kind"), PAIRS)
def test_each_relation_or_two_opens_what_its_row_says_and_nothing_else(action: str, kind: str) -> None:
    states = {"", "made up", *(state for row in TABLE for state in row.states)}
    for state in states:
        for relations in [*combinations(Relation, 1), *combinations(Relation, 2)]:
            said = any(
                (not row.states or state in row.states)
                and any(each in row.to for each in relations)
                and not any(each in row.unless for each in relations)
                for row in rows(action, kind)
            )
            assert may(action, kind, relations, state=state) is said, (relations, state)


def test_nobody_works_on_their_own_case() -> None:
    for action in ("work on", "move", "reopen", "hand over", "give back", "hand out many of"):
        for state in ("", "closed", "held", "free"):
            assert not may(action, "case", set(Relation), state=state), action
    assert not may("withdraw", "certificate", set(Relation))


def test_what_the_table_does_not_know_is_a_mistake_in_the_program() -> None:
    for ask in (lambda: may("eat", "case", set(Relation)), lambda: relations_that("see", "cake")):
        with pytest.raises(LookupError):
            ask()
    with pytest.raises(LookupError):
        scope_that("give back", "case")  # programs do not


def test_every_row_is_asked_for_and_nothing_else_is() -> None:
    assert asked_in(room_modules()) == set(PAIRS)


def test_a_question_about_nothing_would_be_noticed() -> None:
    tree = ast.parse("if may('eat', 'cake', relations): pass\nrows.for_(person, 'open', 'box')")
    assert asked_in([Module("civium/a.py", "a", tree)]) == {("eat", "cake"), ("open", "box")}


def test_every_relation_opens_something_or_closes_it() -> None:
    assert {relation for row in TABLE for relation in (*row.to, *row.unless)} == set(Relation)


def test_nobody_works_on_a_question_about_themselves_or_reviews_what_they_had_a_hand_in() -> None:
    everything_else = set(Relation) - {Relation.OWNER, Relation.OPENER}
    for action in (
        "see",
        "work on",
        "move",
        "reopen",
        "hand over",
        "write a message in",
        "open in an emergency",
    ):
        for state in ("", "held", "free"):
            assert not may(action, "case", everything_else, state=state), action
    for relation in (Relation.CONCERNED, Relation.INVOLVED):
        assert not may("review", "emergency", {*CASEWORKERS_OF_IT, relation})
    assert may("review", "emergency", CASEWORKERS_OF_IT)


def test_the_page_says_what_the_table_says() -> None:
    written = (ROOT / "docs" / "who-may-do-what.md").read_text(encoding="utf-8")
    assert written == page(), "python -m config.who_may > docs/who-may-do-what.md"
