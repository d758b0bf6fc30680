"""Asking for corrections, writing, noting, handing over, taking over, linking and reopening at the desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from civium.engines.cases.actions.give_back_case import give_back_case
from civium.engines.cases.actions.send_message import send_message
from civium.engines.cases.actions.write_note import write_note
from civium.engines.cases.models import Case, Link, Message, Note
from civium.engines.cases.queries import find_mentions, find_questions, get_case
from civium.foundation.identity.models import Person
from tests.applying import apply_for, move
from tests.cast import NOW

from .conftest import main_of, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services")]
DeskOf = Callable[[Person], Client]


@pytest.fixture
def checking(her_case: Case, boris: Person) -> Case:
    """Boris has Amina's dog licence."""
    return move(her_case, "accept", by=boris)


def place(case: Case, more: str = "") -> str:
    return f"/en/desk/cases/{case.reference}/{more}"


def now(case: Case, by: Person) -> Case:
    return get_case(case.reference, for_=by)


def ask(desk: Client, case: Case, **changes: object) -> object:
    asked = {
        "named": ["chip_number"],
        "reason:chip_number": "One digit is missing.",
        "until": "2026-03-20",
        "revision": case.revision,
    }
    return desk.post(place(case, "moves/ask/"), {**asked, **changes})


def test_answers_are_ticked_with_their_reasons(desk_of: DeskOf, boris: Person, checking: Case) -> None:
    desk = desk_of(boris)
    page = main_of(desk.get(place(checking, "moves/ask/")))
    assert "chip_number" in [box["value"] for box in page.select("[name=named]")]
    assert page.select_one("[name=until]")["value"] == "2026-03-16"
    assert ask(desk, checking)["Location"] == place(checking)
    [question] = find_questions(checking)
    assert (question.reasons, question.until) == (
        {"chip_number": "One digit is missing."},
        dt.date(2026, 3, 20),
    )
    assert "To be answered by 20 March 2026." in words_of(desk.get(place(checking)))


def test_what_is_missing_is_told_at_its_field_and_nothing_typed_is_lost(
    desk_of: DeskOf, boris: Person, checking: Case
) -> None:
    desk = desk_of(boris)
    for changes, field, says in (
        (
            {"reason:chip_number": " "},
            "reason",
            "Enter what is wrong with the answer. The applicant will read it.",
        ),
        ({"until": "2026-03-02"}, "until", "Choose a day from tomorrow on, within a year."),
        ({"until": "yesterday"}, "until", "Choose a day from tomorrow on, within a year."),
        ({"named": [], "question": ""}, "question", "Choose an answer to correct, or write what you need."),
    ):
        answer = ask(desk, checking, **{"question": "And who is the vet?", **changes})
        page = main_of(answer)
        assert answer.status_code == 422
        link = page.select_one(".govuk-error-summary a")
        assert (link["href"].partition("-")[0], link.get_text()) == (f"#{field}", says)
        assert page.select_one(link["href"]) is not None
        if changes.get("question") is None:
            assert page.select_one("#question").get_text().strip() == "And who is the vet?"
            assert page.select_one('[value="chip_number"]').has_attr("checked")
    assert find_questions(checking) == []


def test_all_that_is_wrong_is_told_at_once(desk_of: DeskOf, boris: Person, checking: Case) -> None:
    answer = ask(
        desk_of(boris),
        checking,
        named=["chip_number", "breed"],
        question="x" * 5_001,
        until="2026-03-02",
        **{"reason:chip_number": " ", "reason:breed": "x" * 5_001},
    )
    page = main_of(answer)
    assert [link.get_text() for link in page.select(".govuk-error-summary a")] == [
        "Shorten the text to 5,000 characters or fewer.",
        "Enter what is wrong with the answer. The applicant will read it.",
        "Shorten the text to 5,000 characters or fewer.",
        "Choose a day from tomorrow on, within a year.",
    ]
    assert all(page.select_one(link["href"]) for link in page.select(".govuk-error-summary a"))
    assert page.select_one("[maxlength]") is None


def test_an_answer_that_is_not_there_cannot_be_named(desk_of: DeskOf, boris: Person, checking: Case) -> None:
    answer = ask(desk_of(boris), checking, named=["horse_name"], **{"reason:horse_name": "Which?"})
    assert answer.status_code == 422
    assert find_questions(checking) == []


def test_a_question_is_withdrawn_after_asking_once(desk_of: DeskOf, boris: Person, checking: Case) -> None:
    desk = desk_of(boris)
    ask(desk, checking)
    link = main_of(desk.get(place(checking))).select_one('a[href*="/questions/"]')["href"]
    form = main_of(desk.get(link))
    assert "One digit is missing." in form.get_text()
    desk.post(link, {"revision": now(checking, boris).revision})
    assert not now(checking, boris).is_paused
    assert "The question is withdrawn" in words_of(desk.get(place(checking)))


def test_a_message_is_written_from_a_ready_text_and_nothing_typed_is_lost(
    desk_of: DeskOf, boris: Person, checking: Case
) -> None:
    desk = desk_of(boris)
    chosen = desk.post(
        place(checking, "message/"), {"do": "template", "template": "on-it", "message": "Good news."}
    )
    text = main_of(chosen).select_one("#message").get_text().strip()
    assert text.startswith("Good news.\n\nHello Amina,")
    assert Message.objects.count() == 0
    assert desk.post(place(checking, "message/"), {"message": text})["Location"] == place(checking)
    assert Message.objects.get().words == text.replace("\r\n", "\n")
    assert desk.post(place(checking, "message/"), {"do": "template", "template": "x"}).status_code == 404


def test_what_was_sent_is_sent_again_only_on_purpose(desk_of: DeskOf, boris: Person, checking: Case) -> None:
    desk, at = desk_of(boris), place(checking, "message/")
    desk.post(at, {"message": "We look at it.\r\nBoris"})
    back = desk.post(at, {"message": "We look at it.\r\nBoris "})
    assert back.status_code == 409
    assert "You have sent these words already." in words_of(back)
    assert Message.objects.count() == 1
    once_more = {each["name"]: each["value"] for each in main_of(back).select('#write input[type="hidden"]')}
    desk.post(at, {**once_more, "message": main_of(back).select_one("#message").get_text()})
    assert Message.objects.count() == 2
    assert desk.post(at, {"message": "We looked at it."})["Location"] == place(checking)


@pytest.mark.parametrize(
    ("words", "says"),
    [("", "Enter your note."), ("x" * 5_001, "Shorten the text to 5,000 characters or fewer.")],
)
def test_a_note_that_cannot_be_kept_says_so_above_and_loses_nothing(
    desk_of: DeskOf, boris: Person, checking: Case, words: str, says: str
) -> None:
    desk = desk_of(boris)
    assert main_of(desk.get(place(checking))).select_one("#note[maxlength]") is None
    answer = desk.post(place(checking, "notes/"), {"note": words})
    page = main_of(answer)
    link = page.select_one(".govuk-error-summary a")
    assert (link["href"], link.get_text()) == ("#note", says)
    assert page.select_one("#note").get_text().strip() == words
    assert answer.content.decode().count("<title>Error:") == 1
    assert not Note.objects.exists()


def test_a_message_of_the_applicant_is_new_until_the_case_is_opened(
    desk_of: DeskOf, boris: Person, amina: Person, checking: Case
) -> None:
    send_message(checking, words="Hello?", by=amina, at=NOW)
    desk = desk_of(boris)
    assert main_of(desk.get(place(checking))).select_one(".thread .tag").get_text() == "New"
    assert main_of(desk.get(place(checking))).select_one(".thread .tag") is None


def test_a_note_stays_between_colleagues_and_tells_whom_it_names(
    desk_of: DeskOf, boris: Person, omar: Person, checking: Case
) -> None:
    desk_of(boris).post(place(checking, "notes/"), {"note": "@Omar, look at the chip."})
    assert len(find_mentions(omar, unread=True)) == 1
    assert "@Omar, look at the chip." in words_of(desk_of(omar).get(place(checking)))
    assert find_mentions(omar, unread=True) == []
    empty = desk_of(boris).post(place(checking, "notes/"), {"note": " "})
    assert empty.status_code == 422
    assert "Enter your note." in words_of(empty)
    long = desk_of(boris).post(place(checking, "notes/"), {"note": "x" * 5001})
    assert main_of(long).select_one("#note").get_text().strip() == "x" * 5001
    assert Note.objects.count() == 1


def test_a_case_goes_to_a_colleague_by_name(
    desk_of: DeskOf, boris: Person, omar: Person, stranger: Person, checking: Case
) -> None:
    desk = desk_of(boris)
    page = main_of(desk.get(place(checking, "handover/")))
    assert [option.get_text(strip=True) for option in page.select("#to option")] == [
        "Choose",
        "The team",
        "Omar",
    ]
    for to, note, field in ((str(stranger.pk), "x", "to"), ("", "x", "to"), (str(omar.pk), "", "note")):
        answer = desk.post(
            place(checking, "handover/"), {"to": to, "note": note, "revision": checking.revision}
        )
        assert answer.status_code == 422
        assert main_of(answer).select_one(".govuk-error-summary a")["href"] == f"#{field}"
    desk.post(
        place(checking, "handover/"), {"to": str(omar.pk), "note": "Yours.", "revision": checking.revision}
    )
    assert now(checking, boris).assigned_to == omar
    assert desk.get(place(checking, "handover/")).status_code == 404


def test_a_colleagues_case_is_taken_over_with_a_reason(
    desk_of: DeskOf, omar: Person, boris: Person, checking: Case
) -> None:
    desk = desk_of(omar)
    assert "Boris has this case, and is told" in words_of(desk.get(place(checking, "takeover/")))
    assert desk.post(place(checking, "takeover/"), {"revision": checking.revision}).status_code == 422
    desk.post(place(checking, "takeover/"), {"reason": "Boris is ill.", "revision": checking.revision})
    assert now(checking, omar).assigned_to == omar
    assert desk_of(omar).get(place(checking, "takeover/")).status_code == 404


def test_whoever_is_second_is_told_what_changed_and_keeps_their_words(
    desk_of: DeskOf, boris: Person, omar: Person, checking: Case
) -> None:
    desk = desk_of(omar)
    page = main_of(desk.get(place(checking, "moves/refuse/")))
    made_from = {name: page.select_one(f"[name={name}]")["value"] for name in ("revision", "seen")}
    give_back_case(now(checking, boris), by=boris, at=NOW + dt.timedelta(minutes=1))
    answer = desk.post(place(checking, "moves/refuse/"), {"reason": "Wrong chip.", **made_from})
    shown = main_of(answer)
    assert answer.status_code == 409
    assert "Boris gave this case back" in shown.select_one(".banner").get_text()
    assert "Case given back to the team · Boris" in shown.select_one(".banner li").get_text()
    assert shown.select_one("#reason").get_text().strip() == "Wrong chip."
    again = {"revision": shown.select_one("[name=revision]")["value"], "reason": "Wrong chip."}
    assert desk.post(place(checking, "moves/refuse/"), again)["Location"] == place(checking)


def test_cases_are_linked_and_each_shows_the_other(
    desk_of: DeskOf, boris: Person, ben: Person, checking: Case
) -> None:
    other, desk = apply_for(ben), desk_of(boris)
    typed = {"other": other.shown_reference.lower(), "kind": "same-place", "reason": "Same kennel."}
    for changes, field in (
        ({"other": "XXXX-XXXX"}, "other"),
        ({"other": checking.reference}, "other"),
        ({"kind": ""}, "kind"),
        ({"reason": ""}, "reason"),
    ):
        answer = desk.post(place(checking, "links/"), {**typed, **changes})
        assert answer.status_code == 422
        assert main_of(answer).select_one(".govuk-error-summary a")["href"] == f"#{field}"
    assert desk.post(place(checking, "links/"), typed)["Location"] == place(checking)
    for here, there in ((checking, other), (other, checking)):
        section = main_of(desk.get(place(here))).select_one('[aria-labelledby="links"]')
        assert section.select_one(f'a[href="{place(there)}"]')
        assert "Same kennel." in section.get_text()
    desk.post(place(checking, f"links/{other.reference}/removal/"))
    assert Link.objects.filter(ended_at=None).count() == 0


def test_an_empty_reference_is_said_to_be_empty(desk_of: DeskOf, boris: Person, checking: Case) -> None:
    page = main_of(desk_of(boris).post(place(checking, "links/"), {"other": " ", "kind": "same-person"}))
    link = page.select_one(".govuk-error-summary a")
    assert (link["href"], link.get_text()) == ("#other", "Enter the reference of the other case.")


def test_reopening_says_what_it_means_and_is_for_those_the_document_names(
    desk_of: DeskOf, seal: object, boris: Person, omar: Person, chen: Person, checking: Case
) -> None:
    decided = move(checking, "grant", by=omar)
    assert desk_of(omar).get(place(decided, "reopening/")).status_code == 404
    assert "Reopen this case" not in words_of(desk_of(omar).get(place(decided)))
    desk = desk_of(chen)
    said = words_of(desk.get(place(decided, "reopening/")))
    for part in (
        "The decision “Licence granted” no longer stands.",
        "The document “Dog licence” is withdrawn at once",
        "goes on in the step “We are checking it”",
    ):
        assert part in said
    revision = now(decided, chen).revision
    assert desk.post(place(decided, "reopening/"), {"revision": revision}).status_code == 422
    desk.post(place(decided, "reopening/"), {"revision": revision, "reason": "The chip was sold."})
    page = words_of(desk.get(place(decided)))
    for part in ("Earlier decision, set aside", "The chip was sold.", "Withdrawn"):
        assert part in page
    assert now(decided, chen).step == "checking"
    assert desk.post(place(decided, "reopening/"), {"revision": revision, "reason": "x"}).status_code == 409


def test_presence_is_a_fragment_that_names_the_others(
    desk_of: DeskOf, boris: Person, omar: Person, checking: Case
) -> None:
    desk_of(omar).get(place(checking))
    desk = desk_of(boris)
    said = desk.post(place(checking, "presence/"), {"revision": checking.revision}).content.decode()
    assert "Omar is also looking at this case." in said
    assert "has changed" not in said
    assert "<main" not in said
    stale = desk.post(place(checking, "presence/"), {"revision": checking.revision - 1}).content.decode()
    assert "This case has changed since you opened this page." in stale
    assert desk_of(omar).post(place(checking, "presence/"), {"leave": "yes"}).status_code == 204
    assert "Omar" not in desk.post(place(checking, "presence/")).content.decode()


@pytest.mark.parametrize(
    "more",
    [
        "message/",
        "notes/",
        "handover/",
        "takeover/",
        "reopening/",
        "links/",
        "presence/",
        "moves/ask/",
        "questions/00000000-0000-4000-8000-000000000000/withdrawal/",
    ],
)
def test_nobody_else_gets_in(
    desk_of: DeskOf, stranger: Person, amina: Person, finn: Person, checking: Case, more: str
) -> None:
    for person in (stranger, amina, finn):
        client = desk_of(person)
        assert client.get(place(checking, more)).status_code in {404, 405}
        assert client.post(place(checking, more), {"note": "x", "message": "x"}).status_code == 404
    assert Message.objects.count() == Note.objects.count() == 0


def test_ones_own_case_is_not_there_at_ones_desk(desk_of: DeskOf, boris: Person, omar: Person) -> None:
    own = apply_for(boris)
    write_note(own, words="@Boris is the applicant here", by=omar, at=NOW)
    for more in ("", "message/", "links/", "presence/"):
        assert desk_of(boris).post(place(own, more)).status_code in {404, 405}
    assert desk_of(boris).get(place(own)).status_code == 404
