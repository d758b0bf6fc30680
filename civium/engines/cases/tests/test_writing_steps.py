"""How steps are written in a service document, and what is found wrong with them."""

from __future__ import annotations

import pytest
import yaml
from pydantic import ValidationError

from civium.engines.cases.rules import check_step_texts, check_steps
from civium.engines.cases.schema import Steps, StepTexts
from civium.foundation.kit.expressions import Kind

NAMES = {"dangerous": Kind.BOOL, "visit_on": Kind.DATE, "other_day": Kind.DATE}
GOOD = """
received: {moves: [{name: accept, to: checking, by: clerk}]}
checking: {due: 5 working days, moves: [{name: grant, to: granted, by: officer}, {name: refuse, to: refused, by: officer, needs: reason}]}
granted: {end: granted}
refused: {end: refused, appeal: 30 days}
"""


def read(written: str) -> Steps:
    return Steps.model_validate(yaml.safe_load(written))


def found(written: str) -> list[tuple[str, str]]:
    return [tuple(problem) for problem in check_steps(read(written), NAMES)]


def test_good_steps_have_no_problem() -> None:
    assert found(GOOD) == []
    assert found(GOOD.replace("{due: 5 working days,", "{due: 5 working days, 'on': visit_on,")) == []


def test_a_case_has_one_chosen_day() -> None:
    both = GOOD.replace("{due: 5 working days,", "{'on': visit_on,")
    problems = found(both.replace("received: {", "received: {'on': other_day, "))
    assert [path for path, _words in problems] == ["steps.checking.on"]


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        ("to: checking", "to: cheking", "steps.received.moves[0].to", "did you mean “checking”?"),
        ("to: checking", "to: zzz", "steps.received.moves[0].to", "write one of: received, checking"),
        ("name: refuse", "name: grant", "steps.checking.moves[1].name", "is the name of another move"),
        ("granted: {end: granted}", "granted: {}", "steps.granted", "could never leave this step"),
        (
            "granted: {end: granted}",
            "granted: {end: granted, moves: [{name: a, to: checking, by: clerk}]}",
            "steps.granted.moves",
            "an end has no moves",
        ),
        (
            "granted: {end: granted}",
            "granted: {end: granted, due: 1 week}",
            "steps.granted.due",
            "an end is never due",
        ),
        (
            "{due: 5 working days,",
            "{'on': dangerous,",
            "steps.checking.on",
            "write the name of a question of type",
        ),
        ("{due: 5 working days,", "{'on': visit_off,", "steps.checking.on", "did you mean “visit_on”?"),
        (
            "granted: {end: granted}",
            "granted: {end: granted, 'on': visit_on}",
            "steps.granted.on",
            "an end is on no day",
        ),
        ("{due: 5 working days,", "{appeal: 5 days,", "steps.checking.appeal", "only an end can be appealed"),
        (", needs: reason", "", "steps.checking.moves[1].needs", "gives its reason"),
        (
            "to: granted, by: officer",
            "to: granted, by: officer, asks_applicant: true",
            "steps.checking.moves[0].to",
            "cannot end",
        ),
        (
            "to: granted, by: officer",
            "to: checking, by: officer",
            "steps.checking.moves[0].to",
            "leads back to its own step",
        ),
        (
            "to: granted, by: officer",
            "to: granted, by: officer, when: dangerus",
            "steps.checking.moves[0].when",
            "dangerous",
        ),
        (
            "to: granted, by: officer",
            "to: granted, by: officer, when: 1 + 1",
            "steps.checking.moves[0].when",
            "",
        ),
        (
            "granted: {end: granted}",
            "granted: {end: granted}\nlost: {end: lost}",
            "steps.lost",
            "no move leads to this step",
        ),
        (
            "granted: {end: granted}",
            "granted: {moves: [{name: a, to: limbo, by: clerk}]}\nlimbo: {moves: [{name: b, to: granted, by: clerk}]}",
            "steps.granted",
            "no way leads from this step to an end",
        ),
    ],
)
def test_what_would_fail_later_is_found_with_its_place(old: str, new: str, path: str, message: str) -> None:
    problems = found(GOOD.replace(old, new, 1))
    assert any(where == path and message in what for where, what in problems), problems


def test_a_first_step_that_is_an_end_is_found() -> None:
    assert "the first step cannot be an end" in found("done: {end: done}")[0][1]


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("by: clerk", "by: mayor", ("received", "moves", 0, "by", 0)),
        ("by: clerk", "by: []", ("received", "moves", 0, "by")),
        ("needs: reason", "needs: luck", ("checking", "moves", 1, "needs")),
        ("due: 5 working days", "due: soon", ("checking", "due")),
        ("name: accept", "name: accept, colour: red", ("received", "moves", 0, "colour")),
        ("received:", "'<b>':", ("<b>", "[key]")),
    ],
)
def test_what_is_not_in_the_grammar_is_refused_with_its_place(
    old: str, new: str, path: tuple[object, ...]
) -> None:
    with pytest.raises(ValidationError) as refused:
        read(GOOD.replace(old, new, 1))
    assert path in [error["loc"] for error in refused.value.errors()]


def test_every_step_and_move_has_words_in_each_language() -> None:
    texts = StepTexts(
        steps={"received": "Received", "checking": "In review", "gone": "Gone"},
        moves={"accept": "Accept", "grant": "Grant", "refuse": ""},
    )
    assert [problem.path for problem in check_step_texts(read(GOOD), texts)] == [
        "steps.granted",
        "steps.refused",
        "steps.gone",
        "moves.refuse",
    ]


def test_a_step_shows_what_its_place_implies_unless_the_document_says() -> None:
    steps = read(GOOD)
    assert [steps.status_of(name) for name in steps.names] == ["received", "in-review", "agreed", "refused"]
    assert (
        read(GOOD.replace("{due:", "{shown_as: {status: waiting-for-others}, due:")).status_of("checking")
        == "waiting-for-others"
    )
