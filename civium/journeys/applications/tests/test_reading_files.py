"""The file of a case: who may open it, what each reader finds in it, and that each reading by staff is on the record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from civium.engines.cases.models import Case
from civium.engines.cases.queries import find_questions, get_case
from civium.foundation.identity.models import Person
from civium.foundation.journal.queries import find_entries
from civium.foundation.kit.refusals import NotFound
from civium.foundation.privacy.actions.watch_readings import readings
from civium.foundation.privacy.events import DataRead
from civium.foundation.privacy.queries import pseudonym
from civium.journeys.applications.actions.open_case_file import open_case_file
from civium.journeys.applications.actions.send_answer import send_answer
from civium.journeys.applications.case_file import CaseFile
from civium.journeys.applications.queries import get_case_file, get_document, get_file_of_case
from tests.applying import QUESTION, REASON, apply_for, begin, fill_in, kinds_about, move, upload
from tests.cast import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services", "seal")]


def opened_by(person: Person, case: Case, *, hours: int = 0) -> CaseFile:
    """The file, opened and read within a request of its own."""
    with readings(at=NOW + timedelta(hours=hours)):
        file = open_case_file(case, by=person, language="en", at=NOW + timedelta(hours=hours))
        assert file.answers
    return file


def readings_of(case: Case) -> list[tuple[object, str]]:
    return [
        (entry.by_id, entry.event.purpose)
        for entry in find_entries([case.subject])
        if isinstance(entry.event, DataRead) and entry.by_id
    ]


def test_each_reading_by_staff_is_on_the_record_with_its_purpose(
    her_case: Case, boris: Person, chen: Person
) -> None:
    for reader in (boris, chen, boris):
        opened_by(reader, her_case)
    assert readings_of(her_case) == [(each.id, "work-on-case") for each in (boris, chen, boris)]


def test_the_applicant_sees_who_read_the_answers_once_for_each_day(
    her_case: Case, amina: Person, boris: Person, chen: Person
) -> None:
    for reader, hours in ((boris, 0), (boris, 1), (chen, 2), (boris, 24)):
        opened_by(reader, her_case, hours=hours)
    story = get_case_file(her_case, language="en", for_=amina).story
    seen = [(line.by, line.at) for line in story if line.title == "Answers read, to work on the case"]
    # By role and code, as "Who looked" has it: the one who reads is not named.
    boris_code, chen_code = (pseudonym(each.pk) for each in (boris, chen))
    assert seen == [
        (f"Clerk {boris_code} · Animal Welfare", NOW + timedelta(hours=24)),
        (f"Supervisor {chen_code} · Animal Welfare", NOW + timedelta(hours=2)),
        (f"Clerk {boris_code} · Animal Welfare", NOW + timedelta(hours=1)),
    ]


def test_the_story_is_told_in_the_order_of_time(her_case: Case, amina: Person, boris: Person) -> None:
    """A reading is written down after what was done on the same page."""
    opened_by(boris, her_case, hours=5)
    opened_by(boris, her_case, hours=-30)
    moments = [line.at for line in get_case_file(her_case, language="en", for_=amina).story]
    assert NOW - timedelta(hours=30) in moments
    assert moments == sorted(moments, reverse=True)


def test_the_applicants_own_reading_is_not_on_the_record(her_case: Case, amina: Person) -> None:
    before = kinds_about(her_case.subject, her_case.stream)
    file = get_case_file(her_case, language="en", for_=amina)
    assert file.answers["dog_name"] == "Luna"
    assert kinds_about(her_case.subject, her_case.stream) == before


@pytest.mark.parametrize("who", ["amina", "ben", "stranger", "finn", "ada", "dana"])
def test_nobody_else_opens_a_file_as_staff(her_case: Case, request: pytest.FixtureRequest, who: str) -> None:
    with pytest.raises(NotFound):
        opened_by(request.getfixturevalue(who), her_case)
    assert readings_of(her_case) == []


@pytest.mark.parametrize("who", ["ben", "boris", "stranger"])
def test_nobody_else_opens_a_file_as_its_applicant(
    her_case: Case, request: pytest.FixtureRequest, who: str
) -> None:
    with pytest.raises(NotFound):
        get_case_file(her_case, language="en", for_=request.getfixturevalue(who))


def test_staff_do_not_open_their_own_case(boris: Person) -> None:
    with pytest.raises(NotFound):
        opened_by(boris, apply_for(boris))


def test_it_shows_answers_payment_story_and_where_the_case_stands(her_case: Case, amina: Person) -> None:
    file = get_case_file(her_case, language="en", for_=amina)
    assert (file.title, file.status, str(file.agency)) == ("Dog licence", "Received", "Animal Welfare")
    assert [(stop.text, stop.state) for stop in file.stops] == [
        ("Received", "now"),
        ("We are checking it", "ahead"),
        ("Licence granted", "ahead"),
    ]
    assert {row.key: str(row.value) for row in file.payment}["Amount"] == "€15.00"
    assert [line.title for line in file.story] == [
        "Application received",
        "Application sent",
        "Payment received",
        "Payment asked for",
        "Application started",
    ]
    assert any("Luna" in str(row.value) for part in file.summary for row in part.rows)
    assert file.decision is None


def test_a_refusal_shows_its_reason_and_until_when_one_may_appeal(
    her_case: Case, amina: Person, boris: Person, omar: Person
) -> None:
    move(move(her_case, "accept", by=boris), "refuse", by=omar, reason=REASON)
    file = get_case_file(get_case(her_case.reference, for_=amina), language="en", for_=amina)
    assert file.decision is not None
    assert (file.decision.title, file.decision.reason) == ("Refused", REASON)
    assert file.decision.appeal_until == (NOW + timedelta(days=30)).date()
    assert [stop.state for stop in file.stops] == ["done"] * 3


def test_a_remark_between_colleagues_stays_between_them(
    make_person: Callable[..., Person], make_staff: Callable[[str], dict[str, Person]]
) -> None:
    staff, lin = make_staff("planning"), make_person("Lin")
    case = apply_for(lin, "building-permit", 2)
    for name, role, reason in (
        ("accept", "clerk", ""),
        ("complete", "clerk", ""),
        ("refer", "officer", "Please look at the windows."),
        ("return", "supervisor", "Ask the conservator first."),
    ):
        case = move(case, name, by=staff[role], reason=reason)
    said_to_staff = [line.text for line in opened_by(staff["officer"], case).notes]
    # Both were said in the same moment of this test, so their order means nothing.
    assert sorted(said_to_staff) == ["Ask the conservator first.", "Please look at the windows."]
    hers = get_case_file(case, language="en", for_=lin)
    assert (list(hers.thread().messages), hers.notes) == ([], [])


def test_a_question_and_its_answer_with_files_are_read_by_both(
    her_case: Case, amina: Person, boris: Person
) -> None:
    case = move(move(her_case, "accept", by=boris), "ask", by=boris, question=QUESTION)
    (question,) = find_questions(case)
    send_answer(
        question,
        answer="Here it is.",
        uploads=[upload("page.pdf")],
        by=amina,
        at=NOW + timedelta(hours=1),
    )
    case = get_case(case.reference, for_=amina)
    for file in (opened_by(boris, case), get_case_file(case, language="en", for_=amina)):
        (asked,) = file.requests
        assert (asked.from_name, asked.text, asked.answer) == ("Boris", QUESTION, "Here it is.")
        assert [each.name for each in file.files] == ["page.pdf"]


def test_a_file_belongs_to_its_case_and_its_applicant(
    amina: Person, ben: Person, make_person: Callable[..., Person]
) -> None:
    case, other = apply_for(amina, example=2), apply_for(ben, example=2)
    file = get_case_file(case, language="en", for_=amina).files[0]
    id = file.href.rstrip("/").rpartition("/")[2]
    assert get_file_of_case(case, id).name == "proof.pdf"  # type: ignore[arg-type]
    assert get_document(id, for_=amina).name == "proof.pdf"  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        get_file_of_case(other, id)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        get_document(id, for_=ben)  # type: ignore[arg-type]


def test_a_file_of_a_draft_is_its_applicants_alone(amina: Person, boris: Person, ben: Person) -> None:
    from civium.foundation.files.queries import find_files_under

    (file,) = find_files_under(fill_in(begin(amina), 2).subject)
    assert get_document(file.id, for_=amina) == file
    for person in (ben, boris):
        with pytest.raises(NotFound):
            get_document(file.id, for_=person)
