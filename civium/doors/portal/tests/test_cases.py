"""One's own case: where it stands, what happened, and answering what the agency asks."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from civium.engines.cases.models import Case
from civium.engines.cases.queries import find_questions, get_case
from civium.foundation.identity.models import Person
from tests.applying import (
    QUESTION,
    REASON,
    apply_for,
    count_queries,
    downloaded,
    kinds_about,
    move,
    upload,
    without_tokens,
)
from tests.cast import NOW

from .conftest import main_of, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services", "seal")]


def page_of(case: Case, rest: str = "", language: str = "en") -> str:
    return f"/{language}/my/cases/{case.reference}/{rest}"


@pytest.fixture
def asked(her_case: Case, boris: Person) -> Case:
    """Boris asks Amina for a page of the vaccination book."""
    return move(move(her_case, "accept", by=boris), "ask", by=boris, question=QUESTION)


def test_it_says_where_the_case_stands_and_by_when_it_is_decided(her: Client, her_case: Case) -> None:
    words = words_of(her.get(page_of(her_case)))
    for shown in (
        "Dog licence",
        her_case.shown_reference,
        "Luna",
        "Animal Welfare",
        "Received",
        "Decision by 9 March 2026",
        "941000012345678",
        "€15.00",
        "Payment received",
        "Application started",
    ):
        assert shown in words


def test_the_reference_may_be_typed_as_it_is_read_out(her: Client, her_case: Case) -> None:
    for typed in (her_case.shown_reference, her_case.reference.lower()):
        assert her.get(f"/en/my/cases/{typed}/").status_code == 200


def test_a_question_is_shown_with_a_form_and_the_clock_stands_still(her: Client, asked: Case) -> None:
    page = main_of(her.get(page_of(asked)))
    assert QUESTION in page.select_one("#question").get_text()
    assert page.select_one("#question form")["action"] == page_of(asked, "answer/")
    assert "The clock stands still until you answer" in page.get_text(" ")


def test_answering_with_files_goes_on_with_the_case(
    her: Client, asked: Case, amina: Person, time_machine: Any
) -> None:
    time_machine.move_to(NOW + dt.timedelta(days=2), tick=False)
    her.force_login(amina)
    answer = her.post(
        page_of(asked, "answer/"),
        {"answer": "Here it is.\r\nGreetings", "files": [upload("a.pdf"), upload("b.pdf")]},
    )
    assert answer["Location"] == page_of(asked)
    shown = her.get(page_of(asked))
    assert "Thank you. We have your answer, and the clock goes on." in shown.content.decode()
    assert "Thank you." not in her.get(page_of(asked)).content.decode()
    page = main_of(shown)
    assert not page.select("#question")
    words = page.get_text(" ")
    assert "a.pdf" in words
    assert "Decision by 11 March 2026" in words
    case = get_case(asked.reference, for_=amina)
    assert find_questions(case)[0].answer == "Here it is.\nGreetings"
    asked_and_answered = page.select_one('section[aria-labelledby="asked"] article')
    assert [name.get_text() for name in asked_and_answered.select(".message__head b")] == ["Boris", "You"]
    assert QUESTION in asked_and_answered.get_text()
    assert [link.get_text() for link in asked_and_answered.select("ul.files a")] == ["a.pdf", "b.pdf"]
    typed = asked_and_answered.select_one('.message__text[dir="auto"]')
    assert (typed.select_one("br") is not None, typed.get_text(" ")) == (True, "Here it is. Greetings")


def test_an_empty_answer_is_shown_again_with_what_is_missing(her: Client, asked: Case) -> None:
    answer = her.post(page_of(asked, "answer/"), {"answer": "  "})
    assert answer.status_code == 422
    page = main_of(answer)
    link = page.select_one(".govuk-error-summary a")
    assert (link["href"], link.get_text()) == ("#answer", "Enter your answer.")
    assert page.select_one("#answer")
    assert answer["Cache-Control"] == "private, no-cache"


def test_a_file_that_is_refused_is_named_and_the_words_stay(her: Client, asked: Case) -> None:
    answer = her.post(
        page_of(asked, "answer/"), {"answer": "Look here.", "files": [upload("x.pdf", b"no PDF")]}
    )
    assert answer.status_code == 422
    page = main_of(answer)
    assert page.select_one("#answer").get_text().strip() == "Look here."
    link = page.select_one(".govuk-error-summary a")
    assert link["href"] == "#files"
    assert link.get_text().startswith("“x.pdf”: The content of the file does not match its name. Open it")
    assert link.get_text() in page.select_one("#files-error").get_text()
    assert page.select_one("#answer-error") is None
    assert page.select_one("#question") is not None


def test_answered_twice_is_answered_once(her: Client, asked: Case, amina: Person) -> None:
    for words in ("First.", "Second."):
        assert her.post(page_of(asked, "answer/"), {"answer": words})["Location"] == page_of(asked)
    assert find_questions(asked)[0].answer == "First."
    assert "Nobody waits for an answer any more." in her.get(page_of(asked)).content.decode()
    assert kinds_about(asked.stream).count("ApplicantAnswered") == 1


def test_nothing_asked_nothing_to_answer(her: Client, her_case: Case) -> None:
    assert her.post(page_of(her_case, "answer/"), {"answer": "Hello?"})["Location"] == page_of(her_case)
    assert her.get(page_of(her_case, "answer/")).status_code == 405


def test_a_refusal_says_why_and_until_when_one_may_appeal(
    her: Client, her_case: Case, boris: Person, omar: Person
) -> None:
    move(move(her_case, "accept", by=boris), "refuse", by=omar, reason=f"{REASON}\n<b>Really</b>")
    page = her.get(page_of(her_case))
    words = words_of(page)
    assert REASON in words
    assert "<b>Really</b>" in words
    assert "you can appeal until 1 April 2026" in words
    assert "+34 900 100 210" in words


def test_a_granted_licence_can_be_downloaded(
    her: Client, her_case: Case, boris: Person, omar: Person
) -> None:
    move(move(her_case, "accept", by=boris), "grant", by=omar)
    link = main_of(her.get(page_of(her_case))).select_one("ul.files a")
    file = her.get(link["href"])
    assert file["Content-Type"] == "application/pdf"
    assert file["Content-Disposition"].startswith("attachment")
    assert file["X-Content-Type-Options"] == "nosniff"
    assert downloaded(file).startswith(b"%PDF")
    documents = her.get("/en/my/documents/")
    assert link["href"] in documents.content.decode()


def test_the_page_speaks_every_language(her: Client, asked: Case) -> None:
    for language in ("es", "ar"):
        page = her.get(page_of(asked, language=language))
        assert page.status_code == 200
        assert f'lang="{language}"' in page.content.decode()


@pytest.mark.parametrize("reference", ["", "XXXXXXXX", "7K4M-92QX", "0", "ا" * 8, "a" * 500, "..%2F.."])
def test_a_reference_that_is_no_case_is_not_there(her: Client, reference: str) -> None:
    assert her.get(f"/en/my/cases/{reference}/").status_code == 404


def test_its_queries_do_not_grow_with_what_happened(
    her: Client,
    her_case: Case,
    boris: Person,
    amina: Person,
) -> None:
    case = move(her_case, "accept", by=boris)
    case = move(case, "ask", by=boris, question=QUESTION)
    her.post(page_of(case, "answer/"), {"answer": "One."})
    her.get(page_of(case))
    few = _count(her, case)
    for number in range(5):
        case = get_case(case.reference, for_=boris)
        move(case, "ask", by=boris, question=f"{QUESTION} {number}")
        her.post(
            page_of(case, "answer/"), {"answer": f"Answer {number}.", "files": [upload(f"{number}.pdf")]}
        )
    assert _count(her, case) <= few + 1  # the files of the answers are one read more
    assert few <= 10


def _count(client: Client, case: Case) -> int:
    return count_queries(client, page_of(case))


def test_a_case_of_another_person_looks_like_none(her: Client, ben: Person) -> None:
    theirs = apply_for(ben)
    answers = {
        without_tokens(her.get(f"/en/my/cases/{reference}/"), reference)
        for reference in (theirs.reference, "7K4M92QX")
    }
    assert len(answers) == 1
