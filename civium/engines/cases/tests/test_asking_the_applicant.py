"""Asking the applicant: the clock stands still until the answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import uuid4

import pytest

from civium.engines.cases.actions.answer_question import AnswerMissing, NoLongerAsked, answer_question
from civium.engines.cases.actions.move_case import MoveNotOffered, QuestionMissing
from civium.engines.cases.events import ApplicantAnswered, ApplicantAsked
from civium.engines.cases.models import Case, Question
from civium.engines.cases.queries import find_open_questions_of, find_questions, get_question
from civium.engines.cases.rules import CompiledSteps, available_moves
from civium.foundation.identity.models import Person
from civium.foundation.journal.queries import find_entries
from civium.foundation.kit.refusals import NotFound

TUESDAY = dt.datetime(2026, 3, 3, 9, 0, tzinfo=dt.UTC)
NEXT_MONDAY = dt.datetime(2026, 3, 9, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def asked(checked: Case, boris: Person, move: Callable[..., Case]) -> Case:
    """Amina is asked for the chip number."""
    return move(checked, "ask", by=boris, at=TUESDAY, question="What is Rex's chip number?")


def test_asking_stops_the_clock_and_makes_a_question(asked: Case, amina: Person) -> None:
    asked.refresh_from_db()
    assert (asked.paused_at, asked.step, asked.shown_status) == (TUESDAY, "checking", "waiting-for-you")
    [question] = find_open_questions_of(amina)
    assert question.words == "What is Rex's chip number?"
    assert b"chip" not in bytes(question.words_sealed)
    event = find_entries([asked.stream])[-1].event
    assert isinstance(event, ApplicantAsked)
    assert event.question == question.id


def test_a_question_needs_words(checked: Case, boris: Person, move: Callable[..., Case]) -> None:
    with pytest.raises(QuestionMissing):
        move(checked, "ask", by=boris, question="  ")


def test_while_a_question_is_open_nothing_more_is_asked(
    asked: Case, boris: Person, omar: Person, steps: CompiledSteps, move: Callable[..., Case]
) -> None:
    assert [m.name for m in available_moves(asked, steps, omar, {})] == ["grant", "refuse"]
    with pytest.raises(MoveNotOffered):
        move(asked, "ask", by=boris, question="And its colour?")


def test_an_answer_lets_the_clock_go_on_later_by_the_working_days_it_stood_still(
    asked: Case, amina: Person
) -> None:
    [question] = find_questions(asked)
    answer_question(question, answer="941000012345678", by=amina, at=NEXT_MONDAY)
    asked.refresh_from_db()
    # Due on Monday the 9th, asked on Tuesday, answered on Monday: four working days.
    assert (asked.paused_at, asked.due_on, asked.expected_on) == (
        None,
        dt.date(2026, 3, 13),
        dt.date(2026, 3, 13),
    )
    [question] = find_questions(asked)
    assert (question.answer, question.is_open, question.answered_at) == (
        "941000012345678",
        False,
        NEXT_MONDAY,
    )
    event = find_entries([asked.stream])[-1].event
    assert isinstance(event, ApplicantAnswered)
    assert event.due_on == asked.due_on
    assert all("941000012345678" not in entry.data for entry in find_entries([asked.stream]))


def test_an_answer_needs_words_or_files(asked: Case, amina: Person, now: dt.datetime) -> None:
    [question] = find_questions(asked)
    with pytest.raises(AnswerMissing):
        answer_question(question, answer=" ", by=amina, at=now)
    file = uuid4()
    answer_question(question, answer="", files=[file], by=amina, at=now)
    assert question.answer_files == [str(file)]
    assert question.answer == ""


def test_a_question_is_answered_once(asked: Case, amina: Person, now: dt.datetime) -> None:
    [question] = find_questions(asked)
    [same] = find_questions(asked)
    answer_question(question, answer="One", by=amina, at=now)
    with pytest.raises(NoLongerAsked):
        answer_question(same, answer="Two", by=amina, at=now)
    assert find_questions(asked)[0].answer == "One"


def test_nobody_else_answers(asked: Case, ben: Person, boris: Person, now: dt.datetime) -> None:
    [question] = find_questions(asked)
    for person in (ben, boris):
        with pytest.raises(NotFound):
            answer_question(question, answer="Me", by=person, at=now)


def test_a_question_is_seen_by_the_applicant_and_the_agency_only(
    asked: Case, amina: Person, boris: Person, ben: Person, stranger: Person
) -> None:
    [question] = find_questions(asked)
    for person in (amina, boris):
        assert get_question(question.id, for_=person) == question
    for person in (ben, stranger):
        with pytest.raises(NotFound):
            get_question(question.id, for_=person)
    with pytest.raises(NotFound):
        get_question(uuid4(), for_=amina)


def test_staff_who_go_on_without_an_answer_drop_the_question(
    asked: Case, amina: Person, omar: Person, move: Callable[..., Case]
) -> None:
    [question] = find_questions(asked)
    move(asked, "refuse", by=omar, at=NEXT_MONDAY, reason="No answer.")
    asked.refresh_from_db()
    assert (asked.outcome, asked.paused_at) == ("refused", None)
    assert find_open_questions_of(amina) == []
    with pytest.raises(NoLongerAsked):
        answer_question(question, answer="Here", by=amina, at=NEXT_MONDAY)
    assert Question.objects.get().dropped_at == NEXT_MONDAY


def test_an_officer_can_go_on_after_the_answer(
    asked: Case, amina: Person, omar: Person, move: Callable[..., Case]
) -> None:
    [question] = find_questions(asked)
    case = answer_question(question, answer="941", by=amina, at=NEXT_MONDAY)
    assert move(case, "grant", by=omar, at=NEXT_MONDAY).outcome == "granted"
