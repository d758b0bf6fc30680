"""Answering what the agency asked, with files: all of it, or nothing of it."""

from __future__ import annotations

from typing import Any

import pytest

from civium.engines.cases.actions.answer_question import AnswerMissing, NoLongerAsked
from civium.engines.cases.models import Case, Question
from civium.engines.cases.queries import find_questions, get_case
from civium.foundation.files.queries import find_files_under
from civium.foundation.identity.models import Person
from civium.foundation.kit.refusals import NotFound, Refusal
from civium.journeys.applications.actions.send_answer import (
    MOST_FILES,
    TooManyAtOnce,
    UnusableFile,
    send_answer,
)
from tests.applying import QUESTION, move, upload
from tests.cast import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services")]


@pytest.fixture
def asked(her_case: Case, boris: Person) -> Question:
    """What Boris asks Amina about her dog."""
    case = move(move(her_case, "accept", by=boris), "ask", by=boris, question=QUESTION)
    return find_questions(case)[0]


def names_under(question: Question) -> list[str]:
    return [file.name for file in find_files_under(question.case.subject)]


def test_the_answer_arrives_with_its_files_and_the_clock_goes_on(asked: Question, amina: Person) -> None:
    case = send_answer(asked, answer="Here.", uploads=[upload("a.pdf"), upload("b.pdf")], by=amina, at=NOW)
    assert not case.is_paused
    (question,) = find_questions(case)
    assert (question.answer, len(question.answer_files)) == ("Here.", 2)
    assert sorted(names_under(question)) == ["a.pdf", "b.pdf"]


def test_files_alone_are_an_answer(asked: Question, amina: Person) -> None:
    assert not send_answer(asked, answer="", uploads=[upload()], by=amina, at=NOW).is_paused


@pytest.mark.parametrize(
    ("answer", "uploads", "refusal"),
    [
        ("  ", [], AnswerMissing),
        ("Here.", [upload("good.pdf"), upload("bad.pdf", b"nothing of the kind")], UnusableFile),
        ("Here.", [upload("good.pdf"), upload("evil.exe")], UnusableFile),
        ("Here.", [upload(f"{n}.pdf") for n in range(MOST_FILES + 1)], TooManyAtOnce),
        ("x" * 20_000, [upload("good.pdf")], Refusal),
    ],
    ids=["nothing", "a broken file", "another kind", "too many", "too long"],
)
def test_what_is_refused_leaves_nothing_behind(
    asked: Question, amina: Person, answer: str, uploads: list[Any], refusal: type[Refusal]
) -> None:
    for each in uploads:
        each.seek(0)
    with pytest.raises(refusal):
        send_answer(asked, answer=answer, uploads=uploads, by=amina, at=NOW)
    assert names_under(asked) == []
    assert get_case(asked.case.reference, for_=amina).is_paused


def test_it_says_which_file_cannot_be_taken_and_why(asked: Question, amina: Person) -> None:
    with pytest.raises(UnusableFile, match=r"“evil\.exe”: We cannot take this kind of file"):
        send_answer(asked, answer="x", uploads=[upload("a.pdf"), upload("evil.exe")], by=amina, at=NOW)


def test_a_question_that_fell_away_takes_no_files(asked: Question, amina: Person, omar: Person) -> None:
    move(get_case(asked.case.reference, for_=omar), "refuse", by=omar, reason="Too late.")
    before = len(names_under(asked))
    with pytest.raises(NoLongerAsked):
        send_answer(asked, answer="Here.", uploads=[upload("late.pdf")], by=amina, at=NOW)
    assert len(names_under(asked)) == before


def test_nobody_answers_for_the_applicant(asked: Question, ben: Person, boris: Person) -> None:
    for person in (ben, boris):
        with pytest.raises(NotFound):
            send_answer(asked, answer="Hers.", uploads=[upload()], by=person, at=NOW)
    assert names_under(asked) == []
