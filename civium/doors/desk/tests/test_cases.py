"""The page of a case at the desk: reading it, taking it, moving it, and what happens when two do so at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from civium.engines.cases.actions.claim_case import claim_case
from civium.engines.cases.actions.erase_from_lists import erase_from_lists
from civium.engines.cases.actions.give_back_case import give_back_case
from civium.engines.cases.models import Case
from civium.engines.cases.queries import find_questions, get_case, get_decision
from civium.engines.notices.queries import find_inbox
from civium.foundation.identity.models import Person
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.journal.queries import find_entries
from civium.foundation.privacy.actions.restrict_use import lock_away
from civium.foundation.privacy.events import DataRead
from civium.foundation.vault.actions.destroy_key import destroy_key
from civium.journeys.applications.models import Certificate
from tests.applying import (
    QUESTION,
    REASON,
    apply_for,
    count_queries,
    downloaded,
    kinds_about,
    move,
    read_by_staff,
)
from tests.cast import NOW

from .conftest import main_of, side_of, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services", "seal")]
DeskOf = Callable[[Person], Client]


def place(case: Case, rest: str = "") -> str:
    return f"/en/desk/cases/{case.reference}/{rest}"


def now(case: Case, person: Person) -> Case:
    return get_case(case.reference, for_=person)


@pytest.fixture
def checking(her_case: Case, boris: Person) -> Case:
    """Amina's case, being checked."""
    return move(her_case, "accept", by=boris)


# --- reading ---------------------------------------------------------------------------------------------------------


def test_it_shows_answers_files_payment_and_story(desk_of: DeskOf, boris: Person, her_case: Case) -> None:
    page = desk_of(boris).get(place(her_case))
    words = words_of(page)
    for shown in ("Amina", "Luna", "941000012345678", "€15.00", "Payment received", "Application sent"):
        assert shown in words


def test_what_only_the_law_keeps_is_refused_on_a_page_of_the_desk(
    desk_of: DeskOf, boris: Person, her_case: Case
) -> None:
    lock_away(her_case.subject, until=NOW.date() + dt.timedelta(days=90), by=None, at=NOW)
    page = desk_of(boris).get(place(her_case))
    assert page.status_code == 403
    assert "Only the law keeps this data" in words_of(page)
    assert "Amina" not in page.content.decode()
    assert "Closed" in side_of(page)
    assert 'class="back-link"' in page.content.decode()


def test_an_erased_case_says_so_on_a_page_of_the_desk(desk_of: DeskOf, boris: Person, her_case: Case) -> None:
    erase_from_lists(her_case.subject)
    destroy_key(her_case.subject, by=None, at=NOW)
    page = desk_of(boris).get(place(her_case))
    assert page.status_code == 410
    words = words_of(page)
    for said in (
        "This information has been erased.",
        her_case.shown_reference,
        "Dog licence",
        "gone for good",
    ):
        assert said in words
    assert "Closed" in side_of(page)
    assert 'class="back-link"' in page.content.decode()


def test_lists_in_which_it_stood_are_no_part_of_what_happened_for_colleagues(
    desk_of: DeskOf, boris: Person, amina: Person, her_case: Case
) -> None:
    desk = desk_of(boris)
    desk.get("/en/desk/")
    assert any("find-case" in entry.data for entry in find_entries([her_case.stream, her_case.subject]))
    words = words_of(desk.get(place(her_case)))
    assert "To find your case" not in words
    assert "Application sent" in words


def test_it_shows_whose_it_is_and_who_has_it(desk_of: DeskOf, boris: Person, her_case: Case) -> None:
    claim_case(her_case, by=boris, at=NOW)
    facts = main_of(desk_of(boris).get(place(her_case))).select_one(".keyfacts").get_text(" ", strip=True)
    for shown in ("Applicant Amina", "amina@cast.example", "Reads English", "With You", "Service version"):
        assert shown in facts


def test_it_links_other_cases_of_the_same_applicant_in_ones_own_agencies(
    desk_of: DeskOf, boris: Person, her_case: Case, amina: Person
) -> None:
    other = apply_for(amina)
    apply_for(amina, "heating-allowance")
    listed = main_of(desk_of(boris).get(place(her_case))).select(".others a")
    assert [link["href"] for link in listed] == [place(other)]


def test_the_desk_is_not_told_what_is_meant_for_the_applicant(
    desk_of: DeskOf, boris: Person, checking: Case
) -> None:
    asked = move(checking, "ask", by=boris, question=QUESTION)
    words = words_of(desk_of(boris).get(place(asked)))
    assert "The clock stands still until the applicant answers." in words
    assert "until you answer" not in words


def test_a_note_to_colleagues_stands_apart_from_questions(
    desk_of: DeskOf, boris: Person, her_case: Case
) -> None:
    noted = move(her_case, "accept", by=boris, reason="Called the vet.")
    page = main_of(desk_of(boris).get(place(noted)))
    assert "Called the vet." in page.select_one('section[aria-labelledby="notes"]').get_text()
    assert page.select_one('section[aria-labelledby="asked"]') is None


def test_each_reading_is_on_the_record(desk_of: DeskOf, boris: Person, her_case: Case) -> None:
    desk = desk_of(boris)
    for _turn in range(2):
        desk.get(place(her_case))
    assert len(read_by_staff(her_case)) == 2
    assert "Answers read, to work on the case" in words_of(desk.get(place(her_case)))


def test_that_the_address_was_shown_is_on_the_record(
    desk_of: DeskOf, boris: Person, her_case: Case, amina: Person
) -> None:
    assert amina.email in desk_of(boris).get(place(her_case)).content.decode()
    (read,) = [
        entry.event
        for entry in find_entries([amina.vault_key])
        if entry.by_id == boris.pk and isinstance(entry.event, DataRead)
    ]
    assert (read.subject, read.purpose) == (her_case.subject, "work-on-case")
    assert {"answers", "contact", "name"} <= set(read.kinds.split())


def test_files_are_downloaded_as_attachments(
    desk_of: DeskOf, boris: Person, make_person: Callable[..., Person]
) -> None:
    case = apply_for(make_person("Lin"), example=2)
    desk = desk_of(boris)
    link = main_of(desk.get(place(case))).select_one("ul.files a")
    file = desk.get(link["href"])
    assert link.get_text() == "proof.pdf"
    assert file["Content-Disposition"].startswith("attachment")
    assert downloaded(file).startswith(b"%PDF")
    assert read_by_staff(case).count("file") == 1
    assert "A file opened, to work on the case" in words_of(desk.get(place(case)))


def test_a_file_of_another_case_is_not_there(
    desk_of: DeskOf, boris: Person, her_case: Case, make_person: Callable[..., Person]
) -> None:
    case = apply_for(make_person("Lin"), example=2)
    desk = desk_of(boris)
    link = main_of(desk.get(place(case))).select_one("ul.files a")["href"]
    assert desk.get(link.replace(case.reference, her_case.reference)).status_code == 404
    assert "file" not in [*read_by_staff(case), *read_by_staff(her_case)]


def test_its_queries_do_not_grow_with_what_happened(desk_of: DeskOf, boris: Person, checking: Case) -> None:
    from civium.engines.cases.actions.answer_question import answer_question

    def ask_and_answer(number: int) -> None:
        case = move(now(checking, boris), "ask", by=boris, question=f"{QUESTION} {number}")
        question = next(each for each in find_questions(case) if each.is_open)
        answer_question(question, answer=f"Answer {number}", by=case.applicant, at=NOW)

    ask_and_answer(0)
    few = _count(desk_of(boris), checking)
    for number in range(1, 8):
        ask_and_answer(number)
    assert _count(desk_of(boris), checking) == few
    assert few <= 22


def _count(client: Client, case: Case) -> int:
    return count_queries(client, place(case))


# --- taking and giving back ------------------------------------------------------------------------------------------


def test_taking_a_case_and_giving_it_back(desk_of: DeskOf, boris: Person, her_case: Case) -> None:
    desk = desk_of(boris)
    assert "Take this case" in words_of(desk.get(place(her_case)))
    page = desk.post(place(her_case, "holder/"), {"do": "claim"}, follow=True)
    assert "The case is yours." in words_of(page)
    assert now(her_case, boris).assigned_to == boris
    page = desk.post(place(her_case, "holder/"), {"do": "give-back"}, follow=True)
    assert "The case is with the team again." in words_of(page)
    assert now(her_case, boris).assigned_to is None


def test_whoever_is_second_reads_who_was_first(
    desk_of: DeskOf, boris: Person, omar: Person, her_case: Case
) -> None:
    desk_of(boris).post(place(her_case, "holder/"), {"do": "claim"})
    page = desk_of(omar).post(place(her_case, "holder/"), {"do": "claim"}, follow=True)
    assert "Boris took this case on 2 March at 10:00." in words_of(page)
    assert now(her_case, boris).assigned_to == boris
    assert "Boris has this case." in words_of(page)


def test_a_colleagues_case_is_given_back_by_a_supervisor_only(
    desk_of: DeskOf, boris: Person, omar: Person, chen: Person, her_case: Case
) -> None:
    desk_of(boris).post(place(her_case, "holder/"), {"do": "claim"})
    page = desk_of(omar).post(place(her_case, "holder/"), {"do": "give-back"}, follow=True)
    assert "Only they or a supervisor can give it back" in words_of(page)
    page = desk_of(chen).get(place(her_case))
    button = main_of(page).select_one('button[value="give-back"]')
    assert button is not None
    desk_of(chen).post(place(her_case, "holder/"), {"do": "give-back"})
    assert now(her_case, boris).assigned_to is None


# --- moving ----------------------------------------------------------------------------------------------------------


def moves_shown(desk: Client, case: Case) -> list[str]:
    page = main_of(desk.get(place(case)))
    return [link.get_text(strip=True) for link in page.select('.bar a.button[href*="/moves/"]')]


def test_each_role_is_offered_its_own_moves(
    desk_of: DeskOf, boris: Person, omar: Person, chen: Person, checking: Case
) -> None:
    assert moves_shown(desk_of(boris), checking) == ["Ask the applicant"]
    assert moves_shown(desk_of(omar), checking) == ["Ask the applicant", "Grant the licence", "Refuse"]
    assert moves_shown(desk_of(chen), checking) == []


def test_a_late_case_says_so(desk_of: DeskOf, boris: Person, checking: Case) -> None:
    assert main_of(desk_of(boris).get(place(checking))).select_one(".due") is None
    Case.objects.filter(pk=checking.pk).update(due_on=NOW.date() - dt.timedelta(days=7))
    late = main_of(desk_of(boris).get(place(checking))).select_one(".due--coral")
    assert late.get_text() == "late 5 working days"
    paused = move(now(checking, boris), "ask", by=boris, question=QUESTION)
    assert main_of(desk_of(boris).get(place(paused))).select_one(".due--coral") is None


def test_whoever_cannot_go_on_reads_who_can(
    desk_of: DeskOf, boris: Person, omar: Person, her_case: Case
) -> None:
    assert "Who goes on with it? Clerk" in words_of(desk_of(omar).get(place(her_case)))
    assert "Who goes on with it?" not in words_of(desk_of(boris).get(place(her_case)))
    checking = move(her_case, "accept", by=boris)
    assert "Who goes on with it? Officer" in words_of(desk_of(boris).get(place(checking)))
    decided = move(checking, "grant", by=omar)
    assert "Who goes on with it?" not in words_of(desk_of(boris).get(place(decided)))


def test_a_decision_with_its_reason_reaches_the_applicant(
    desk_of: DeskOf, omar: Person, checking: Case
) -> None:
    desk = desk_of(omar)
    assert desk.get(place(checking, "moves/refuse/")).status_code == 200
    page = desk.post(
        place(checking, "moves/refuse/"), {"reason": REASON, "revision": checking.revision}, follow=True
    )
    assert "Done: Refuse" in words_of(page)
    decision = get_decision(checking)
    assert decision is not None
    assert (decision.outcome, decision.reason, decision.decided_by) == ("refused", REASON, omar)
    run_waiting_jobs()
    assert "licence-refused" in {notice.kind for notice in find_inbox(checking.applicant).notices}


def test_a_move_says_what_it_brings_about_before_it_is_made(
    desk_of: DeskOf, omar: Person, checking: Case
) -> None:
    desk = desk_of(omar)
    granting = words_of(desk.get(place(checking, "moves/grant/")))
    assert "This decides the application: Licence granted" in granting
    assert "The applicant gets a document: Dog licence" in granting
    assert "The applicant is told by e-mail." in granting
    assert "Reason (optional)" in granting
    refusing = words_of(desk.get(place(checking, "moves/refuse/")))
    assert "The applicant reads this. Say what was decided" in refusing
    assert "gets a document" not in refusing


def test_a_reason_that_goes_to_colleagues_is_not_said_to_reach_the_applicant(
    desk_of: DeskOf, make_person: Callable[..., Person], make_staff: Callable[[str], dict[str, Person]]
) -> None:
    staff = make_staff("planning")
    case = apply_for(make_person("Lin"), "building-permit", 2)
    for name, role in (("accept", "clerk"), ("complete", "clerk"), ("refer", "officer")):
        case = move(case, name, by=staff[role])
    desk = desk_of(staff["supervisor"])
    page = words_of(desk.get(place(case, "moves/return/")))
    assert "The case goes on: " in page
    assert "Colleagues who go on with the case read it." in page
    assert "The applicant reads this" not in page
    refused = main_of(desk.post(place(case, "moves/return/"), {"revision": case.revision}))
    said = refused.select_one(".govuk-error-summary a").get_text()
    assert said == "Enter the reason. Colleagues who go on with the case read it."


@pytest.mark.parametrize(
    ("name", "field", "says"),
    [
        ("refuse", "reason", "Enter the reason. The applicant will read it."),
        ("ask", "question", "Choose an answer to correct, or write what you need."),
    ],
)
@pytest.mark.parametrize("typed", ["", "  \r\n ", "\x00\x01"])
def test_a_move_without_its_words_is_shown_again_with_what_is_missing(
    desk_of: DeskOf, omar: Person, checking: Case, name: str, field: str, says: str, typed: str
) -> None:
    answer = desk_of(omar).post(
        place(checking, f"moves/{name}/"), {field: typed, "revision": checking.revision}
    )
    page = main_of(answer)
    assert answer.status_code == 422
    link = page.select_one(".govuk-error-summary a")
    assert (link["href"], link.get_text()) == (f"#{field}", says)
    assert page.select_one(f"#{field}").name == "textarea"
    assert page.select_one("input[name=revision]")["value"] == str(checking.revision)
    assert now(checking, omar).step == "checking"


def test_too_many_words_are_kept_on_the_page(desk_of: DeskOf, omar: Person, checking: Case) -> None:
    long = "x" * 10_001
    answer = desk_of(omar).post(
        place(checking, "moves/refuse/"), {"reason": long, "revision": checking.revision}
    )
    assert answer.status_code == 422
    assert long in main_of(answer).select_one("#reason").get_text()


def test_two_officers_decide_at_once_and_the_second_reads_what_the_first_did(
    desk_of: DeskOf, omar: Person, make_person: Callable[..., Person], checking: Case
) -> None:
    olga = make_person("Olga", role="officer", agency="animal-welfare")
    first, second = desk_of(omar), desk_of(olga)
    revisions = {
        desk: main_of(desk.get(place(checking, f"moves/{name}/"))).select_one("input[name=revision]")["value"]
        for desk, name in ((first, "grant"), (second, "refuse"))
    }
    first.post(place(checking, "moves/grant/"), {"revision": revisions[first]})
    page = second.post(place(checking, "moves/refuse/"), {"reason": REASON, "revision": revisions[second]})
    assert page.status_code == 409
    assert "Omar decided this case on 2 March at 10:00." in words_of(page)
    kept = main_of(page).select_one("textarea[readonly]")
    assert kept.get_text() == REASON
    decision = get_decision(checking)
    assert decision is not None
    assert (decision.outcome, decision.decided_by) == ("granted", omar)
    assert kinds_about(checking.stream).count("CaseDecided") == 1


def test_what_was_typed_when_a_colleague_took_the_case_needs_one_more_press(
    desk_of: DeskOf, omar: Person, chen: Person, checking: Case
) -> None:
    desk, seen = desk_of(omar), checking.revision
    give_back_case(now(checking, chen), by=chen, at=NOW)
    claim_case(now(checking, chen), by=chen, at=NOW)
    page = desk.post(place(checking, "moves/refuse/"), {"reason": REASON, "revision": seen})
    assert page.status_code == 409
    assert "Chen took this case on 2 March at 10:00." in words_of(page)
    assert main_of(page).select_one("#reason").get_text().strip() == REASON
    fresh = main_of(page).select_one("input[name=revision]")["value"]
    assert fresh == str(now(checking, omar).revision)
    desk.post(place(checking, "moves/refuse/"), {"reason": REASON, "revision": fresh})
    decision = get_decision(checking)
    assert decision is not None
    assert decision.reason == REASON


def test_a_double_click_decides_once_and_says_so(desk_of: DeskOf, omar: Person, checking: Case) -> None:
    desk = desk_of(omar)
    for _press in range(2):
        page = desk.post(place(checking, "moves/grant/"), {"revision": checking.revision}, follow=True)
    assert page.status_code == 200
    assert kinds_about(checking.stream).count("CaseDecided") == 1


def test_a_move_that_is_not_offered_now_leads_to_the_case_and_says_what_happened(
    desk_of: DeskOf, boris: Person, omar: Person, checking: Case
) -> None:
    desk, seen = desk_of(omar), checking.revision
    move(checking, "grant", by=omar)
    page = desk.get(place(checking, "moves/refuse/"), follow=True)
    assert page.redirect_chain == [(place(checking), 302)]
    assert "Last:" in words_of(page)
    assert "“Refuse” cannot be done with the case as it is now." in words_of(page)
    page = desk.post(place(checking, "moves/grant/"), {"revision": seen}, follow=True)
    assert page.redirect_chain == [(place(checking), 302)]


def test_a_move_that_the_document_does_not_know_is_not_there(
    desk_of: DeskOf, omar: Person, her_case: Case
) -> None:
    assert desk_of(omar).get(place(her_case, "moves/nonsense/")).status_code == 404
    answer = desk_of(omar).post(place(her_case, "moves/nonsense/"), {"revision": her_case.revision})
    assert answer.status_code == 404
    assert now(her_case, omar).step == "received"


def test_the_page_of_a_move_warns_of_a_colleague_and_of_an_open_question(
    desk_of: DeskOf, boris: Person, omar: Person, checking: Case
) -> None:
    asked = move(now(checking, boris), "ask", by=boris, question=QUESTION)
    words = words_of(desk_of(omar).get(place(asked, "moves/refuse/")))
    assert "Boris has this case." in words
    assert "A question to the applicant is open. Going on drops it" in words


def test_a_refusal_is_written_with_the_answers_in_sight(
    desk_of: DeskOf, omar: Person, checking: Case
) -> None:
    words = words_of(desk_of(omar).get(place(checking, "moves/refuse/")))
    for shown in ("Dog licence", "Amina", "Luna", "Decision by", "941000012345678"):
        assert shown in words
    assert len(read_by_staff(checking)) == 1


def test_a_move_for_another_role_changes_nothing(desk_of: DeskOf, boris: Person, checking: Case) -> None:
    desk_of(boris).post(place(checking, "moves/grant/"), {"revision": checking.revision})
    assert now(checking, boris).step == "checking"
    assert get_decision(checking) is None


@pytest.mark.parametrize("revision", ["", "abc", "-1", "9" * 40, "1.5"])
def test_a_made_up_revision_is_an_old_one(
    desk_of: DeskOf, omar: Person, checking: Case, revision: str
) -> None:
    answer = desk_of(omar).post(place(checking, "moves/grant/"), {"revision": revision})
    assert answer.status_code == 409
    assert main_of(answer).select_one("input[name=revision]")["value"] == str(checking.revision)
    assert get_decision(checking) is None


def test_a_question_stops_the_clock_and_reaches_the_applicant(
    desk_of: DeskOf, boris: Person, checking: Case
) -> None:
    desk_of(boris).post(place(checking, "moves/ask/"), {"question": QUESTION, "revision": checking.revision})
    run_waiting_jobs()
    assert now(checking, boris).is_paused
    assert "question" in {notice.kind for notice in find_inbox(checking.applicant).notices}
    assert QUESTION in words_of(desk_of(boris).get(place(checking)))


def test_a_decided_case_offers_nothing_more(desk_of: DeskOf, omar: Person, checking: Case) -> None:
    decided = move(checking, "grant", by=omar)
    page = main_of(desk_of(omar).get(place(decided)))
    assert [link.get_text() for link in page.select(".bar form, .bar a.button")] == ["Write to the applicant"]
    assert "Licence granted" in page.get_text()


# --- withdrawing -----------------------------------------------------------------------------------------------------


def test_an_officer_withdraws_a_document_and_its_public_page_says_so(
    desk_of: DeskOf, omar: Person, checking: Case, client: Client
) -> None:
    move(checking, "grant", by=omar)
    desk, certificate = desk_of(omar), Certificate.objects.get()
    link = main_of(desk.get(place(checking))).select_one('a[href*="withdrawal"]')
    empty = desk.post(link["href"], {"reason": " "})
    assert empty.status_code == 422
    assert "Enter why the document is withdrawn." in words_of(empty)
    assert "This cannot be undone." in words_of(desk.get(link["href"]))
    page = desk.post(link["href"], {"reason": REASON}, follow=True)
    words = words_of(page)
    for shown in ("The document is withdrawn.", "Withdrawn", REASON):
        assert shown in words
    assert not main_of(page).select('a[href*="withdrawal"]')
    assert "no longer valid" in words_of(client.get(f"/en/certificates/{certificate.code}/"))
    citizen = desk_of(checking.applicant)
    for address in (f"/en/my/cases/{checking.reference}/", "/en/my/documents/"):
        assert "Withdrawn" in words_of(citizen.get(address))
    again = desk.post(link["href"], {"reason": "Something else."})
    assert again.status_code == 409
    assert main_of(again).select_one("textarea[readonly]").get_text() == "Something else."


def test_staff_open_the_document_that_was_issued(
    desk_of: DeskOf, boris: Person, omar: Person, checking: Case
) -> None:
    move(checking, "grant", by=omar)
    desk = desk_of(boris)
    link = main_of(desk.get(place(checking))).select_one('section[aria-labelledby="documents"] a')
    assert downloaded(desk.get(link["href"])).startswith(b"%PDF")


def test_a_clerk_is_not_shown_what_only_officers_may_do(
    desk_of: DeskOf, boris: Person, omar: Person, checking: Case
) -> None:
    move(checking, "grant", by=omar)
    page = main_of(desk_of(boris).get(place(checking)))
    assert not page.select('a[href*="withdrawal"]')


# --- one's own case --------------------------------------------------------------------------------------------------


def test_nobody_works_on_their_own_case(desk_of: DeskOf, omar: Person) -> None:
    own = apply_for(omar)
    desk = desk_of(omar)
    assert desk.get(place(own)).status_code == 404
    assert desk.post(place(own, "holder/"), {"do": "claim"}).status_code == 404
    assert desk.post(place(own, "moves/accept/"), {"revision": own.revision}).status_code == 404
    assert desk.get(f"/en/my/cases/{own.reference}/").status_code == 200
