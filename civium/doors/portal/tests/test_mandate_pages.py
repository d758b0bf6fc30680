"""The pages on which people let one another act: the same words for every address, and a plain yes or no."""

from __future__ import annotations

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from civium.engines.notices.models import Letter, Notice
from civium.foundation.design.showing import day
from civium.foundation.identity.models import Mandate, MandateState, Organisation, Person
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.kit.town import the_town
from tests.applying import without_tokens

pytestmark = pytest.mark.usefixtures("demo_services", "at_nine")


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def form(email: str = "ben@cast.example", **others: Any) -> dict[str, Any]:
    said = {"email": email, "who": "person", "powers": ["fill"], "service": "dog-licence"}
    return {**said, "until-day": "30", "until-month": "6", "until-year": "2026", **others}


def invited(amina: Person, **others: Any) -> Mandate:
    response = signed_in(amina).post(reverse("portal:invite_to_act"), form(**others))
    assert response.status_code == 302
    email = form(**others)["email"]
    return next(each for each in Mandate.objects.all() if each.address == email)


def answer_place(mandate: Mandate) -> str:
    return reverse("portal:mandate_invitation", args=[mandate.code])


def test_the_page_says_what_to_do_when_there_is_nothing(amina: Person) -> None:
    page = signed_in(amina).get(reverse("portal:mandates")).content.decode()
    assert "Nobody acts for you" in page
    assert reverse("portal:invite_to_act") in page


def test_known_and_unknown_addresses_get_the_same_answer(amina: Person, ben: Person, chen: Person) -> None:
    """The answer, its headers, and the page after it, apart from the address itself."""
    answers = []
    for giver, email in ((amina, ben.email), (chen, "nul@cast.example")):
        client = signed_in(giver)
        sent = client.post(reverse("portal:invite_to_act"), form(email))
        after = client.get(sent["Location"]).content.decode().replace(email, "ADDRESS")
        made = Mandate.objects.get(giver=giver)
        plain = re.sub(r"\s+", " ", after.replace(str(made.pk), "ID"))
        answers.append((sent.status_code, sent["Location"], "Invited" in plain, "ADDRESS" in plain))
    assert answers[0] == answers[1] == (302, reverse("portal:mandates"), True, True)


def test_the_invitation_reaches_both_kinds_of_address(amina: Person, ben: Person) -> None:
    known, unknown = invited(amina), invited(amina, email="nobody@cast.example")
    run_waiting_jobs()
    notice = Notice.objects.get(to=ben, kind="mandate-invitation")
    assert answer_place(known) in notice.text
    letter = Letter.objects.latest("created_at")
    assert letter.recipients == ["nobody@cast.example"]
    assert answer_place(unknown) in letter.message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert Notice.objects.filter(to=amina, kind="mandate-invited").count() == 2


def test_the_invited_reads_what_it_means_and_says_yes(amina: Person, ben: Person) -> None:
    made, client = invited(amina), signed_in(ben)
    page = client.get(answer_place(made)).content.decode()
    for words in (
        "Amina asks you to act",
        "Fill in and change",
        "What you cannot do",
        "Pay fees",
        "30 June 2026",
    ):
        assert words in page
    assert client.post(answer_place(made), {"do": "accept"}).status_code == 302
    assert Mandate.objects.get().state == MandateState.ACTIVE
    run_waiting_jobs()
    assert {each.to_id for each in Notice.objects.filter(kind__in=["mandate-accepted", "mandate-holds"])} == {
        amina.pk,
        ben.pk,
    }


def test_the_invited_says_no(amina: Person, ben: Person) -> None:
    made = invited(amina)
    signed_in(ben).post(answer_place(made), {"do": "decline"})
    assert Mandate.objects.get().state == MandateState.DECLINED
    run_waiting_jobs()
    assert Notice.objects.filter(to=amina, kind="mandate-declined").exists()


def test_anothers_invitation_and_a_made_up_one_are_the_same_page(
    amina: Person, ben: Person, stranger: Person
) -> None:
    made, client = invited(amina), signed_in(stranger)
    code = made.code
    pages = []
    for each in (code, "x" * len(code)):
        place = reverse("portal:mandate_invitation", args=[each])
        for method in ("get", "post"):
            answer = getattr(client, method)(place, {"do": "accept"})
            assert answer.status_code == 404
            pages.append((method, without_tokens(answer, place.removeprefix("/en"))))
    assert pages[0] == pages[2]
    assert pages[1] == pages[3]
    assert "Amina" not in str(pages)
    assert Mandate.objects.get().state == MandateState.INVITED


def test_the_giver_cannot_answer_in_the_name_of_the_invited(amina: Person, ben: Person) -> None:
    made = invited(amina)
    assert signed_in(amina).post(answer_place(made), {"do": "accept"}).status_code == 404


def test_whoever_is_not_signed_in_signs_in_first(amina: Person, client: Client) -> None:
    answer = client.get(answer_place(invited(amina)))
    assert (answer.status_code, "/account/login/" in answer["Location"]) == (302, True)


@pytest.mark.parametrize("side", ["amina", "ben"])
def test_either_side_ends_it_after_being_asked_once(amina: Person, ben: Person, side: str) -> None:
    made = invited(amina)
    signed_in(ben).post(answer_place(made), {"do": "accept"})
    client = signed_in({"amina": amina, "ben": ben}[side])
    place = reverse("portal:end_mandate", args=[made.pk])
    assert "End it now?" in client.get(place).content.decode()
    assert Mandate.objects.get().state == MandateState.ACTIVE
    client.post(place)
    assert Mandate.objects.get().state == MandateState.ENDED
    run_waiting_jobs()
    assert {
        each.to_id for each in Notice.objects.filter(kind__in=["mandate-over", "mandate-over-for-holder"])
    } == {amina.pk, ben.pk}
    over = client.get(reverse("portal:mandates")).content.decode()
    assert "What is ended, declined or over" in over
    assert "Ended" in client.get(reverse("portal:mandate", args=[made.pk])).content.decode()


def test_the_end_of_one_mandate_says_what_others_still_allow(amina: Person, ben: Person) -> None:
    hers, his = signed_in(amina), signed_in(ben)
    invited(amina)
    invited(amina, service="building-permit")
    ended, kept = (Mandate.objects.get(service=each) for each in ("dog-licence", "building-permit"))
    for each in (ended, kept):
        his.post(answer_place(each), {"do": "accept"})
    place = reverse("portal:end_mandate", args=[ended.pk])
    assert "They can still act for you in this: Building permit" in " ".join(text_of(hers.get(place)).split())
    hers.post(place)
    run_waiting_jobs()
    told = Notice.objects.get(to=amina, kind="mandate-over")
    today = day(the_town().today(timezone.now()))
    assert f"You ended it on {today}." in told.text
    assert "Building permit" in told.text
    assert "nothing of yours" not in told.text
    heard = Notice.objects.get(to=ben, kind="mandate-over-for-holder")
    assert f"Amina ended it on {today}." in heard.text
    assert "You can still act for them in: Building permit" in heard.text
    assert "What they could do for you" in text_of(hers.get(reverse("portal:mandate", args=[ended.pk])))
    hers.post(reverse("portal:end_mandate", args=[kept.pk]))
    run_waiting_jobs()
    last = Notice.objects.get(to=amina, kind="mandate-over", about=f"mandate:{kept.pk}")
    assert "They see nothing of yours here any more" in last.text


def test_before_an_invitation_is_withdrawn_nothing_is_said_to_have_happened(amina: Person) -> None:
    page = signed_in(amina).get(reverse("portal:end_mandate", args=[invited(amina).pk]))
    assert "will open nothing any more" in text_of(page)


def text_of(answer: Any) -> str:
    return BeautifulSoup(answer.content, "html.parser").get_text()


def test_a_withdrawn_invitation_is_taken_back_in_writing(amina: Person) -> None:
    made = invited(amina, email="nobody@cast.example")
    run_waiting_jobs()
    signed_in(amina).post(reverse("portal:end_mandate", args=[made.pk]))
    run_waiting_jobs()
    assert "took back" in str(Letter.objects.latest("created_at").message["Subject"])


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"email": ""}, "Enter the e-mail address of whoever"),
        ({"email": "<script>@x"}, "Enter the e-mail address of whoever"),
        ({"email": "amina@cast.example"}, "your own address"),
        ({"powers": []}, "at least one thing"),
        ({"powers": ["own", "decide"]}, "at least one thing"),
        ({"service": ""}, "Choose a service"),
        ({"service": "no-such-service"}, "Choose a service"),
        ({"until-day": "31"}, "does not exist"),
        ({"until-year": "99999999999"}, "does not exist"),
        ({"until-year": "2025"}, "not in the past"),
        ({"until-year": ""}, "not in the past"),
        ({"until-year": "²"}, "does not exist"),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_nothing_is_sent(
    amina: Person, wrong: dict[str, Any], words: str
) -> None:
    answer = signed_in(amina).post(reverse("portal:invite_to_act"), form(**wrong))
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert "<script>@x" not in answer.content.decode()
    assert not Mandate.objects.exists()


def test_all_that_is_wrong_is_said_at_once(amina: Person) -> None:
    wrong = form(email="", powers=[], service="", **{"until-day": "31", "until-month": "2"})
    page = signed_in(amina).post(reverse("portal:invite_to_act"), wrong).content.decode()
    for words in ("Enter the e-mail address", "at least one thing", "Choose a service", "does not exist"):
        assert words in page


def test_an_organisation_is_chosen_among_ones_own(amina: Person, ben: Person) -> None:
    foreign = Organisation.objects.create(name="Foreign Ltd")
    made, client = invited(amina, who="organisation"), signed_in(ben)
    assert "your account acts for none" in client.get(answer_place(made)).content.decode()
    for body in ({}, {"organisation": "nonsense"}):
        assert client.post(answer_place(made), {"do": "accept", **body}).status_code == 422
    assert client.post(answer_place(made), {"do": "accept", "organisation": foreign.pk}).status_code == 404
    assert Mandate.objects.get().state == MandateState.INVITED


def test_notices_of_a_mandate_speak_the_readers_language(amina: Person, make_person: Any) -> None:
    layla = make_person("Layla", language="ar")
    made = invited(amina, email=layla.email)
    run_waiting_jobs()
    notice = Notice.objects.get(to=layla, kind="mandate-invitation")
    assert notice.language == "ar"
    assert f"/ar/my/mandates/answer/{made.code}/" in notice.text
