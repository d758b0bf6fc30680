"""Until when an answer is wanted, and what happens as the day comes near and passes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from civium.engines.cases.actions.answer_question import answer_question
from civium.engines.cases.actions.move_case import UnusableDay
from civium.engines.cases.actions.withdraw_question import withdraw_question
from civium.engines.cases.events import ApplicantReminded, QuestionWithdrawn
from civium.engines.cases.models import Case, Question
from civium.engines.cases.rules import compile_steps
from civium.engines.cases.schema import Steps
from civium.engines.cases.tasks import remind_applicants
from civium.foundation.identity.models import Person
from civium.foundation.journal.queries import find_entries
from civium.foundation.kit.refusals import NotFound

MONDAY = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)


def on(day: int, month: int = 3) -> dt.datetime:
    return dt.datetime(2026, month, day, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def asked(checked: Case, boris: Person, move: Callable[..., Case]) -> Question:
    """Amina is asked something on a Monday, for ten working days."""
    move(checked, "ask", by=boris, at=MONDAY, question="What is the chip number?")
    return Question.objects.get()


def reminders(question: Question) -> list[bool]:
    entries = find_entries([question.case.stream])
    return [entry.event.is_late for entry in entries if isinstance(entry.event, ApplicantReminded)]


def remind(time_machine: Any, *moments: dt.datetime) -> None:
    for moment in moments:
        time_machine.move_to(moment, tick=False)
        remind_applicants.call()


def test_an_answer_is_wanted_within_ten_working_days(asked: Question) -> None:
    assert asked.until == dt.date(2026, 3, 16)


def test_the_document_or_the_clerk_sets_another_day(
    checked: Case, boris: Person, move: Callable[..., Case]
) -> None:
    quick = Steps.model_validate(
        {
            "checking": {
                "moves": [
                    {
                        "name": "ask",
                        "to": "checking",
                        "by": "clerk",
                        "asks_applicant": True,
                        "answer_within": "3 working days",
                    },
                    {"name": "grant", "to": "granted", "by": "clerk"},
                ]
            },
            "granted": {"end": "granted"},
        }
    )
    steps = compile_steps(quick, {})
    with pytest.raises(UnusableDay):
        move(checked, "ask", by=boris, at=MONDAY, steps=steps, question="Now!", until=MONDAY.date())
    move(checked, "ask", by=boris, at=MONDAY, steps=steps, question="What?")
    assert Question.objects.get().until == dt.date(2026, 3, 5)


def test_the_applicant_is_reminded_once_before_and_once_after(asked: Question, time_machine: Any) -> None:
    remind(time_machine, on(10), on(11), on(12), on(16))
    assert reminders(asked) == [False]
    remind(time_machine, on(17), on(18), on(2, 4))
    assert reminders(asked) == [False, True]


def test_whoever_was_not_reminded_in_time_is_told_once_that_it_is_late(
    asked: Question, time_machine: Any
) -> None:
    remind(time_machine, on(20), on(21))
    assert reminders(asked) == [True]


def test_whoever_answered_is_left_in_peace(asked: Question, amina: Person, time_machine: Any) -> None:
    answer_question(asked, answer="941", by=amina, at=on(3))
    remind(time_machine, on(12), on(20))
    assert reminders(asked) == []


def test_a_late_answer_still_counts(asked: Question, amina: Person) -> None:
    assert not answer_question(asked, answer="941", by=amina, at=on(1, 4)).is_paused


def test_a_withdrawn_question_lets_the_clock_go_on(
    asked: Question, boris: Person, stranger: Person, amina: Person
) -> None:
    case = Case.objects.get(pk=asked.case_id)
    for person in (stranger, amina):
        with pytest.raises(NotFound):
            withdraw_question(asked, by=person, at=on(4), revision=case.revision)
    before = case.due_on
    withdraw_question(asked, by=boris, at=on(4), revision=case.revision)
    case.refresh_from_db()
    # Two working days later: from Monday to Wednesday.
    assert (case.paused_at, case.due_on) == (None, before + dt.timedelta(days=2))
    assert isinstance(find_entries([case.stream])[-1].event, QuestionWithdrawn)
