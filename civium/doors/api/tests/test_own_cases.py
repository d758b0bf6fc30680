"""Programs of an agency and whoever let them in: one pair of eyes."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from civium.doors.api.tests.test_api import Program
from civium.engines.cases.actions.keep_from import keep_from
from civium.engines.cases.models import Case
from civium.engines.cases.queries import find_colleagues
from civium.foundation.identity.actions.answer_invitation import accept_mandate
from civium.foundation.identity.actions.invite_to_act import invite_to_act
from civium.foundation.identity.models import Person
from civium.foundation.identity.queries import get_agency
from tests.applying import apply_for, move
from tests.cast import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services", "at_nine")]
QUEUES = ("mine", "for-my-role", "unassigned", "team", "due-soon", "late", "waiting", "closed", "found")


@pytest.fixture
def programs(chen: Person) -> list[Program]:
    """A clerk and an officer, both Chen's."""
    return [Program(chen, agency=get_agency("animal-welfare"), role=role) for role in ("clerk", "officer")]


def is_there(program: Program, case: Case) -> bool:
    """Whether the program gets at the case in any way. It is the same answer to each."""
    address, sent = f"cases/{case.reference}", {"move": "accept", "reason": "", "revision": case.revision}
    answers = [
        program.get(address),
        program.post(f"{address}/moves", sent),
        program.post(f"{address}/messages", {"text": "Hello."}),
    ]
    listed = [
        each["reference"]
        for queue in QUEUES
        for each in program.get("cases", queue=queue, words=case.reference).json()["cases"]
    ]
    found = {answer.status_code != 404 for answer in answers} | {case.reference in listed}
    assert len(found) == 1, (answers, listed)
    return found.pop()


def test_nobody_decides_their_own_case_by_programs_of_theirs(chen: Person, programs: list[Program]) -> None:
    case = apply_for(chen)
    assert not any(is_there(program, case) for program in programs)
    case.refresh_from_db()
    assert case.step == "received"


def test_nor_is_their_program_a_colleague_to_whom_it_is_handed(chen: Person, programs: list[Program]) -> None:
    ours = {program.token.person_id for program in programs}
    assert ours.isdisjoint(each.pk for each in find_colleagues(apply_for(chen)))


def test_nor_works_on_a_question_about_what_they_did(
    amina: Person, chen: Person, programs: list[Program]
) -> None:
    case = apply_for(amina)
    keep_from(case, chen)
    assert not any(is_there(program, case) for program in programs)


def test_a_program_of_somebody_else_works_on_it(chen: Person, ada: Person) -> None:
    case = apply_for(chen)
    assert is_there(Program(ada, agency=get_agency("animal-welfare")), case)


def test_whoever_may_act_for_the_applicant_does_not_decide_by_a_program(
    amina: Person, boris: Person, chen: Person, omar: Person, programs: list[Program]
) -> None:
    case = move(apply_for(amina), "accept", by=boris)
    code = invite_to_act(
        amina, email=chen.email, powers=["view"], service="", until=NOW.date(), by=amina, at=timezone.now()
    ).code
    accept_mandate(code, by=chen, at=timezone.now())
    answer: Any = programs[1].post(
        f"cases/{case.reference}/moves", {"move": "grant", "revision": case.revision}
    )
    assert answer.status_code == 403
    assert "Omar" in answer.json()["detail"] + str(answer.json())
    assert "Test program" not in str(answer.json())
    case.refresh_from_db()
    assert not case.is_decided
