"""Applying without an account: from the start to the answer, back with a code, and into an account."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from civium.engines.cases.models import Case
from civium.engines.cases.queries import find_messages, find_questions
from civium.engines.forms.queries import open_answers
from civium.engines.notices.models import Notice
from civium.engines.payments.models import Payment
from civium.foundation.identity.models import Person
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.journal.actions.sequence_entries import sequence_entries
from civium.foundation.journal.models import Entry
from civium.foundation.kit.refusals import NotFound
from civium.foundation.vault.actions.destroy_key import destroy_key
from civium.foundation.vault.actions.sealing import KeyDestroyed
from civium.journeys.applications.actions.make_way_back import shown_code
from civium.journeys.applications.actions.save_correction import save_correction
from civium.journeys.applications.actions.send_application import send_application
from civium.journeys.applications.actions.send_case_message import send_case_message
from civium.journeys.applications.actions.send_corrections import send_corrections
from civium.journeys.applications.corrections import read_correction
from civium.journeys.applications.models import Application, Way
from tests.applying import ask_to_correct, case_of, fill_in, forget_what_is_old, move, pay, upload
from tests.cast import NOW, PASSWORD
from tests.offer import publish_ours

from .offers import publish_changed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_nine", "waste")]
START = "/en/apply/bulky-waste/"


@pytest.fixture
def waste(db: None) -> int:
    """The collection of bulky waste, which asks for no account."""
    return publish_ours("bulky-waste")["bulky-waste"]


@pytest.fixture
def visitor() -> Client:
    """A browser that nobody signed in with."""
    return Client()


def place(application: Application, rest: str = "") -> str:
    return f"/en/applications/{application.pk}/{rest}"


def begun(visitor: Client) -> Application:
    answer = visitor.post(START)
    assert answer.status_code == 302
    id = answer["Location"].split("/")[3]
    return Application.objects.select_related("draft", "applicant").get(pk=id)


def sent(visitor: Client, *, example: int = 0, email: str = "lin@example.org") -> Application:
    application = fill_in(begun(visitor), example)
    answer = visitor.post(place(application, "check/"), {"email": email})
    assert answer.status_code == 302, answer.content.decode()
    return Application.objects.select_related("draft", "applicant").get(pk=application.pk)


def code_of(application: Application) -> str:
    return shown_code(application.ways_back.get(way=Way.CASE).code)


def home_of(case: Case) -> str:
    return f"/en/my/cases/{case.reference}/"


def link_in(notice: Notice) -> str:
    """The way that a letter to a guest names."""
    found = re.search(r"http://localhost:8000(/en/come-back/[0-9A-Z]+/)", notice.text)
    assert found, notice.text
    return found[1]


def words_of(response: Any) -> str:
    found = BeautifulSoup(response.content, "html.parser").select_one("main")
    assert found is not None
    return " ".join(found.get_text(" ").split())


def test_one_begins_without_an_account(visitor: Client) -> None:
    page = visitor.get(START)
    assert "You do not need an account" in words_of(page)
    application = begun(visitor)
    person = application.applicant
    assert (person.is_guest, person.is_active, person.has_usable_password()) == (True, False, False)
    assert visitor.get(place(application)).status_code == 302
    assert "Sign out" not in visitor.get(place(application, "pages/not-taken/")).content.decode()


def test_another_browser_is_sent_to_sign_in(visitor: Client, ben: Person) -> None:
    application = begun(visitor)
    assert "/account/login/" in Client().get(place(application))["Location"]
    other = Client()
    other.force_login(ben)
    assert other.get(place(application)).status_code == 404


def test_a_service_that_needs_an_account_starts_nothing_without_one(
    visitor: Client, demo_services: dict[str, int]
) -> None:
    assert "/account/login/" in visitor.post("/en/apply/dog-licence/")["Location"]
    assert not Application.objects.exists()


def test_a_guest_can_never_sign_in(visitor: Client) -> None:
    guest = begun(visitor).applicant
    guest.set_password(PASSWORD)
    guest.save()
    answer = Client().post("/en/account/login/", {"login": guest.email, "password": PASSWORD})
    assert "_auth_user_id" not in answer.client.session


def test_the_address_for_the_receipt_is_asked_at_the_end(visitor: Client) -> None:
    application = fill_in(begun(visitor))
    assert "Your e-mail address" in words_of(visitor.get(place(application, "check/")))
    for wrong in ("", "no address", "two@example.org, more@example.org", "a" * 250 + "@example.org"):
        answer = visitor.post(place(application, "check/"), {"email": wrong})
        assert answer.status_code == 422, wrong
        assert "leave it empty" not in words_of(answer), "this service needs an address"
    assert visitor.post(place(application, "check/"), {"email": " lin@example.org "}).status_code == 302
    guest = Person.objects.get(pk=application.applicant_id)
    assert guest.mail_address == "lin@example.org"
    assert b"lin@example.org" not in bytes(guest.contact_sealed or b"")
    assert guest.name == "Amina Haddad"  # what was answered in the form


def test_where_the_service_does_not_need_it_no_address_is_needed(
    visitor: Client, tmp_path: Path, settings: Any
) -> None:
    publish_changed("bulky-waste", tmp_path, ("service.yaml", "needs_email: true\n", ""))
    application = sent(visitor, email="")
    run_waiting_jobs()
    notice = Notice.objects.get(about=application.subject)
    assert (notice.state, application.applicant.mail_address) == ("on-page", "")
    page = visitor.get(f"/en/my/cases/{case_of(application).reference}/")
    assert notice.subject in words_of(page)


def test_a_name_that_a_case_cannot_hold_is_refused_and_not_cut(visitor: Client, tmp_path: Path) -> None:
    person_name, text = "type: person-name, autocomplete: true", "type: text, max_length: 500"
    prefill = "prefill:\n  contact_name: population-register.name\n\neligibility:"
    publish_changed(
        "bulky-waste",
        tmp_path,
        ("service.yaml", person_name, text),
        ("service.yaml", "eligibility:", prefill),
    )
    application = fill_in(begun(visitor), contact_name="a" * 300)
    refused = visitor.post(place(application, "check/"), {"email": "lin@example.org"})
    assert refused.status_code == 422
    assert "in up to 200 characters" in words_of(refused)


def test_after_sending_there_is_a_reference_and_a_secret_code(visitor: Client) -> None:
    application = sent(visitor)
    said = words_of(visitor.get(place(application, "sent/")))
    assert case_of(application).shown_reference in said
    assert code_of(application) in said
    assert re.fullmatch(r"([0-9A-Z]{4}-){2}[0-9A-Z]{4}", code_of(application))


def test_with_both_one_comes_back_in_any_browser(visitor: Client) -> None:
    application = sent(visitor)
    other, case = Client(), case_of(application)
    typed = code_of(application).lower().replace("-", " ")
    asked = other.post("/en/come-back/", {"code": typed})
    assert "reference" in words_of(asked)
    wrong = other.post("/en/come-back/", {"code": typed, "answer": "7K4M-92QX"})
    assert wrong.status_code == 422
    right = other.post("/en/come-back/", {"code": typed, "answer": case.shown_reference})
    assert right["Location"] == home_of(case)
    assert other.get(home_of(case)).status_code == 200


def test_the_code_opens_one_application_and_nothing_else(visitor: Client) -> None:
    first = sent(visitor)
    second = sent(Client())
    other = Client()
    other.post("/en/come-back/", {"code": code_of(first), "answer": case_of(first).reference})
    assert other.get(f"/en/my/cases/{case_of(first).reference}/").status_code == 200
    for address in (
        place(second),
        f"/en/my/cases/{case_of(second).reference}/",
        "/en/my/",
        "/en/my/messages/",
        "/en/my/profile/",
        "/en/desk/",
    ):
        assert "/account/login/" in other.get(address)["Location"], address


@pytest.mark.parametrize("code", ["", "7K4M-92QX", "\0", "%00", "🐕" * 50, "' OR 1=1 --", "x" * 5000])
def test_a_wrong_code_opens_nothing(visitor: Client, code: str) -> None:
    sent(Client())
    answer = visitor.post("/en/come-back/", {"code": code, "answer": "x"})
    assert answer.status_code == 422
    assert "does not open anything" in words_of(answer)


def test_whoever_types_the_reference_first_is_told_what_is_wanted(visitor: Client) -> None:
    case = case_of(sent(visitor))
    answer = Client().post("/en/come-back/", {"code": case.shown_reference})
    assert answer.status_code == 422
    assert "secret code first" in words_of(answer)
    assert "secret code first" not in words_of(Client().post("/en/come-back/", {"code": "Luna"}))


def test_guessing_ends(visitor: Client) -> None:
    for _try in range(30):
        visitor.post("/en/come-back/", {"code": "7K4M-92QX"})
    answer = visitor.post("/en/come-back/", {"code": "7K4M-92QX"})
    assert answer.status_code == 429
    assert "too often" in words_of(answer)


def test_five_wrong_references_close_the_code(visitor: Client) -> None:
    application = sent(visitor)
    said = {"code": code_of(application), "answer": "7K4M-92QX"}
    for _try in range(5):
        assert visitor.post("/en/come-back/", said).status_code == 422
    right = {**said, "answer": case_of(application).reference}
    assert "closed" in words_of(visitor.post("/en/come-back/", right))
    assert Entry.objects.filter(kind="applications.WayBackClosed").count() == 1


def test_beginning_again_and_again_ends(visitor: Client) -> None:
    for _try in range(30):
        assert Client().post(START).status_code == 302
    assert Client().post(START).status_code == 429


def test_one_household_begins_no_more_often_however_many_addresses_it_has(visitor: Client) -> None:
    for number in range(30):
        assert Client().post(START, REMOTE_ADDR=f"2001:db8::{number:x}").status_code == 302
    assert Client().post(START, REMOTE_ADDR="2001:db8::ffff:1").status_code == 429
    assert Client().post(START, REMOTE_ADDR="2001:db8:0:1::1").status_code == 302


def test_the_receipt_has_a_link_that_needs_nothing_else(visitor: Client) -> None:
    application = sent(visitor)
    run_waiting_jobs()
    notice = Notice.objects.get(about=application.subject)
    assert "when you sign in" not in notice.text
    other = Client()
    assert other.get(link_in(notice))["Location"] == home_of(case_of(application))
    assert other.get(home_of(case_of(application))).status_code == 200


def test_a_guest_answers_questions_writes_and_withdraws(
    visitor: Client, make_person: Callable[..., Person]
) -> None:
    application = sent(visitor)
    clerk = make_person("Rosa", role="clerk", agency="refuse")
    case = move(case_of(application), "ask", by=clerk, question="Is there a step?")
    home = f"/en/my/cases/{case.reference}/"
    assert "Is there a step?" in words_of(visitor.get(home))
    assert visitor.post(f"{home}answer/", {"answer": "No step."}).status_code == 302
    assert find_questions(case)[0].answer == "No step."
    assert visitor.post(f"{home}messages/", {"message": "Thank you."}).status_code == 302
    page = visitor.get(place(application, "withdrawal/"))
    assert "You have paid nothing" in words_of(page)
    assert visitor.post(place(application, "withdrawal/")).status_code == 302
    assert Case.objects.get(pk=case.pk).is_withdrawn


def test_a_guest_has_a_receipt_for_each_line_of_the_case(
    visitor: Client, settings: Any, tmp_path: Path
) -> None:
    settings.CIVIUM_DATA = tmp_path / "data"
    case, other = case_of(sent(visitor)), case_of(sent(Client(), email="sam@example.org"))
    sequence_entries(at=NOW)
    page = visitor.get(f"/en/my/cases/{case.reference}/").content.decode()
    receipts = re.findall(rf'href="(/en/my/cases/{case.reference}/receipts/\d+/)"', page)
    assert receipts
    assert "Download the receipt" in words_of(visitor.get(receipts[0]))
    text = visitor.get(f"{receipts[0]}file/").content.decode()
    assert "Proven" in words_of(Client().post("/en/check/record/", {"receipt": text}))
    assert "/account/login/" in Client().get(receipts[0])["Location"]
    opened = Entry.objects.get(stream=other.stream, kind="cases.CaseOpened").pk
    assert visitor.get(f"/en/my/cases/{case.reference}/receipts/{opened}/").status_code == 404


@pytest.fixture
def to_correct(visitor: Client, make_person: Callable[..., Person]) -> Case:
    """A guest's case with a question to two of the answers."""
    rosa = make_person("Rosa", role="clerk", agency="refuse")
    asked = move(
        case_of(sent(visitor)),
        "ask",
        by=rosa,
        corrections={"contact_phone": "Nobody answers there.", "where_exactly": "There are two blue gates."},
    )
    run_waiting_jobs()
    return asked


def test_a_guest_corrects_answers_by_the_link_in_the_letter(to_correct: Case) -> None:
    letter = Notice.objects.get(about=to_correct.subject, kind="question")
    assert "Nobody answers there." in letter.text
    browser, home = Client(), home_of(to_correct)
    page = browser.get(link_in(letter), follow=True)
    assert page.request["PATH_INFO"] == home
    assert "There are two blue gates." in words_of(page)
    short = browser.get(f"{home}corrections/")["Location"]
    assert "Nobody answers there." not in words_of(browser.get(short))  # that is on the page of the phone
    wrong = browser.post(f"{home}corrections/contact/", {"contact_phone": "12"})
    assert wrong.status_code == 422
    assert browser.post(f"{home}corrections/place/", {"where_exactly": "The left one."}).status_code == 302
    last = browser.post(f"{home}corrections/contact/", {"contact_phone": "+34 612 345 679"})
    assert last["Location"] == f"{home}corrections/"
    assert "The left one." in words_of(browser.get(last["Location"]))
    assert browser.post(f"{home}corrections/")["Location"] == home
    application = Application.objects.get(pk=to_correct.subject.partition(":")[2])
    assert open_answers(application.draft)["contact_phone"] == "+34612345679"
    assert find_questions(to_correct)[0].answered_at is not None


def test_a_guest_reads_what_the_team_writes_and_answers_with_a_file(
    visitor: Client, make_person: Callable[..., Person]
) -> None:
    rosa, case = make_person("Rosa", role="clerk", agency="refuse"), case_of(sent(visitor))
    send_case_message(case, words="Is the sofa wet?", by=rosa, at=NOW)
    run_waiting_jobs()
    letter = Notice.objects.get(about=case.subject, kind="message")
    browser = Client()
    assert "Is the sofa wet?" in words_of(browser.get(link_in(letter), follow=True))
    empty = browser.post(f"{home_of(case)}messages/", {"message": " "})
    assert empty.status_code == 422
    browser.post(f"{home_of(case)}messages/", {"message": "No, dry.", "files": [upload("sofa.pdf")]})
    [said] = [each for each in find_messages(case).messages if each.is_from_applicant]
    assert (said.words, len(said.files)) == ("No, dry.", 1)
    run_waiting_jobs()
    assert browser.get(f"/en/my/documents/{said.files[0]}/").getvalue().startswith(b"%PDF")


@pytest.mark.parametrize("rest", ["", "corrections/", "corrections/contact/", "messages/", "answer/"])
def test_what_a_guest_is_asked_is_nobody_elses(to_correct: Case, rest: str, ben: Person) -> None:
    place = home_of(to_correct) + rest
    his, theirs = Client(), Client()
    his.force_login(ben)
    code = code_of(sent(Client()))
    theirs.get(f"/en/come-back/{code.replace('-', '')}/")  # let in to another guest's
    for other, what in ((his, 404), (theirs, 302), (Client(), 302)):
        posted = other.post(place, {"message": "Hello", "answer": "Hello", "contact_phone": "+34612345679"})
        read = other.get(place)
        assert posted.status_code in {what, 405}
        assert read.status_code in {what, 405}
        assert b"Nobody answers there." not in read.content + posted.content
    assert find_questions(to_correct)[0].is_open
    assert not find_messages(to_correct).messages


def test_a_link_that_leads_nowhere_or_is_over_is_not_found(visitor: Client, time_machine: Any) -> None:
    assert visitor.get("/en/come-back/ABCDEFGH1234/").status_code == 404
    sent(visitor)
    run_waiting_jobs()
    link = link_in(Notice.objects.get())
    assert Client().get(link).status_code == 302
    time_machine.move_to(NOW + timedelta(days=2 * 365, minutes=1), tick=False)
    over = Client().get(link)
    assert over.status_code == 404
    assert "does not open anything" in words_of(over)


def test_a_guest_pays(visitor: Client) -> None:
    application = sent(visitor, example=1)
    assert application.state == "to-pay"
    assert visitor.get(place(application, "pay/")).status_code == 200
    pay(application)
    run_waiting_jobs()
    page = words_of(visitor.get(place(application, "sent/")))
    assert code_of(application) in page
    assert Payment.objects.get().payer_id == application.applicant_id


def test_a_browser_forgets_when_it_is_told_to(visitor: Client) -> None:
    application = sent(visitor)
    assert visitor.post(place(application, "leave/")).status_code == 302
    assert "/account/login/" in visitor.get(place(application))["Location"]


def test_a_browser_forgets_after_some_hours(visitor: Client, time_machine: Any) -> None:
    application = begun(visitor)
    time_machine.move_to(NOW + timedelta(hours=4, minutes=1), tick=False)
    assert "/account/login/" in visitor.get(place(application))["Location"]


def test_it_is_kept_in_an_account(visitor: Client, amina: Person) -> None:
    application = sent(visitor, example=1)
    pay(application)
    run_waiting_jobs()
    code, guest, case = code_of(application), application.applicant, case_of(application)
    letters = [each.subject for each in Notice.objects.filter(to=guest).order_by("created_at")]
    assert "Sign in" in words_of(visitor.get(place(application, "account/")))
    visitor.force_login(amina)
    assert visitor.post(place(application, "account/")).status_code == 302

    claimed = Application.objects.get(pk=application.pk)
    assert (claimed.applicant, claimed.guest) == (amina, guest)
    assert Case.objects.get(pk=case.pk).applicant == amina
    assert Payment.objects.get().payer == amina
    assert [n.subject for n in Notice.objects.filter(to=amina).order_by("created_at")] == letters
    assert open_answers(claimed.draft)["contact_phone"] == "+34612345678"
    her = Client()
    her.force_login(amina)
    story = words_of(her.get(f"/en/my/cases/{case.reference}/"))
    assert "Application sent" in story
    assert "A member of staff" not in story
    # The old ways are closed.
    assert Client().post("/en/come-back/", {"code": code, "answer": case.reference}).status_code == 422
    with pytest.raises(KeyDestroyed):
        _ = Person.objects.get(pk=guest.pk).mail_address


def test_what_is_kept_in_an_account_is_forgotten_with_it(visitor: Client, amina: Person) -> None:
    application = sent(visitor)
    visitor.force_login(amina)
    visitor.post(place(application, "account/"))
    destroy_key(amina.vault_key, by=None, at=NOW)
    with pytest.raises(KeyDestroyed):
        open_answers(application.draft)


def test_nobody_keeps_what_they_were_not_let_in_to(visitor: Client, ben: Person) -> None:
    application = sent(visitor)
    his = Client()
    his.force_login(ben)
    assert his.post(place(application, "account/")).status_code == 404
    assert Client().post(place(application, "account/")).status_code == 302  # to sign in
    assert Application.objects.get(pk=application.pk).applicant.is_guest


def test_what_a_guest_does_not_finish_goes_after_two_days(visitor: Client, time_machine: Any) -> None:
    application = begun(visitor)
    time_machine.move_to(NOW + timedelta(days=2, minutes=1))
    forget_what_is_old()
    assert Application.objects.get(pk=application.pk).state == "dropped"
    with pytest.raises(KeyDestroyed):
        open_answers(application.draft)


def test_a_guest_cannot_be_sent_by_anybody_else(visitor: Client, ben: Person) -> None:
    application = fill_in(begun(visitor))
    with pytest.raises(NotFound):
        send_application(application, by=ben, at=NOW)


def test_the_day_that_was_chosen_is_what_one_reads(
    visitor: Client, make_person: Callable[..., Person]
) -> None:
    application, clerk = sent(visitor), make_person("Rosa", role="clerk", agency="refuse")
    case = case_of(application)
    words = "You chose Thursday, 5 March 2026. We answer by 4 March 2026."
    assert words in words_of(visitor.get(place(application, "sent/")))
    assert words in words_of(visitor.get(home_of(case)))
    case = move(case, "plan", by=clerk)
    assert case.due_on == case.expected_on == case.chosen_on == date(2026, 3, 5)
    page = words_of(visitor.get(home_of(case)))
    assert "Your day: Thursday, 5 March 2026" in page
    assert "Decision by" not in page


def test_another_day_in_a_correction_is_the_new_promise(
    visitor: Client, make_person: Callable[..., Person]
) -> None:
    case, clerk = case_of(sent(visitor)), make_person("Rosa", role="clerk", agency="refuse")
    ask_to_correct(case, {"collect_on": "Our lorry is full."}, by=clerk)
    question = find_questions(case)[-1]
    form = read_correction(question, language="en")
    short = form.page("day", "")
    posted = {"collect_on-day": "10", "collect_on-month": "3", "collect_on-year": "2026"}
    reading = form.offer.form.read_page("day", form.journey_of(short), posted, language="en")
    save_correction(form, short, reading, by=case.applicant, at=NOW)
    again = send_corrections(find_questions(case)[-1], by=case.applicant, at=NOW)
    assert (again.chosen_on, again.expected_on) == (date(2026, 3, 10), date(2026, 3, 10))
    assert again.due_on == date(2026, 3, 4)
