"""A newer version while drafts are open, a service that is gone, several at once, and proving who one is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from civium.engines.forms.queries import open_answers
from civium.foundation.identity.actions.verify_person import verify_person
from civium.foundation.identity.models import Person
from civium.journeys.applications.actions.apply_at_once import WrongAnswers, apply_at_once
from civium.journeys.applications.actions.send_application import send_application
from civium.journeys.applications.actions.start_application import NotVerified, start_application
from civium.journeys.applications.models import Application
from civium.journeys.catalogue.actions.withdraw_service import withdraw_service
from civium.journeys.catalogue.queries import get_offer
from tests.applying import again, begin, case_of, fill_in
from tests.cast import NOW

from .offers import Change, publish_changed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services", "at_nine")]
WITH_COLOUR: tuple[Change, ...] = (
    (
        "service.yaml",
        "{name: breed, type: text, max_length: 60}",
        "{name: colour, type: text, max_length: 20}",
    ),
    ("service.yaml", 'pattern: "[0-9]{15}", max_length: 15', 'pattern: "ES[0-9]{13}", max_length: 15'),
    ("service.yaml", '"25.00"', '"40.00"'),
    ("texts.en.yaml", "  breed:\n", "  colour:\n"),
    ("texts.en.yaml", "short: Breed", "short: Colour"),
    ("texts.en.yaml", "((breed))", "((colour))"),
    ("texts.es.yaml", "  breed:\n", "  colour:\n"),
    ("texts.es.yaml", "((breed))", "((colour))"),
    ("texts.ar.yaml", "  breed:\n", "  colour:\n"),
    ("texts.ar.yaml", "((breed))", "((colour))"),
)


@pytest.fixture
def her(amina: Person) -> Client:
    """Amina's browser."""
    client = Client()
    client.force_login(amina)
    return client


def place(application: Application, rest: str = "") -> str:
    return f"/en/applications/{application.pk}/{rest}"


def words_of(response: Any) -> str:
    found = BeautifulSoup(response.content, "html.parser").select_one("main")
    assert found is not None
    return " ".join(found.get_text(" ").split())


# --- a newer version ---


def test_a_newer_form_is_said_on_the_draft_and_on_my_page(her: Client, amina: Person, tmp_path: Path) -> None:
    draft = fill_in(begin(amina))
    assert "newer form" not in words_of(her.get(place(draft, "check/")))
    publish_changed("dog-licence", tmp_path, *WITH_COLOUR)
    for address in (place(draft, "check/"), place(draft, "pages/dog/"), "/en/my/"):
        assert "newer form" in words_of(her.get(address)), address


def test_one_sees_what_would_change_before_moving(her: Client, amina: Person, tmp_path: Path) -> None:
    draft = fill_in(begin(amina))
    publish_changed("dog-licence", tmp_path, *WITH_COLOUR)
    said = words_of(her.get(place(draft, "version/")))
    assert "asked what is new: Colour" in said
    assert "No longer asked: these answers will be deleted Breed Terrier mix" in said
    assert "no longer fit Chip number" in said
    assert again(draft).version == 1


def test_moving_keeps_what_fits_and_asks_the_rest(her: Client, amina: Person, tmp_path: Path) -> None:
    draft = fill_in(begin(amina))
    publish_changed("dog-licence", tmp_path, *WITH_COLOUR)
    answer = her.post(place(draft, "version/"))
    moved = again(draft)
    assert (moved.version, moved.draft.form) == (2, "dog-licence@2")
    assert answer["Location"] == place(draft, "pages/dog/")
    kept = open_answers(moved.draft)
    assert kept["dog_name"] == open_answers(draft.draft)["dog_name"]
    assert "breed" not in kept
    assert her.post(place(draft, "version/")).status_code == 302  # a second press
    assert again(draft).version == 2


def test_nobody_is_moved_without_saying_so(her: Client, amina: Person, tmp_path: Path) -> None:
    draft = fill_in(begin(amina), 2)
    publish_changed("dog-licence", tmp_path, *WITH_COLOUR)
    send_application(draft, by=amina, at=NOW)
    assert case_of(draft).version == 1


# --- a service that is gone ---


def test_a_service_that_is_gone_loses_nothing(her: Client, amina: Person) -> None:
    draft = fill_in(begin(amina), 2)
    withdraw_service("dog-licence", by=None, at=NOW)
    assert "takes no new applications" in words_of(her.get("/en/my/"))
    page = her.get(place(draft, "answers/"))
    assert "Luna" in words_of(page) or open_answers(draft.draft)["dog_name"] in words_of(page)
    kept = her.get(place(draft, "answers/?file"))
    assert kept["Content-Disposition"] == 'attachment; filename="dog-licence.html"'
    assert her.post(place(draft, "check/")).status_code == 302
    assert again(draft).state == "sent"


# --- several at once ---


@pytest.fixture
def several(demo_services: dict[str, int], tmp_path: Path) -> None:
    """A person may have more than one dog."""
    publish_changed(
        "dog-licence", tmp_path, ("service.yaml", "sign_in: account", "sign_in: account\nseveral: true")
    )


@pytest.mark.usefixtures("several")
def test_one_begins_another_beside_the_first(her: Client, amina: Person) -> None:
    first = begin(amina)
    page = words_of(her.get("/en/apply/dog-licence/"))
    assert "Continue where you stopped" in page
    assert "Start another" in page
    assert her.post("/en/apply/dog-licence/")["Location"].startswith(place(first))
    her.post("/en/apply/dog-licence/", {"another": "yes"})
    assert Application.objects.filter(state="draft").count() == 2
    steps = words_of(her.get("/en/my/"))
    assert steps.count("Begun: 2 March 2026, 10:00.") == 2


@pytest.mark.usefixtures("several")
def test_several_are_told_apart_by_what_they_are_about(her: Client, amina: Person) -> None:
    fill_in(begin(amina))
    her.post("/en/apply/dog-licence/", {"another": "yes"})
    steps = words_of(her.get("/en/my/"))
    assert "Finish your Dog licence · Luna" in steps
    assert "Finish your Dog licence Begun:" in steps


@pytest.mark.usefixtures("several")
def test_nobody_begins_without_end(her: Client, amina: Person) -> None:
    for _one in range(12):
        her.post("/en/apply/dog-licence/", {"another": "yes"})
    assert Application.objects.count() == 10


@pytest.mark.usefixtures("several")
def test_what_a_program_sends_wrong_takes_no_draft_away(her: Client, amina: Person) -> None:
    first = fill_in(begin(amina))
    before = open_answers(again(first).draft)
    offer = get_offer("dog-licence")
    with pytest.raises(WrongAnswers):
        apply_at_once(offer, answers={"nothing": "right"}, by=amina, language="en", at=NOW)
    assert again(first).state == "draft"
    assert open_answers(again(first).draft) == before
    assert Application.objects.exclude(state="dropped").count() == 1


def test_where_one_is_enough_another_is_the_same(her: Client, amina: Person) -> None:
    begin(amina)
    her.post("/en/apply/dog-licence/", {"another": "yes"})
    assert Application.objects.count() == 1


# --- who one is ---


def prove(her: Client, to_prove: str) -> str:
    """To the demo identity as Amina, back, and a yes: the address that she is led to."""
    go = BeautifulSoup(her.get(to_prove).content, "html.parser").find("a", href=re.compile("/go/"))["href"]
    there = her.get(go)["Location"].removeprefix("http://localhost:8000")
    back = her.post(there, {"who": "amina"})["Location"].removeprefix("http://localhost:8000")
    arrived = her.get(back)["Location"]
    assert "Amina Haddad" in words_of(her.get(arrived))
    return str(her.post(arrived, {"is_me": "yes"})["Location"])


@pytest.fixture(autouse=True)
def own_http(settings: Any) -> None:
    settings.SOCIALACCOUNT_ADAPTER = "tests.own_http.IdentitiesOverOwnHttp"


@pytest.fixture
def verified(demo_services: dict[str, int], tmp_path: Path) -> None:
    """Only for people who proved who they are."""
    publish_changed("dog-licence", tmp_path, ("service.yaml", "sign_in: account", "sign_in: verified"))


@pytest.mark.usefixtures("verified")
def test_whoever_has_not_proved_who_they_are_is_led_there_and_back(her: Client, amina: Person) -> None:
    start = "/en/apply/dog-licence/"
    assert "Confirm who you are" in words_of(her.get(start))
    to_prove = her.post(start)["Location"]
    assert to_prove == "/en/identity/?next=%2Fen%2Fapply%2Fdog-licence%2F&level=verified"
    assert prove(her, to_prove) == start
    person = Person.objects.get(pk=amina.pk)
    assert (person.assurance, person.assured_by, person.assured_at) == ("verified", "port-lumen-id", NOW)
    assert her.post(start)["Location"].endswith("/pages/owner/")


@pytest.mark.usefixtures("verified")
def test_the_rule_holds_below_the_pages_too(amina: Person) -> None:
    with pytest.raises(NotVerified):
        start_application(get_offer("dog-licence"), by=amina, language="en", at=NOW)


def test_a_draft_is_kept_while_one_proves_who_one_is(her: Client, amina: Person, tmp_path: Path) -> None:
    draft = fill_in(begin(amina), 2)
    publish_changed("dog-licence", tmp_path, ("service.yaml", "sign_in: account", "sign_in: verified"))
    her.post(place(draft, "version/"))
    check = place(draft, "check/")
    to_prove = her.post(check)["Location"]
    assert prove(her, to_prove) == check
    assert her.post(check).status_code == 302
    assert again(draft).state == "sent"


@pytest.mark.usefixtures("verified")
def test_a_town_without_identities_says_where_to_go(her: Client, settings: Any, tmp_path: Path) -> None:
    (tmp_path / "identities.yaml").write_text("identities: []")
    settings.CIVIUM_IDENTITIES = str(tmp_path / "identities.yaml")
    to_prove = her.post("/en/apply/dog-licence/")["Location"]
    assert "Come to the counter" in words_of(her.get(to_prove))


def test_a_service_may_ask_for_more_than_that(her: Client, amina: Person, tmp_path: Path) -> None:
    publish_changed("dog-licence", tmp_path, ("service.yaml", "sign_in: account", "sign_in: high"))
    start = "/en/apply/dog-licence/"
    to_prove = her.post(start)["Location"]
    assert to_prove.endswith("level=high")
    verify_person(amina, name="Amina", how="a test", by=amina, at=NOW)
    assert her.post(start)["Location"] == to_prove
    assert prove(her, to_prove) == start
    assert Person.objects.get(pk=amina.pk).assurance == "high"
    assert her.post(start)["Location"].endswith("/pages/owner/")
