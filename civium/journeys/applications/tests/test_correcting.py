"""Correcting named answers: only these reopen, old and new are kept, and the answer closes the request by itself."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from civium.engines.cases.actions.answer_question import (
    AnswerMissing,
    NoLongerAsked,
    NotCorrected,
    answer_question,
)
from civium.engines.cases.actions.move_case import CorrectionReasonMissing, MoveNotOffered, UnusableDay
from civium.engines.cases.actions.withdraw_question import withdraw_question
from civium.engines.cases.models import Case, Question
from civium.engines.cases.queries import find_questions, get_case
from civium.engines.forms.queries import open_answers
from civium.engines.notices.models import Notice
from civium.foundation.identity.models import Person
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.journal.models import Entry
from civium.foundation.kit.refusals import NotFound
from civium.journeys.applications.actions.move_the_case import UnknownAnswer
from civium.journeys.applications.actions.save_correction import save_correction
from civium.journeys.applications.actions.send_corrections import CorrectionsMissing, send_corrections
from civium.journeys.applications.corrections import CorrectionForm, find_answers, read_correction
from civium.journeys.applications.models import Application
from civium.journeys.applications.queries import get_case_file
from tests.applying import ask_to_correct, kinds_about, move
from tests.cast import NOW

LATER = NOW + dt.timedelta(days=3)
CHIP = "One digit is missing."


@pytest.fixture
def checked(her_case: Case, boris: Person) -> Case:
    """Boris checks Amina's dog licence."""
    return move(her_case, "accept", by=boris)


@pytest.fixture
def asked(checked: Case, boris: Person) -> Question:
    """Amina is asked to correct the chip number."""
    return ask(checked, boris, chip_number=CHIP)


def ask(case: Case, by: Person, *, words: str = "", until: dt.date | None = None, **reasons: str) -> Question:
    ask_to_correct(case, reasons, words=words, until=until, by=by)
    run_waiting_jobs()
    return find_questions(case)[-1]


def fresh(question: Question) -> CorrectionForm:
    return read_correction(find_questions(question.case)[-1], language="en")


def fill(question: Question, page: str, row: str = "", **posted: str) -> Any:
    """Post a page of the short form."""
    form = fresh(question)
    short = form.page(page, row)
    reading = form.offer.form.read_page(page, form.journey_of(short), posted, language="en")
    return save_correction(form, short, reading, by=question.case.applicant, at=LATER)


def answers(case: Case) -> dict[str, Any]:
    return open_answers(Application.objects.get(pk=case.subject.partition(":")[2]).draft)


def test_the_clock_stands_still_and_both_sides_see_until_when(
    asked: Question, amina: Person, checked: Case
) -> None:
    assert (asked.named, asked.reasons, asked.until) == (
        ["chip_number"],
        {"chip_number": CHIP},
        dt.date(2026, 3, 16),
    )
    checked.refresh_from_db()
    assert checked.is_paused
    file = get_case_file(checked, language="en", for_=amina)
    assert "Until 16 March 2026." in file.story[0].title
    notice = Notice.objects.get(to=amina, kind="question")
    assert "One digit is missing" in notice.body
    assert "16 March 2026" in notice.body


def test_reasons_are_sealed_and_never_on_the_record(asked: Question) -> None:
    assert b"digit" not in bytes(asked.reasons_sealed or b"")
    assert not Entry.objects.filter(data__contains="digit").exists()


def test_only_the_named_answer_opens(asked: Question) -> None:
    form = fresh(asked)
    assert [(page.key, set(page.names)) for page in form.pages] == [("chip", {"chip_number"})]
    with pytest.raises(NotFound):
        form.page("owner", "")
    assert [(each.key, each.reason) for each in form.asked] == [("Chip number", CHIP)]


def test_the_answers_of_the_case_stay_until_the_correction_is_sent(asked: Question, checked: Case) -> None:
    before = answers(checked)
    fill(asked, "chip", chip_number="941000012345699")
    assert answers(checked) == before
    assert fresh(asked).is_ready


def test_sending_closes_the_request_keeps_the_old_answer_and_lets_the_clock_go_on(
    asked: Question, checked: Case, amina: Person
) -> None:
    before = answers(checked)
    fill(asked, "chip", chip_number="941000012345699")
    case = send_corrections(fresh(asked).question, by=amina, at=LATER)
    assert not case.is_paused
    assert answers(checked) == {**before, "chip_number": "941000012345699"}
    [question] = find_questions(checked)
    assert not question.is_open
    assert question.before
    assert question.after
    assert find_answers([question.before])[question.before]["chip_number"] == before["chip_number"]
    assert find_answers([question.after])[question.after]["chip_number"] == "941000012345699"
    assert kinds_about(checked.stream)[-1] == "ApplicantAnswered"


def test_a_correction_is_judged_by_the_documents_own_rule(asked: Question, checked: Case) -> None:
    before = answers(checked)
    reading = fill(asked, "chip", chip_number="12")
    assert reading.errors == {"chip_number": "The chip number must have exactly 15 digits"}
    assert not fresh(asked).is_ready
    assert answers(checked) == before


def test_what_is_not_looked_at_is_not_sent(asked: Question, amina: Person) -> None:
    with pytest.raises(CorrectionsMissing):
        send_corrections(asked, by=amina, at=LATER)


def test_what_follows_from_a_changed_answer_is_asked_too(checked: Case, boris: Person, amina: Person) -> None:
    question = ask(checked, boris, assistance="Please check this.")
    fill(question, "price", assistance="yes")
    form = fresh(question)
    assert [(page.key, page.is_done) for page in form.pages] == [("price", True), ("proof", False)]
    with pytest.raises(CorrectionsMissing):
        send_corrections(form.question, by=amina, at=LATER)


def test_the_line_in_lists_follows_a_corrected_name(checked: Case, boris: Person, amina: Person) -> None:
    question = ask(checked, boris, dog_name="Is it spelt like this?")
    fill(question, "dog", dog_name="Loki")
    assert send_corrections(fresh(question).question, by=amina, at=LATER).about == "Loki"


def test_words_beside_the_corrections_want_an_answer_in_words(
    checked: Case, boris: Person, amina: Person
) -> None:
    question = ask(checked, boris, words="Who is your vet?", chip_number=CHIP)
    fill(question, "chip", chip_number="941000012345699")
    with pytest.raises(AnswerMissing):
        send_corrections(fresh(question).question, by=amina, at=LATER)
    assert answers(checked)["chip_number"] != "941000012345699"
    send_corrections(fresh(question).question, answer="Dr Lin", by=amina, at=LATER)
    assert answers(checked)["chip_number"] == "941000012345699"


def test_an_answer_in_words_alone_does_not_close_a_request_for_corrections(
    asked: Question, amina: Person
) -> None:
    with pytest.raises(NotCorrected):
        answer_question(asked, answer="It is right.", by=amina, at=LATER)


def test_nobody_else_corrects(asked: Question, ben: Person, boris: Person) -> None:
    form = fresh(asked)
    for person in (ben, boris):
        with pytest.raises(NotFound):
            send_corrections(asked, by=person, at=LATER)
        short = form.page("chip", "")
        reading = form.offer.form.read_page(
            "chip", form.journey_of(short), {"chip_number": "1"}, language="en"
        )
        with pytest.raises(NotFound):
            save_correction(form, short, reading, by=person, at=LATER)


def test_a_withdrawn_request_takes_no_corrections_and_the_clock_goes_on(
    asked: Question, checked: Case, boris: Person, amina: Person
) -> None:
    checked.refresh_from_db()
    withdraw_question(asked, by=boris, at=LATER, revision=checked.revision)
    run_waiting_jobs()
    assert not get_case(checked.reference, for_=boris).is_paused
    with pytest.raises(NoLongerAsked):
        send_corrections(asked, by=amina, at=LATER)
    assert "do not have to answer" in Notice.objects.get(to=amina, kind="question-withdrawn").subject


def test_refusals_of_asking(checked: Case, boris: Person) -> None:
    with pytest.raises(CorrectionReasonMissing) as silent:
        ask(checked, boris, chip_number=" ", dog_name="x")
    assert silent.value.details["named"] == ["chip_number"]
    with pytest.raises(UnknownAnswer):
        ask(checked, boris, horse_name="Which horse?")
    for day in (dt.date(2026, 3, 2), dt.date(2027, 4, 1)):
        with pytest.raises(UnusableDay):
            ask(checked, boris, chip_number=CHIP, until=day)
    assert find_questions(checked) == []


def test_where_the_document_asks_nobody_nothing_is_asked(her_case: Case, boris: Person) -> None:
    with pytest.raises(MoveNotOffered):
        ask(her_case, boris, chip_number=CHIP)
