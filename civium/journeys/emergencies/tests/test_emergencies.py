"""Break-glass: with a reason, for an hour, only to read; a second person and the citizen are told, and everything is on the record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.test import Client

from civium.engines.cases.models import Case
from civium.engines.notices.models import Notice
from civium.foundation.files.queries import find_files_under
from civium.foundation.identity.actions.answer_invitation import accept_mandate
from civium.foundation.identity.actions.end_mandate import end_mandate
from civium.foundation.identity.actions.invite_to_act import invite_to_act
from civium.foundation.identity.actions.limit_tries import TooManyTries
from civium.foundation.identity.models import Mandate, Person
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.journal.queries import find_entries
from civium.foundation.kit.refusals import NotFound
from civium.foundation.privacy.actions.erase_owner import erase_owner
from civium.foundation.privacy.actions.restrict_use import lock_away, restrict_use
from civium.foundation.privacy.events import DataRead
from civium.foundation.privacy.models import Why as WhyStill
from civium.journeys.applications.actions.send_application import send_application
from civium.journeys.emergencies.actions.end_emergency import end_emergency
from civium.journeys.emergencies.actions.open_in_emergency import (
    MayReadAnyway,
    NobodyToTell,
    NoSuchCase,
    ReasonTooLong,
    ReasonTooShort,
    TooMany,
    WasNotJustified,
    WhyMissing,
    open_in_emergency,
)
from civium.journeys.emergencies.actions.review_emergency import (
    ReviewedAlready,
    VerdictMissing,
    WordsMissing,
    review_emergency,
)
from civium.journeys.emergencies.models import Emergency
from civium.journeys.emergencies.queries import find_to_look_at, find_what_was_opened, open_own_review
from civium.journeys.emergencies.rules import MOST_A_DAY, MOST_TRIES
from tests.applying import apply_for, begin, case_of, fill_in
from tests.cast import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services", "seal", "at_nine")]
JUSTIFIED = {"verdict": "justified", "words": "It was right: the hospital asked."}
BECAUSE = "The hospital asks whether this dog is vaccinated: it bit a child this morning."


@pytest.fixture
def lina(make_person: Callable[..., Person]) -> Person:
    """An officer of another agency."""
    return make_person("Lina", role="officer", agency="planning")


@pytest.fixture
def dario(make_person: Callable[..., Person]) -> Person:
    """The data-protection officer of the town."""
    return make_person("Dario", role="data-protection-officer")


@pytest.fixture
def case(amina: Person, chen: Person) -> Case:
    """Amina's, in an agency that has a supervisor."""
    return apply_for(amina, example=2, dog_name="Luna")


def open_it(case: Case, by: Person, *, at: dt.datetime = NOW, why: str = "life") -> Emergency:
    opened = open_in_emergency(case.reference, why=why, reason=BECAUSE, by=by, at=at)
    run_waiting_jobs()
    return opened


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def words(answer: Any) -> str:
    page = BeautifulSoup(answer.content, "html.parser").select_one("main")
    assert page is not None
    return " ".join(page.get_text(" ", strip=True).split())


def ask(client: Client, case: Case, **more: str) -> Any:
    posted = {"reference": case.shown_reference, "why": "life", "reason": BECAUSE, **more}
    return client.post("/en/desk/emergencies/new/", posted)


def kinds_of(emergency: Emergency) -> list[str]:
    return [entry.kind.partition(".")[2] for entry in find_entries([f"emergency:{emergency.pk}"])]


def test_an_officer_of_another_agency_reads_the_one_case_and_changes_nothing(
    case: Case, amina: Person, lina: Person
) -> None:
    desk = browser(lina)
    assert desk.get(f"/en/desk/cases/{case.reference}/").status_code == 404
    opened = ask(desk, case)
    page = desk.get(opened["Location"])
    assert page.status_code == 200
    assert "Luna" in words(page)
    assert "Amina" in words(page)
    assert [form["action"] for form in BeautifulSoup(page.content, "html.parser").select("main form")] == [
        f"{opened['Location']}end/"
    ]
    assert desk.get(f"/en/desk/cases/{case.reference}/").status_code == 404
    assert desk.post(f"/en/desk/cases/{case.reference}/notes/", {"words": "Mine."}).status_code == 404
    other = apply_for(amina, "heating-allowance")
    assert desk.get(f"/en/desk/cases/{other.reference}/").status_code == 404


def test_each_page_and_file_is_a_reading_in_an_emergency(case: Case, amina: Person, lina: Person) -> None:
    desk = browser(lina)
    place = ask(desk, case)["Location"]
    page = desk.get(place)
    link = BeautifulSoup(page.content, "html.parser").select_one(f"main a[href^='{place}files/']")
    assert link is not None
    answer = desk.get(str(link["href"]))
    assert b"".join(answer.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    found = [
        e.event
        for e in find_entries([amina.vault_key])
        if isinstance(e.event, DataRead) and e.by_id == lina.pk
    ]
    assert {(e.purpose, e.channel, e.legal_basis, e.agency, e.role) for e in found} == {
        ("break-glass", "break-glass", "vital-interests", "planning", "officer")
    }
    assert {kind for e in found for kind in e.kinds.split()} >= {"answers", "name", "files"}
    (emergency,) = Emergency.objects.all()
    assert len(find_what_was_opened(emergency)) == len(found)


def test_a_file_of_another_case_does_not_open(case: Case, ben: Person, lina: Person) -> None:
    other = apply_for(ben, example=2)
    desk = browser(lina)
    place = ask(desk, case)["Location"]
    for file in find_files_under(other.subject):
        assert desk.get(f"{place}files/{file.pk}/").status_code == 404


def test_a_second_person_and_the_citizen_are_told_at_once_without_the_words(
    case: Case, amina: Person, lina: Person, chen: Person, dario: Person, boris: Person
) -> None:
    opened = open_in_emergency(case.reference, why="life", reason=BECAUSE, by=lina, at=NOW)
    told = Notice.objects.filter(kind="emergency-opened")
    assert {each.to_id for each in told} == {chen.pk, dario.pk}, "in the same transaction"
    run_waiting_jobs()
    (notice,) = Notice.objects.filter(kind="opened-in-emergency")
    assert notice.to_id == amina.pk
    assert "Danger to somebody" in notice.text
    assert "Officer" in notice.text
    for each in [notice, *told]:
        assert "hospital" not in each.text
        assert "Amina" not in each.text or each == notice
    assert f"/desk/emergencies/{opened.pk}/review/" in told[0].text


def test_the_citizen_sees_the_kind_of_emergency_and_what_was_said_to_it(
    case: Case, amina: Person, lina: Person, chen: Person
) -> None:
    desk = browser(lina)
    desk.get(ask(desk, case)["Location"])
    line = words(browser(amina).get("/en/my/data/who-looked/?who=people"))
    for said in (
        "Emergency",
        "Danger to somebody’s life or health",
        "Not checked yet",
        "It protects somebody",
    ):
        assert said in line, said
    assert "hospital" not in line
    review_emergency(
        Emergency.objects.get(), verdict="not-justified", words="It could wait.", by=chen, at=NOW
    )
    assert "Not justified" in words(browser(amina).get("/en/my/data/who-looked/?who=people"))


def test_it_ends_by_itself_after_an_hour(case: Case, lina: Person, time_machine: Any) -> None:
    place = ask(browser(lina), case)["Location"]
    time_machine.move_to(NOW + dt.timedelta(minutes=59), tick=False)
    assert browser(lina).get(place).status_code == 200
    file = find_files_under(case.subject)[0]
    time_machine.move_to(NOW + dt.timedelta(minutes=60), tick=False)
    desk = browser(lina)
    assert desk.get(f"{place}files/{file.pk}/").status_code == 404
    over = desk.get(place, follow=True)
    assert "The time is over" in over.content.decode()
    assert "Luna" not in over.content.decode()


def test_it_ends_by_a_button_and_that_is_on_the_record(case: Case, lina: Person) -> None:
    desk = browser(lina)
    place = ask(desk, case)["Location"]
    desk.post(f"{place}end/")
    assert desk.get(place).status_code == 302
    desk.post(f"{place}end/")
    assert kinds_of(Emergency.objects.get()) == ["EmergencyOpened", "EmergencyEnded"]


def test_nobody_else_reads_it_or_ends_it(
    case: Case, lina: Person, chen: Person, make_person: Callable[..., Person]
) -> None:
    place = ask(browser(lina), case)["Location"]
    for other in (chen, make_person("Otto", role="officer", agency="planning")):
        assert browser(other).get(place).status_code == 404
        assert browser(other).post(f"{place}end/").status_code == 404
    assert Emergency.objects.get().ended_at is None


def test_who_loses_the_role_loses_the_case(case: Case, lina: Person) -> None:
    place = ask(browser(lina), case)["Location"]
    lina.memberships.update(role="clerk")
    assert browser(lina).get(place).status_code == 404


@pytest.mark.parametrize("role", ["clerk", "designer", "finance", "administrator", "auditor"])
def test_other_roles_cannot_ask(case: Case, make_person: Callable[..., Person], role: str) -> None:
    agency = "planning" if role == "clerk" else ""
    somebody = make_person("Somebody", role=role, agency=agency)
    assert ask(browser(somebody), case).status_code == 404
    with pytest.raises(NoSuchCase):
        open_it(case, somebody)


def test_a_sign_in_of_long_ago_is_asked_for_again(case: Case, lina: Person, time_machine: Any) -> None:
    desk = browser(lina)
    time_machine.move_to(NOW + dt.timedelta(minutes=14, seconds=59), tick=False)
    assert desk.get("/en/desk/emergencies/new/").status_code == 200
    time_machine.move_to(NOW + dt.timedelta(minutes=16), tick=False)
    answer = ask(desk, case)
    assert "/confirm/" in answer["Location"]
    assert not Emergency.objects.exists()


def test_what_is_missing_is_said_and_nothing_typed_is_lost(case: Case, lina: Person) -> None:
    for given, refusal in (
        ({"why": "curiosity"}, WhyMissing),
        ({"reason": "Because."}, ReasonTooShort),
        ({"reason": "x" * 2_001}, ReasonTooLong),
    ):
        answer = ask(browser(lina), case, **given)
        assert answer.status_code == 422
        assert str(refusal.message) in words(answer)
        assert case.shown_reference in answer.content.decode()
    assert not Emergency.objects.exists()


def test_a_wrong_reference_an_own_an_erased_and_a_locked_case_are_one_answer(
    case: Case, amina: Person, ben: Person, lina: Person
) -> None:
    erased, locked, own = apply_for(ben), apply_for(amina, "heating-allowance"), apply_for(lina)
    erase_owner(erased.subject, because="asked", by=None, at=NOW)
    lock_away(locked.subject, until=NOW.date() + dt.timedelta(days=90), by=None, at=NOW)
    said = set()
    for reference in (
        "7K4M-92QX",
        "no reference",
        "",
        "a/b",
        erased.reference,
        locked.reference,
        own.reference,
    ):
        answer = ask(browser(lina), case, reference=reference)
        assert answer.status_code == 422
        said.add(words(answer).replace(reference, "").partition("There is a problem")[2][:120])
    assert len(said) == 1
    assert not Emergency.objects.exists()


def test_who_may_read_it_anyway_is_shown_the_usual_way(case: Case, omar: Person) -> None:
    answer = ask(browser(omar), case)
    assert answer.status_code == 409
    assert f"/en/desk/cases/{case.reference}/" in answer.content.decode()
    with pytest.raises(MayReadAnyway):
        open_it(case, omar)


def test_what_lies_still_opens_for_the_agency_itself_in_an_emergency_only(
    case: Case, amina: Person, omar: Person
) -> None:
    restrict_use(case.subject, because=WhyStill.WRONG, by=amina, at=NOW)
    desk = browser(omar)
    assert desk.get(f"/en/desk/cases/{case.reference}/").status_code == 403
    page = desk.get(ask(desk, case)["Location"])
    assert "Luna" in words(page)
    assert desk.get(f"/en/desk/cases/{case.reference}/").status_code == 403


def test_nothing_opens_when_nobody_would_be_told(amina: Person, lina: Person) -> None:
    case = apply_for(amina)
    with pytest.raises(NobodyToTell):
        open_it(case, lina)
    assert not Emergency.objects.exists()


def test_who_opens_is_no_second_person(amina: Person, dario: Person) -> None:
    with pytest.raises(NobodyToTell):
        open_it(apply_for(amina), dario)


def test_one_person_opens_only_a_few_a_day(ben: Person, chen: Person, lina: Person) -> None:
    cases = []
    for _each in range(MOST_A_DAY + 1):
        case = apply_for(ben)
        cases.append(case)
    for case in cases[:-1]:
        open_it(case, lina)
    with pytest.raises(TooMany):
        open_it(cases[-1], lina)
    open_it(cases[-1], lina, at=NOW + dt.timedelta(hours=25))


def test_the_same_case_asked_for_twice_is_opened_once(case: Case, lina: Person) -> None:
    first = open_it(case, lina)
    assert open_it(case, lina, at=NOW + dt.timedelta(minutes=5)).pk == first.pk
    assert open_it(case, lina, at=NOW + dt.timedelta(minutes=70)).pk != first.pk


def test_trying_references_ends_soon(case: Case, lina: Person) -> None:
    for _try in range(MOST_TRIES):
        with pytest.raises(NoSuchCase):
            open_in_emergency("7K4M-92QX", why="life", reason=BECAUSE, by=lina, at=NOW)
    with pytest.raises(TooManyTries):
        open_it(case, lina)


def test_the_second_person_reads_the_reason_says_what_they_think_and_that_is_a_reading_too(
    case: Case, amina: Person, lina: Person, chen: Person
) -> None:
    opened = open_it(case, lina)
    desk = browser(chen)
    assert case.shown_reference in words(desk.get("/en/desk/emergencies/"))
    place = f"/en/desk/emergencies/{opened.pk}/review/"
    assert "hospital" in words(desk.get(place))
    read = [
        e.event
        for e in find_entries([amina.vault_key])
        if isinstance(e.event, DataRead) and e.by_id == chen.pk
    ]
    assert [(e.purpose, e.role) for e in read] == [("check-readings", "supervisor")]
    for posted, refusal in (
        ({"verdict": "perhaps", "words": "Hm."}, VerdictMissing),
        ({"verdict": "justified", "words": " "}, WordsMissing),
        ({"verdict": "justified", "words": "x" * 2_001}, ReasonTooLong),
    ):
        answer = desk.post(place, posted)
        assert answer.status_code == 422
        assert str(refusal.message) in words(answer)
    assert desk.post(place, {"verdict": "justified", "words": "A child was bitten."}).status_code == 302
    assert "A child was bitten." in words(desk.get(place))
    assert kinds_of(opened) == ["EmergencyOpened", "EmergencyReviewed"]
    with pytest.raises(ReviewedAlready):
        review_emergency(opened, verdict="not-justified", words="No.", by=chen, at=NOW)


def test_not_justified_ends_what_is_still_open(case: Case, lina: Person, chen: Person) -> None:
    opened = open_it(case, lina)
    review_emergency(opened, verdict="not-justified", words="It could wait.", by=chen, at=NOW)
    assert browser(lina).get(f"/en/desk/emergencies/{opened.pk}/").status_code == 302


def test_how_many_wait_for_the_second_person_is_said_and_whoever_opened_reads_why_not(
    case: Case, lina: Person, chen: Person, omar: Person
) -> None:
    opened = open_it(case, lina)
    assert "To be checked: 1" in words(browser(chen).get("/en/desk/emergencies/"))
    review_emergency(opened, verdict="not-justified", words="It could wait.", by=chen, at=NOW)
    assert "To be checked" not in words(browser(chen).get("/en/desk/emergencies/"))
    assert "It could wait." in words(browser(lina).get("/en/desk/emergencies/"))
    assert "It could wait." not in words(browser(omar).get("/en/desk/emergencies/"))
    with pytest.raises(NotFound):
        open_own_review(opened, for_=omar)
    read = [each for each in find_entries([case.applicant.vault_key]) if each.by_id == lina.pk]
    assert [each.event.purpose for each in read if isinstance(each.event, DataRead)] == ["check-readings"]


def test_whose_emergency_was_none_does_not_open_the_case_again_that_day(
    case: Case, lina: Person, chen: Person
) -> None:
    review_emergency(open_it(case, lina), verdict="not-justified", words="None.", by=chen, at=NOW)
    with pytest.raises(WasNotJustified):
        open_it(case, lina, at=NOW + dt.timedelta(hours=1))
    assert open_it(case, lina, at=NOW + dt.timedelta(days=2))


def test_what_is_read_again_at_once_is_on_the_record_again(case: Case, lina: Person) -> None:
    first = open_it(case, lina)
    browser(lina).get(f"/en/desk/emergencies/{first.pk}/")
    end_emergency(first, by=lina, at=NOW)
    again = open_it(case, lina)
    browser(lina).get(f"/en/desk/emergencies/{again.pk}/")
    once = len(find_what_was_opened(again))
    assert once == 2
    browser(lina).get(f"/en/desk/emergencies/{again.pk}/")
    assert len(find_what_was_opened(again)) > once


def test_nobody_reviews_their_own_or_another_agencys(
    case: Case, lina: Person, chen: Person, dario: Person, make_person: Callable[..., Person]
) -> None:
    by_dario = open_it(case, dario)
    strange = make_person("Strange", role="supervisor", agency="library")
    for person in (dario, strange, lina):
        with pytest.raises(NotFound):
            review_emergency(by_dario, verdict="justified", words="I think so.", by=person, at=NOW)
        assert by_dario not in find_to_look_at(person, at=NOW)
        assert browser(person).get(f"/en/desk/emergencies/{by_dario.pk}/review/").status_code == 404
    assert find_to_look_at(chen, at=NOW) == [by_dario]
    with pytest.raises(IntegrityError), transaction.atomic():
        Emergency.objects.update(reviewed_by=dario, verdict="justified")


def test_who_is_the_applicant_does_not_review_it(lina: Person, chen: Person, dario: Person) -> None:
    opened = open_it(apply_for(chen), lina)
    assert find_to_look_at(chen, at=NOW) == []
    assert find_to_look_at(dario, at=NOW) == [opened]


def let_act(giver: Person, holder: Person, *, power: str = "view", service: str = "dog-licence") -> Mandate:
    invited = invite_to_act(
        giver, email=holder.email, powers=[power], service=service, until=NOW.date(), by=giver, at=NOW
    )
    return accept_mandate(invited.code, by=holder, at=NOW)


@pytest.mark.parametrize(("power", "service"), [("view", "dog-licence"), ("receive", "library-card")])
def test_whoever_may_act_for_the_applicant_does_not_review_it(
    case: Case, amina: Person, lina: Person, chen: Person, dario: Person, power: str, service: str
) -> None:
    """Of whatever service and with whatever power: who is trusted by one side judges nothing between them."""
    opened = open_it(case, lina)
    mandate = let_act(amina, chen, power=power, service=service)
    desk = browser(chen)
    assert desk.get(f"/en/desk/emergencies/{opened.pk}/review/").status_code == 404
    assert desk.post(f"/en/desk/emergencies/{opened.pk}/review/", JUSTIFIED).status_code == 404
    assert find_to_look_at(chen, at=NOW) == []
    with pytest.raises(NotFound):
        review_emergency(opened, by=chen, at=NOW, **JUSTIFIED)
    assert find_to_look_at(dario, at=NOW) == [opened]
    end_mandate(mandate, by=amina, at=NOW)
    assert find_to_look_at(chen, at=NOW) == [opened]


def test_whoever_had_a_hand_in_it_does_not_review_it(
    amina: Person, lina: Person, chen: Person, dario: Person
) -> None:
    mandate = let_act(amina, chen, power="sign")
    application = fill_in(begin(amina), 2)
    amina.hands = chen
    send_application(application, by=amina, at=NOW)
    amina.hands = None
    end_mandate(mandate, by=amina, at=NOW)
    opened = open_it(case_of(application), lina)
    assert find_to_look_at(chen, at=NOW) == []
    with pytest.raises(NotFound):
        review_emergency(opened, by=chen, at=NOW, **JUSTIFIED)
    review_emergency(opened, by=dario, at=NOW, **JUSTIFIED)


def test_nobody_partial_is_told_and_nobody_else_is_nobody(
    case: Case, amina: Person, lina: Person, chen: Person
) -> None:
    """Where only somebody who acts for the applicant could look at it, there is no second person."""
    let_act(amina, chen)
    with pytest.raises(NobodyToTell):
        open_it(case, lina)


def test_the_words_go_with_the_case(case: Case, lina: Person, chen: Person) -> None:
    opened = open_it(case, lina)
    erase_owner(case.subject, because="asked", by=None, at=NOW)
    page = words(browser(chen).get(f"/en/desk/emergencies/{opened.pk}/review/"))
    assert "The words were erased with the case." in page
    assert browser(lina).get(f"/en/desk/emergencies/{opened.pk}/").status_code in (302, 404, 410)
