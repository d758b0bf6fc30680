"""Help at the counter: opened by the code that is shown, on behalf, seen by both sides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from civium.engines.forms.queries import open_answers
from civium.engines.notices.models import Notice
from civium.engines.registries.events import RegisterAsked
from civium.foundation.identity.actions.answer_invitation import accept_mandate
from civium.foundation.identity.actions.end_mandate import end_mandate
from civium.foundation.identity.actions.give_role import end_role_of
from civium.foundation.identity.actions.grant_role import grant_role
from civium.foundation.identity.actions.invite_to_act import invite_to_act
from civium.foundation.identity.models import Person
from civium.foundation.identity.queries import get_agency
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.journal.models import Entry
from civium.foundation.journal.queries import find_entries
from civium.foundation.kit.refusals import NotFound
from civium.foundation.privacy.events import DataRead
from civium.journeys.applications.actions.drop_application import delete_for_good
from civium.journeys.applications.actions.make_way_back import make_way_back, shown_code
from civium.journeys.applications.actions.refuse_own_hands import NeedsOtherEyes
from civium.journeys.applications.actions.reopen_the_case import reopen_the_case
from civium.journeys.applications.actions.send_application import send_application
from civium.journeys.applications.actions.withdraw_certificate import withdraw_certificate
from civium.journeys.applications.case_file import read_case_file
from civium.journeys.applications.events import WayBackMade
from civium.journeys.applications.models import Application, Certificate, State, Way
from civium.journeys.applications.tasks import end_help_of_the_day
from tests.applying import again, begin, case_of, fill_in, move, send
from tests.cast import NOW
from tests.offer import publish_ours

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services", "at_nine")]
COUNTER = "/en/desk/counter/"


@pytest.fixture
def his(boris: Person) -> Client:
    """Boris at his counter."""
    client = Client()
    client.force_login(boris)
    return client


@pytest.fixture
def her(amina: Person) -> Client:
    """Amina's phone."""
    client = Client()
    client.force_login(amina)
    return client


@pytest.fixture
def draft(amina: Person) -> Application:
    """What Amina cannot finish by herself."""
    return fill_in(begin(amina), 2)


def shown(her: Client, draft: Application) -> str:
    her.post(f"/en/applications/{draft.pk}/later/", {"do": "counter"})
    return str(draft.ways_back.get(way=Way.COUNTER).code)


def place(application: Application, rest: str = "") -> str:
    return f"/en/applications/{application.pk}/{rest}"


def words_of(response: Any) -> str:
    found = BeautifulSoup(response.content, "html.parser").select_one("main")
    assert found is not None
    return " ".join(found.get_text(" ").split())


def test_a_clerk_opens_what_a_citizen_shows_and_fills_it_in(
    his: Client, her: Client, draft: Application, boris: Person
) -> None:
    assert his.get(place(draft)).status_code == 404
    answer = his.post(COUNTER, {"code": shown(her, draft)})
    assert answer["Location"] == place(draft)
    page = his.get(place(draft, "pages/chip/"))
    assert "for Amina" in words_of(page)
    assert his.post(place(draft, "pages/chip/"), {"chip_number": "941000099999999"}).status_code == 302
    assert open_answers(again(draft).draft)["chip_number"] == "941000099999999"
    assert "A colleague of ours" in words_of(her.get(place(draft, "pages/chip/")))


def test_the_citizen_is_told_and_the_record_has_who_did_what(
    his: Client, her: Client, draft: Application, amina: Person
) -> None:
    his.post(COUNTER, {"code": shown(her, draft)})
    his.post(place(draft, "check/"))
    notice = Notice.objects.get(kind="help-at-counter")
    assert notice.to == amina
    assert "Boris" in notice.text
    file = read_case_file(case_of(draft), language="en", is_staff=False)
    told = {(line.title, line.by) for line in file.story}
    assert ("Opened at the counter, to help", "Boris") in told
    assert ("Application sent", "At the counter, with Boris") in told
    assert case_of(draft).applicant == amina


def test_the_code_works_once_and_for_half_an_hour(
    his: Client, her: Client, draft: Application, boris: Person, time_machine: Any
) -> None:
    code = shown(her, draft)
    his.post(COUNTER, {"code": code})
    assert his.post(COUNTER, {"code": code}).status_code == 422
    code = shown(her, draft)
    time_machine.move_to(NOW + timedelta(minutes=31), tick=False)
    his.force_login(boris)  # whoever works here and does nothing for so long signs in again
    assert his.post(COUNTER, {"code": code}).status_code == 422


@pytest.fixture
def visitors(his: Client) -> Callable[..., Application]:
    """What Boris begins for somebody without an account."""

    def begun(**typed: str) -> Application:
        publish_ours("bulky-waste")
        return begun_with(his, service="bulky-waste", who="visitor", name="Old Tom", **typed)

    return begun


CODE = {"do": "code", "question": "pet", "answer": "Luna"}
LINK = {**CODE, "do": "link"}


def test_that_the_helper_saw_the_address_is_on_the_record(
    his: Client, visitors: Callable[..., Application], boris: Person
) -> None:
    application = visitors(email="tom@elsewhere.example")
    assert "tom@elsewhere.example" in his.get(place(application, "later/")).content.decode()
    read = [e.event for e in find_entries([application.applicant.vault_key]) if e.by_id == boris.pk]
    kinds = {kind for each in read if isinstance(each, DataRead) for kind in each.kinds.split()}
    assert "contact" in kinds


@pytest.mark.parametrize("do", ["code", "link", "counter"])
def test_whoever_helps_leaves_no_way_in_that_outlasts_the_help(
    his: Client, her: Client, draft: Application, amina: Person, boris: Person, do: str
) -> None:
    his.post(COUNTER, {"code": shown(her, draft)})
    assert his.get(place(draft, "later/")).status_code == 404
    assert his.post(place(draft, "later/"), {**CODE, "do": do}).status_code == 404
    assert "later/" not in his.get(place(draft, "pages/chip/")).content.decode()
    amina.hands = boris
    for by in (amina, boris):
        with pytest.raises(NotFound):
            make_way_back(draft, way=Way.DRAFT, question="pet", answer="Luna", by=by, at=NOW)
    assert not draft.ways_back.exists()


def test_whoever_helps_deletes_nothing(
    his: Client, her: Client, draft: Application, amina: Person, boris: Person
) -> None:
    his.post(COUNTER, {"code": shown(her, draft)})
    for ask in (his.get, his.post):
        assert ask(place(draft, "deletion/")).status_code == 404
    assert "deletion/" not in his.get(place(draft, "pages/chip/")).content.decode()
    amina.hands = boris
    for by in (amina, boris):
        with pytest.raises(NotFound):
            delete_for_good(draft, by=by, at=NOW)
    assert her.post(place(draft, "deletion/")).status_code == 302
    assert again(draft).state == State.DROPPED


def test_the_citizen_makes_ways_back_while_they_are_helped(
    his: Client, her: Client, draft: Application
) -> None:
    his.post(COUNTER, {"code": shown(her, draft)})
    assert her.post(place(draft, "later/"), CODE).status_code == 302
    assert draft.ways_back.get().way == Way.DRAFT


def test_a_guest_with_an_address_gets_a_link_there_that_the_helper_never_has(
    his: Client, visitors: Callable[..., Application]
) -> None:
    application = visitors(email="tom@elsewhere.example")
    page = his.get(place(application, "later/"))
    assert "It goes to tom@elsewhere.example." in words_of(page)
    assert {
        each["value"] for each in BeautifulSoup(page.content, "html.parser").select("button[name=do]")
    } == {"link"}
    assert his.post(place(application, "later/"), CODE).status_code == 404
    answer = his.post(place(application, "later/"), {**LINK, "email": "boris@elsewhere.example"})
    assert answer.status_code == 302
    notice = Notice.objects.get(kind="link-back")
    applicant = Person.objects.get(pk=application.applicant_id)
    assert (notice.to, applicant.mail_address) == (applicant, "tom@elsewhere.example")
    way = application.ways_back.get()
    assert way.code not in his.get(place(application, "later/")).content.decode()
    assert his.post(place(application, "later/"), LINK).status_code == 404, "there is one already"


def test_a_guest_without_an_address_gets_a_code_on_the_record(
    his: Client, visitors: Callable[..., Application], boris: Person
) -> None:
    application = visitors(email="")
    assert his.post(place(application, "later/"), CODE).status_code == 302
    way = application.ways_back.get()
    page = his.get(place(application, "later/"))
    assert shown_code(way.code) in words_of(page)
    assert not BeautifulSoup(page.content, "html.parser").select("button[name=do]")
    made = [e for e in find_entries([application.subject]) if e.kind == WayBackMade.kind]
    assert [(e.by_id, e.on_behalf_of_id) for e in made] == [(boris.pk, application.applicant_id)]
    assert his.post(place(application, "later/"), CODE).status_code == 404, "the guest's own is not replaced"
    his.post(f"{COUNTER}{application.pk}/end/")
    assert Client().post("/en/come-back/", {"code": way.code, "answer": "luna"}).status_code == 302


def test_whoever_helps_puts_no_other_address_in_the_place_of_a_guests(
    his: Client, visitors: Callable[..., Application]
) -> None:
    application = fill_in(visitors(email="tom@elsewhere.example"))
    page = his.get(place(application, "check/"))
    assert "go to tom@elsewhere.example" in words_of(page)
    assert not BeautifulSoup(page.content, "html.parser").select("input[name=email]")
    assert his.post(place(application, "check/"), {"email": "boris@elsewhere.example"}).status_code == 302
    assert Person.objects.get(pk=application.applicant_id).mail_address == "tom@elsewhere.example"


def test_the_counter_code_opens_nothing_elsewhere(her: Client, draft: Application) -> None:
    assert Client().post("/en/come-back/", {"code": shown(her, draft), "answer": "x"}).status_code == 422


def test_a_code_to_come_back_opens_nothing_at_the_counter(
    his: Client, her: Client, draft: Application
) -> None:
    her.post(place(draft, "later/"), {"do": "code", "question": "pet", "answer": "Luna"})
    assert his.post(COUNTER, {"code": draft.ways_back.get().code}).status_code == 422


def test_only_clerks_have_a_counter(
    her: Client, draft: Application, omar: Person, ben: Person, finn: Person
) -> None:
    code = shown(her, draft)
    for person in (omar, ben, finn):
        client = Client()
        client.force_login(person)
        assert client.post(COUNTER, {"code": code}).status_code == 404
    assert again(draft).helper is None


def test_nobody_helps_themselves(his: Client, boris: Person) -> None:
    own = begin(boris)
    his.post(f"/en/applications/{own.pk}/later/", {"do": "counter"})
    assert his.post(COUNTER, {"code": own.ways_back.get().code}).status_code == 422


@pytest.mark.parametrize("ended_by", ["clerk", "citizen", "night"])
def test_help_ends(his: Client, her: Client, draft: Application, ended_by: str) -> None:
    his.post(COUNTER, {"code": shown(her, draft)})
    end: dict[str, Callable[[], object]] = {
        "clerk": lambda: his.post(f"{COUNTER}{draft.pk}/end/"),
        "citizen": lambda: her.post(place(draft, "later/"), {"do": "end-help"}),
        "night": lambda: end_help_of_the_day.func(),
    }
    end[ended_by]()
    assert his.get(place(draft)).status_code == 404
    assert his.post(place(draft, "pages/chip/"), {"chip_number": "9" * 15}).status_code == 404
    assert her.get(place(draft)).status_code == 302


def test_help_ends_with_the_role_of_whoever_helps(
    his: Client, her: Client, draft: Application, amina: Person, boris: Person, ada: Person
) -> None:
    his.post(COUNTER, {"code": shown(her, draft)})
    for membership in boris.memberships.all():
        end_role_of(membership, by=ada, at=NOW)
    assert his.get(place(draft, "pages/chip/")).status_code == 404
    assert his.post(place(draft, "pages/chip/"), {"chip_number": "9" * 15}).status_code == 404
    assert his.post(place(draft, "check/")).status_code == 404
    amina.hands = Person.objects.get(pk=boris.pk)
    with pytest.raises(NotFound):
        send_application(draft, by=amina, at=NOW)
    assert again(draft).is_open


def test_a_clerk_of_two_agencies_helps_with_one_application(
    his: Client, her: Client, draft: Application, boris: Person
) -> None:
    grant_role(boris, role="clerk", agency=None, shown_as="Boris", by=None, at=NOW)
    his.post(COUNTER, {"code": shown(her, draft)})
    assert Application.objects.for_(boris).get() == draft


def test_guessing_codes_at_a_counter_ends(his: Client) -> None:
    for _try in range(30):
        assert his.post(COUNTER, {"code": "7K4M-92QX"}).status_code == 422
    assert "30 minutes" in words_of(his.post(COUNTER, {"code": "7K4M-92QX"}))


# --- from nothing ----------------------------------------------------------------------------------------------------

NEW = f"{COUNTER}new/"


def begun_with(his: Client, **typed: str) -> Application:
    """What a clerk begins at the counter."""
    answer = his.post(NEW, {"service": "dog-licence", "who": "account", **typed})
    assert answer.status_code == 302, words_of(answer)
    return Application.objects.get()


def test_a_clerk_begins_for_somebody_who_stands_there(his: Client, amina: Person, boris: Person) -> None:
    application = begun_with(his, email="AMINA@cast.example")
    assert (application.applicant, application.helper) == (amina, boris)
    told = Notice.objects.get(kind="help-at-counter")
    assert told.to == amina
    assert "Boris began" in told.text
    entries = find_entries([application.subject])
    assert {(entry.by_id, entry.on_behalf_of_id) for entry in entries if entry.kind.endswith("Started")} == {
        (boris.pk, amina.pk)
    }
    page = his.get(place(application), follow=True)
    assert "for Amina" in words_of(page)
    assert not Entry.objects.filter(kind=RegisterAsked.kind).exists(), "no register tells a clerk about her"


def test_what_is_begun_and_sent_at_the_counter_says_so_in_the_history(his: Client, amina: Person) -> None:
    application = fill_in(begun_with(his, email=amina.email), 2)
    assert his.post(place(application, "check/")).status_code == 302
    file = read_case_file(case_of(application), language="en", is_staff=False)
    told = {(line.title, line.by) for line in file.story}
    assert ("Application started", "At the counter, with Boris") in told
    assert ("Application sent", "At the counter, with Boris") in told


def test_unknown_addresses_oneself_and_what_was_begun_get_one_answer(
    his: Client, her: Client, draft: Application, amina: Person, boris: Person
) -> None:
    answers = [
        his.post(NEW, {"service": "dog-licence", "who": "account", "email": email})
        for email in ("nobody@cast.example", boris.email, amina.email)
    ]
    assert {answer.status_code for answer in answers} == {422}
    assert len({words_of(answer) for answer in answers}) == 1
    assert again(draft).helper is None


def test_a_visitor_without_an_account_gets_a_code_and_a_letter(his: Client, boris: Person) -> None:
    publish_ours("bulky-waste")
    typed = {"service": "bulky-waste", "who": "visitor", "name": "Old Tom", "email": "tom@elsewhere.example"}
    application = begun_with(his, **typed, language="es")
    applicant = application.applicant
    assert (applicant.is_guest, applicant.name, applicant.mail_address) == (True, "Old Tom", typed["email"])
    assert (application.language, application.helper) == ("es", boris)
    assert Notice.objects.get(kind="help-at-counter").to == applicant
    application = fill_in(application)
    assert his.post(place(application, "check/"), {"email": typed["email"]}).status_code == 302
    sent = words_of(his.get(place(application, "sent/")))
    assert shown_code(application.ways_back.get(way=Way.CASE).code) in sent


def test_a_service_that_needs_an_account_is_not_begun_without_one(his: Client) -> None:
    answer = his.post(NEW, {"service": "dog-licence", "who": "visitor", "name": "Old Tom"})
    assert answer.status_code == 422
    assert "needs an account" in words_of(answer)
    assert "Old Tom" in answer.content.decode()
    assert not Application.objects.exists()


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"service": "dog-licence", "who": "account", "email": " "},
        {"service": "no-such", "who": "account", "email": "amina@cast.example"},
        {"service": "bulky-waste", "who": "visitor", "email": "no address"},
    ],
    ids=["nothing", "no address", "no service", "not an address"],
)
def test_what_is_missing_at_the_counter_is_said(his: Client, amina: Person, typed: dict[str, str]) -> None:
    publish_ours("bulky-waste")
    assert his.post(NEW, typed).status_code == 422
    assert not Application.objects.exists()


def test_addresses_are_not_tried_out_at_a_counter(his: Client) -> None:
    typed = {"service": "dog-licence", "who": "account"}
    for number in range(30):
        assert his.post(NEW, {**typed, "email": f"{number}@cast.example"}).status_code == 422
    assert his.post(NEW, {**typed, "email": "amina@cast.example"}).status_code == 429


# --- four eyes -------------------------------------------------------------------------------------------------------


@pytest.fixture
def both(make_person: Callable[..., Person]) -> Person:
    """A clerk who is an officer too, as in small towns."""
    person = make_person("Bea", role="clerk", agency="animal-welfare")
    grant_role(person, role="officer", agency=get_agency("animal-welfare"), shown_as="Bea", by=None, at=NOW)
    return Person.objects.get(pk=person.pk)


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_whoever_helped_at_the_counter_does_not_decide(amina: Person, both: Person, omar: Person) -> None:
    at_desk = client_of(both)
    application = send(fill_in(begun_with(at_desk, email=amina.email), 2))
    case = move(case_of(application), "accept", by=both)
    with pytest.raises(NeedsOtherEyes) as refused:
        move(case, "grant", by=both)
    assert refused.value.details["able"] == ["Omar"]
    page = at_desk.get(f"/en/desk/cases/{case.reference}/moves/grant/", follow=True)
    assert "Hand it over to a colleague who can: Omar." in page.content.decode()
    assert move(case, "grant", by=omar).is_decided


def test_whoever_sent_it_under_a_mandate_does_not_decide(amina: Person, both: Person, omar: Person) -> None:
    code = invite_to_act(
        amina,
        email=both.email,
        powers=["sign", "fill"],
        service="dog-licence",
        until=NOW.date(),
        by=amina,
        at=NOW,
    ).code
    mandate = accept_mandate(code, by=both, at=NOW)
    application = fill_in(begin(amina), 2)
    amina.hands = both
    send_application(application, by=amina, at=NOW)
    amina.hands = None
    end_mandate(mandate, by=amina, at=NOW)
    case = move(case_of(application), "accept", by=both)
    with pytest.raises(NeedsOtherEyes):
        move(case, "refuse", by=both, reason="Not so.")
    assert move(case, "grant", by=omar).is_decided


def test_whoever_may_act_for_the_applicant_does_not_decide_either(amina: Person, both: Person) -> None:
    case = move(case_of(send(fill_in(begin(amina), 2))), "accept", by=both)
    invitation = invite_to_act(
        amina, email=both.email, powers=["view"], service="", until=NOW.date(), by=amina, at=NOW
    )
    accept_mandate(invitation.code, by=both, at=NOW)
    with pytest.raises(NeedsOtherEyes) as refused:
        move(case, "grant", by=both)
    assert "supervisor" in str(refused.value.what_next)


def test_whoever_may_act_for_the_applicant_takes_no_decision_back_either(
    amina: Person, boris: Person, omar: Person, chen: Person
) -> None:
    """Reopening a case and withdrawing its document are decisions too."""
    refused = move(
        move(case_of(send(fill_in(begin(amina), 2))), "accept", by=boris), "refuse", by=omar, reason="No."
    )
    invitation = invite_to_act(
        amina, email=chen.email, powers=["view"], service="", until=NOW.date(), by=amina, at=NOW
    )
    mandate = accept_mandate(invitation.code, by=chen, at=NOW)
    desk, place = client_of(chen), f"/en/desk/cases/{refused.reference}/reopening/"
    answer = desk.post(place, {"reason": "I think so.", "revision": str(refused.revision)})
    assert answer.status_code == 403
    assert "Somebody else must decide it." in answer.content.decode()
    with pytest.raises(NeedsOtherEyes):
        reopen_the_case(refused, reason="I think so.", revision=refused.revision, by=chen, at=NOW)
    end_mandate(mandate, by=amina, at=NOW)
    again_open = reopen_the_case(refused, reason="There is one.", revision=refused.revision, by=chen, at=NOW)
    assert not again_open.is_decided


def test_whoever_may_act_for_its_holder_does_not_withdraw_a_document(
    amina: Person, boris: Person, omar: Person, chen: Person, seal: Path
) -> None:
    move(move(case_of(send(fill_in(begin(amina), 2))), "accept", by=boris), "grant", by=omar)
    run_waiting_jobs()
    certificate = Certificate.objects.select_related("application").get()
    invitation = invite_to_act(
        amina, email=chen.email, powers=["view"], service="", until=NOW.date(), by=amina, at=NOW
    )
    accept_mandate(invitation.code, by=chen, at=NOW)
    with pytest.raises(NeedsOtherEyes) as refused:
        withdraw_certificate(certificate, reason="Not hers.", by=chen, at=NOW)
    assert refused.value.details["able"] == ["Omar"]
    withdraw_certificate(certificate, reason="Not hers.", by=omar, at=NOW)


def test_whoever_had_no_hand_in_it_decides(amina: Person, both: Person) -> None:
    case = move(case_of(send(fill_in(begin(amina), 2))), "accept", by=both)
    assert move(case, "grant", by=both).is_decided
