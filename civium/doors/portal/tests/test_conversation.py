"""Writing to the team and correcting named answers on the page of one's own case, and what is not to be seen there."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from civium.engines.cases.actions.hand_over import hand_over
from civium.engines.cases.actions.link_cases import link_cases
from civium.engines.cases.actions.send_message import send_message
from civium.engines.cases.actions.write_note import write_note
from civium.engines.cases.models import Case, Message
from civium.engines.cases.queries import find_messages, find_questions, get_case
from civium.foundation.identity.models import Person
from civium.foundation.privacy.actions.restrict_use import restrict_use
from civium.foundation.privacy.models import Why
from tests.applying import apply_for, ask_to_correct, kinds_about, move, upload
from tests.cast import NOW

from .conftest import main_of, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services")]


@pytest.fixture
def checked(her_case: Case, boris: Person) -> Case:
    """Boris has Amina's dog licence."""
    return move(her_case, "accept", by=boris)


@pytest.fixture
def asked(checked: Case, boris: Person) -> Case:
    """Amina is asked to correct the chip number and the answer about assistance dogs."""
    reasons = {"chip_number": "One digit is missing.", "assistance": "Is it really none?"}
    return ask_to_correct(checked, reasons, by=boris)


def place(case: Case, more: str = "") -> str:
    return f"/en/my/cases/{case.reference}/{more}"


# --- messages --------------------------------------------------------------------------------------------------------


def test_a_message_with_a_file_reaches_the_team(her: Client, checked: Case) -> None:
    sent = her.post(place(checked, "messages/"), {"message": "Here is the book.", "files": [upload("a.pdf")]})
    assert sent["Location"] == place(checked) + "#messages"
    page = main_of(her.get(place(checked)))
    [mine] = page.select("ol.thread > li")
    assert "Here is the book." in mine.get_text()
    assert "Not read yet" in mine.get_text()
    assert [link.get_text() for link in mine.select("ul.files a")] == ["a.pdf"]
    assert Case.objects.get(pk=checked.pk).has_new_message


def test_an_empty_message_is_shown_again_and_can_be_come_back_to(her: Client, checked: Case) -> None:
    answer = her.post(place(checked, "messages/"), {"message": "  "})
    assert answer.status_code == 422
    assert answer["Cache-Control"] == "private, no-cache"
    link = main_of(answer).select_one(".govuk-error-summary a")
    assert (link["href"], link.get_text()) == ("#message", "Enter your message.")


def test_words_beside_a_refused_file_stay(her: Client, checked: Case) -> None:
    answer = her.post(
        place(checked, "messages/"), {"message": "Look here.", "files": [upload("x.pdf", b"no")]}
    )
    page = main_of(answer)
    assert page.select_one("#message").get_text().strip() == "Look here."
    assert page.select_one(".govuk-error-summary a")["href"] == "#message-files"
    assert Message.objects.count() == 0


def test_too_many_messages_say_when_to_write_again(her: Client, checked: Case, amina: Person) -> None:
    for number in range(20):
        send_message(checked, words=str(number), by=amina, at=NOW)
    answer = her.post(place(checked, "messages/"), {"message": "One more"})
    assert answer.status_code == 429
    assert "Write again tomorrow" in words_of(answer)


def test_the_same_words_are_sent_again_only_on_purpose(her: Client, checked: Case) -> None:
    """After the way back, or where the network lost the answer. Two photos without words are two messages."""
    at = place(checked, "messages/")
    her.post(at, {"message": "Here is\r\nthe book."})
    back = her.post(at, {"message": "Here is\r\nthe book. "})
    assert back.status_code == 409
    assert "You have sent these words already." in words_of(back)
    assert Message.objects.count() == 1
    once_more = main_of(back).select_one("form input[name=again]")
    her.post(at, {"again": once_more["value"], "message": main_of(back).select_one("#message").get_text()})
    assert Message.objects.count() == 2
    for name in ("a.pdf", "b.pdf"):
        her.post(at, {"message": "", "files": [upload(name)]})
    assert Message.objects.count() == 4


def test_what_the_team_wrote_is_new_once_and_then_read(her: Client, checked: Case, boris: Person) -> None:
    send_message(checked, words="<b>Please</b> call.", by=boris, at=NOW)
    assert "1 new message" in words_of(her.get("/en/my/"))
    steps = main_of(her.get("/en/my/")).select(".step h3")
    assert [step.get_text() for step in steps] == ["Read a message about your Dog licence"]
    first = main_of(her.get(place(checked))).select_one("ol.thread > li")
    assert "<b>Please</b> call." in first.get_text()
    assert first.select_one(".tag").get_text() == "New"
    assert main_of(her.get(place(checked))).select_one("ol.thread .tag") is None
    assert "new message" not in words_of(her.get("/en/my/"))
    assert find_messages(checked).messages[0].read_at is not None


def test_long_threads_have_pages(her: Client, checked: Case, boris: Person) -> None:
    for number in range(25):
        send_message(checked, words=f"Number {number}.", by=boris, at=NOW + dt.timedelta(seconds=number))
    page = main_of(her.get(place(checked)))
    assert "Number 24." in page.get_text()
    assert "Number 4." not in page.get_text()
    earlier = page.select_one('#messages ~ p a, section[aria-labelledby="messages"] a')["href"]
    older = main_of(her.get(place(checked) + earlier.partition("#")[0]))
    assert "Number 4." in older.get_text()
    assert her.get(place(checked) + "?before=nonsense").status_code == 404


@pytest.mark.parametrize("more", ["messages/", "corrections/", "answer/"])
def test_another_persons_case_takes_nothing(her: Client, ben: Person, more: str) -> None:
    theirs = apply_for(ben)
    assert her.post(place(theirs, more), {"message": "Hello"}).status_code == 404
    assert Message.objects.count() == 0


def test_nothing_internal_is_on_the_page(
    her: Client, checked: Case, boris: Person, omar: Person, ben: Person
) -> None:
    write_note(checked, words="SECRET suspicion @Omar", by=boris, at=NOW)
    other = apply_for(ben, dog_name="Benji")
    link_cases(checked, other=other, kind="same-place", reason="SECRET place", by=boris, at=NOW)
    hand_over(checked, to=omar, note="SECRET hand", by=boris, at=NOW, revision=checked.revision)
    for address in (place(checked), "/en/my/", "/en/my/messages/", "/en/my/documents/"):
        page = her.get(address).content.decode()
        for secret in ("SECRET", "Benji", other.reference, "colleague", "desk/cases", "Linked"):
            assert secret not in page, (address, secret)


# --- corrections -----------------------------------------------------------------------------------------------------


def test_the_case_says_what_to_correct_why_and_until_when(her: Client, asked: Case) -> None:
    section = main_of(her.get(place(asked))).select_one("#question")
    for shown in (
        "Please answer by 16 March 2026.",
        "Chip number",
        "One digit is missing.",
        "941000012345678",
    ):
        assert shown in section.get_text(" ", strip=True)
    assert section.select_one("form") is None
    step = main_of(her.get("/en/my/")).select_one(".step")
    assert step.h3.get_text() == "Correct answers in your Dog licence"
    assert "Please answer by 16 March 2026" in step.get_text()


def test_while_the_case_stands_still_no_day_presses(her: Client, asked: Case, amina: Person) -> None:
    restrict_use(asked.subject, because=Why.CLAIM, by=amina, at=NOW)
    for page in (place(asked), "/en/my/"):
        shown = words_of(her.get(page))
        assert "We read it once we may use this case again." in shown
        assert "Please answer by" not in shown


def test_one_walks_through_the_short_form_checks_and_sends(her: Client, asked: Case, boris: Person) -> None:
    first = her.get(place(asked, "corrections/"))
    assert first["Location"] == place(asked, "corrections/chip/")
    page = main_of(her.get(first["Location"]))
    assert [field["name"] for field in page.select("form input:not([type=hidden])")] == ["chip_number"]
    second = her.post(first["Location"], {"chip_number": "941000012345699"})
    assert second["Location"] == place(asked, "corrections/price/")
    third = her.post(second["Location"], {"assistance": "no"})
    assert third["Location"] == place(asked, "corrections/")
    shown = words_of(her.get(third["Location"]))
    assert "941000012345699 Before: 941000012345678" in shown
    assert "Not changed" in shown
    assert her.post(third["Location"])["Location"] == place(asked)
    assert "Thank you. We have your corrected answers, and the clock goes on." in words_of(
        her.get(place(asked))
    )
    assert not get_case(asked.reference, for_=boris).is_paused
    assert her.get(place(asked, "corrections/chip/"))["Location"] == place(asked)


def test_another_fee_by_the_corrected_answers_is_said_before_they_are_sent(
    her: Client, checked: Case, boris: Person
) -> None:
    asked = ask_to_correct(checked, {"neutered": "The certificate says no."}, by=boris)
    page = her.get(place(asked, "corrections/"))["Location"]
    assert her.post(page, {"neutered": "yes"})["Location"] == place(asked, "corrections/")
    assert "the fee would be" not in words_of(her.get(place(asked, "corrections/")))
    her.post(page, {"neutered": "no"})
    said = words_of(her.get(place(asked, "corrections/")))
    assert "By these answers the fee would be €25.00 instead of €15.00." in said
    assert "You pay nothing here: Animal Welfare looks at it and writes to you." in said


def test_a_mistake_is_shown_and_can_be_come_back_to(her: Client, asked: Case) -> None:
    answer = her.post(place(asked, "corrections/chip/"), {"chip_number": "12"})
    assert answer.status_code == 422
    assert answer["Cache-Control"] == "private, no-cache"
    assert "The chip number must have exactly 15 digits" in words_of(answer)


@pytest.mark.parametrize("page", ["owner", "dog", "proof", "promise", "nowhere"])
def test_no_other_page_of_the_form_opens(her: Client, asked: Case, page: str) -> None:
    assert her.get(place(asked, f"corrections/{page}/")).status_code == 404
    assert her.post(place(asked, f"corrections/{page}/"), {"dog_name": "Hacked"}).status_code == 404


def test_other_answers_of_the_page_cannot_be_smuggled_in(her: Client, asked: Case, boris: Person) -> None:
    her.post(place(asked, "corrections/chip/"), {"chip_number": "941000012345699", "dog_name": "Hacked"})
    her.post(place(asked, "corrections/price/"), {"assistance": "no", "neutered": "no", "owner_name": "X"})
    her.post(place(asked, "corrections/"))
    page = main_of(her.get(place(asked))).get_text(" ", strip=True)
    assert "Hacked" not in page
    assert "941000012345699" in page
    assert kinds_about(asked.stream)[-1] == "ApplicantAnswered"


def test_sending_before_all_is_done_leads_back(her: Client, asked: Case) -> None:
    her.post(place(asked, "corrections/chip/"), {"chip_number": "941000012345699"})
    assert her.post(place(asked, "corrections/"))["Location"] == place(asked, "corrections/")
    assert her.get(place(asked, "corrections/"))["Location"] == place(asked, "corrections/price/")
    assert find_questions(asked)[0].is_open


def test_come_back_later_keeps_what_is_valid(her: Client, asked: Case) -> None:
    left = her.post(place(asked, "corrections/chip/"), {"chip_number": "941000012345699", "_later": "yes"})
    assert left["Location"] == place(asked)
    page = main_of(her.get(place(asked, "corrections/chip/")))
    assert page.select_one("[name=chip_number]")["value"] == "941000012345699"


def test_nothing_asked_nothing_to_correct(her: Client, checked: Case) -> None:
    assert her.get(place(checked, "corrections/"))["Location"] == place(checked)
    assert her.get(place(checked, "corrections/chip/"))["Location"] == place(checked)
