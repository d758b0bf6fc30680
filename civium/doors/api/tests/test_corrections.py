"""Programs of applicants: what is asked of them, and answering it; all of it, or nothing and why not."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from civium.engines.cases.models import Case
from civium.engines.cases.queries import find_questions
from civium.engines.forms.queries import open_answers
from civium.foundation.files.models import StoredFile
from civium.foundation.identity.models import Person
from civium.foundation.identity.queries import get_agency
from civium.journeys.applications.models import Application
from tests.applying import move, pdf

from .test_api import Program

pytestmark = pytest.mark.usefixtures("demo_services", "at_nine")
CHIP = "One digit is missing."


@pytest.fixture
def aminas(amina: Person) -> Program:
    return Program(amina)


def ask(case: Case, by: Person, *, question: str = "", **reasons: str) -> str:
    """Where a program reads what is asked, and answers."""
    moved = move(move(case, "accept", by=by), "ask", by=by, question=question, corrections=reasons or None)
    return f"applications/{moved.reference}/corrections"


def answers(case: Case) -> dict[str, Any]:
    return open_answers(Application.objects.get(pk=case.subject.partition(":")[2]).draft)


def pointers(answer: Any) -> set[str]:
    return {each["pointer"] for each in answer.json()["errors"]}


def test_a_program_reads_what_is_asked_and_why(her_case: Case, boris: Person, aminas: Program) -> None:
    place = ask(her_case, boris, question="And where was it set?", chip_number=CHIP)
    asked = aminas.get(place).json()
    assert asked["question"] == "And where was it set?"
    assert asked["until"] == "2026-03-16"
    [chip] = asked["answers"]
    assert (chip["name"], chip["label"], chip["reason"]) == ("chip_number", "Chip number", CHIP)
    assert chip["value"] == answers(her_case)["chip_number"]
    assert chip["takes"]["type"] == "string"


def test_it_corrects_what_was_asked_and_the_clock_goes_on(
    her_case: Case, boris: Person, aminas: Program
) -> None:
    place, before = ask(her_case, boris, question="Where was it set?", chip_number=CHIP), answers(her_case)
    sent = {"answers": {"chip_number": "941000012345699"}, "answer": "At the vet in Chapel Row."}
    answer = aminas.post(place, sent)
    assert answer.status_code == 200, answer.content
    assert answer.json()["reference"] == her_case.reference
    assert answers(her_case) == before | {"chip_number": "941000012345699"}
    question = find_questions(her_case)[0]
    assert (question.answer, question.is_open) == ("At the vet in Chapel Row.", False)
    her_case.refresh_from_db()
    assert not her_case.is_paused
    assert aminas.get(place).status_code == aminas.post(place, sent).status_code == 404


def test_what_follows_from_a_new_answer_is_answered_with_it(
    her_case: Case, boris: Person, aminas: Program
) -> None:
    # Whose dog helps them pays nothing, and shows the school's certificate.
    place, had = ask(her_case, boris, assistance="The school told us."), StoredFile.objects.count()
    helps = not answers(her_case)["assistance"]
    certificate = [{"name": "school.pdf", "content": b64encode(pdf()).decode()}]
    if helps:
        alone = aminas.post(place, {"answers": {"assistance": True}})
        assert (alone.status_code, pointers(alone)) == (422, {"answers.certificate"})
    given = {"assistance": helps} | ({"certificate": certificate} if helps else {})
    assert aminas.post(place, {"answers": given}).status_code == 200
    assert answers(her_case)["assistance"] is helps
    assert StoredFile.objects.count() == had + int(helps)


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({}, {"answers.chip_number"}),
        ({"chip_number": "12"}, {"answers.chip_number"}),
        ({"chip_number": "941000012345699", "dog_name": "Rex"}, {"answers.dog_name"}),
        ({"chip_number": "941000012345699", "colour": "brown"}, {"answers.colour"}),
        ({"chip_number": "941000012345699", "dogs/1/name": "Rex"}, {"answers.dogs/1/name"}),
        ({"chip_number": None}, {"answers.chip_number"}),
        ({"chip_number": "941000012345699", "_seen": ["chip"]}, {"answers._seen"}),
    ],
)
def test_what_is_wrong_is_told_and_nothing_changes(
    her_case: Case, boris: Person, aminas: Program, sent: dict[str, Any], wrong: set[str]
) -> None:
    place, before = ask(her_case, boris, chip_number=CHIP), answers(her_case)
    answer = aminas.post(place, {"answers": sent})
    assert (answer.status_code, pointers(answer)) == (422, wrong), answer.content
    assert answers(her_case) == before
    assert find_questions(her_case)[0].is_open
    assert aminas.post(place, {"answers": {"chip_number": "941000012345699"}}).status_code == 200


def test_a_question_in_words_is_answered_in_words(her_case: Case, boris: Person, aminas: Program) -> None:
    place = ask(her_case, boris, question="Is she friendly?")
    assert aminas.get(place).json()["answers"] == []
    assert aminas.post(place, {"answer": " "}).status_code == 422
    strange = aminas.post(place, {"answers": {"chip_number": "1"}, "answer": "Yes."})
    assert (strange.status_code, pointers(strange)) == (422, {"answers.chip_number"})
    assert aminas.post(place, {"answer": "Yes."}).status_code == 200
    assert find_questions(her_case)[0].answer == "Yes."


def test_what_is_asked_is_its_applicants_only(
    her_case: Case, boris: Person, chen: Person, ben: Person, amina: Person
) -> None:
    place = ask(her_case, boris, chip_number=CHIP)
    sent = {"answers": {"chip_number": "941000012345699"}}
    for other in (Program(ben), Program(boris)):
        assert (other.get(place).status_code, other.post(place, sent).status_code) == (404, 404)
    theirs = Program(chen, agency=get_agency("animal-welfare"))  # its scopes are for work on cases
    assert (theirs.get(place).status_code, theirs.post(place, sent).status_code) == (403, 403)
    reader = Program(amina, "applications:read", "cases:write")
    assert (reader.get(place).status_code, reader.post(place, sent).status_code) == (200, 403)
    assert find_questions(her_case)[0].is_open
