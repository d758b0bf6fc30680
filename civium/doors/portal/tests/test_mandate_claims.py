"""Parents and officers: what a register says lets them act, and no longer than it says so."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from civium.engines.cases.models import Case
from civium.engines.notices.models import Notice
from civium.engines.registries.adapters import NoAnswer
from civium.engines.registries.adapters.demo import RESIDENTS, Resident
from civium.engines.registries.adapters.demo_births import BIRTHS
from civium.engines.registries.adapters.demo_companies import COMPANIES, Company
from civium.engines.registries.events import RegisterAsked
from civium.foundation.identity.actions.end_mandate import end_mandate
from civium.foundation.identity.actions.verify_person import verify_person
from civium.foundation.identity.models import Mandate, MandateState, Organisation, Person, RegisteredParty
from civium.foundation.identity.queries import find_organisations_of, find_standing_mandates
from civium.foundation.identity.rules import powers_in
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.journal.models import Entry
from civium.foundation.journal.queries import find_entries
from civium.foundation.privacy.actions.watch_readings import automatic_readings
from civium.journeys.applications.actions.claim_power import MOST_A_DAY, check_claims
from tests.applying import begin, fill_in, kinds_about, send
from tests.cast import NOW

pytestmark = pytest.mark.usefixtures("demo_services", "at_nine", "in_the_registers")

CHILD = {
    "name": "Ada Okafor",
    "number": "B210105",
    "born_on-day": "30",
    "born_on-month": "1",
    "born_on-year": "2021",
}
COMPANY = {"name": "Lantern Street Bakery", "number": "PLC-20417"}


@pytest.fixture
def in_the_registers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The registers know the cast by their addresses: Ben is Ada's father and bakes, Amina is her other parent for once."""
    for first, name in (("ben", "Ben Okafor"), ("amina", "Rosa Vidal"), ("chen", "Chen")):
        known = Resident(name, dt.date(1979, 11, 3), {}, "")
        monkeypatch.setitem(RESIDENTS, f"{first}@cast.example", known)
    monkeypatch.setitem(
        COMPANIES, "PLC-20417", Company("Lantern Street Bakery", frozenset({"ben@cast.example"}))
    )


@pytest.fixture
def proved(ben: Person) -> Person:
    """Ben, who proved who he is."""
    return prove(ben)


def prove(person: Person) -> Person:
    verify_person(person, name=person.name, how="test", by=person, at=NOW)
    return person


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def claim(person: Person, typed: dict[str, str], what: str = "claim_child") -> Any:
    return signed_in(person).post(reverse(f"portal:{what}"), typed)


def claimed(person: Person, typed: dict[str, str], what: str = "claim_child") -> Mandate:
    assert claim(person, typed, what).status_code == 302
    return Mandate.objects.select_related("giver").get(to_person=person, state=MandateState.ACTIVE)


def test_a_parent_acts_for_the_child_that_the_register_names(proved: Person) -> None:
    mandate = claimed(proved, CHILD)
    assert mandate.giver.name == "Ada Okafor"
    assert mandate.until == NOW.date() + dt.timedelta(days=365)
    powers = powers_in("library-card", find_standing_mandates(proved, at=NOW, giver=mandate.giver_id))
    assert powers == {"view", "fill", "sign", "pay", "receive"}
    page = signed_in(proved).get(reverse("portal:mandate", args=[mandate.pk])).content.decode()
    assert "Ada Okafor" in page
    assert "The register says so" in page
    assert kinds_about(f"mandate:{mandate.pk}") == ["MandateRegistered"]
    run_waiting_jobs()
    assert "Ada Okafor" in Notice.objects.get(to=proved, kind="mandate-registered").text


def test_nobody_signs_in_as_the_child(proved: Person) -> None:
    child = claimed(proved, CHILD).giver
    assert (child.is_active, child.has_usable_password(), child.mail_address) == (False, False, "")


def test_what_is_sent_for_a_child_is_the_childs_and_says_who_did_it(proved: Person) -> None:
    mandate = claimed(proved, CHILD)
    client = signed_in(proved)
    client.post(reverse("portal:act_for", args=[mandate.pk]))
    assert client.post("/en/apply/dog-licence/").status_code == 302
    giver = mandate.giver
    giver.hands = proved
    application = send(fill_in(begin(giver), 2))
    run_waiting_jobs()
    assert Case.objects.get(subject=application.subject).applicant_id == giver.pk
    assert {"ben"} == {
        "ben" if entry.by_id == proved.pk else "somebody else"
        for entry in find_entries([application.subject])
        if entry.on_behalf_of_id == giver.pk
    }
    assert Notice.objects.filter(to=proved, kind="copy").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "Ada Okafo"},
        {"number": "B999999"},
        {"born_on-day": "29"},
        {
            "name": "Nour Haddad",
            "number": "B190633",
            "born_on-day": "14",
            "born_on-month": "5",
            "born_on-year": "2019",
        },
        {
            "name": "Leo Vidal",
            "number": "B150722",
            "born_on-day": "9",
            "born_on-month": "7",
            "born_on-year": "2015",
        },
    ],
    ids=["name", "number", "birthday", "of others", "barred"],
)
def test_every_no_is_the_same_no(proved: Person, wrong: dict[str, str]) -> None:
    """Who is in the register, and whose child it is, nobody learns by asking."""
    answer = claim(proved, CHILD | wrong)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "The register does not say that you may act for them." in page
    assert (CHILD | wrong)["number"] in page, "what was typed is still there"
    assert not Mandate.objects.exists()
    assert not RegisteredParty.objects.exists()


@pytest.mark.parametrize(
    ("missing", "field"),
    [
        ({"name": " "}, "name"),
        ({"number": ""}, "number"),
        ({"born_on-year": "20x1"}, "born_on"),
        ({"born_on-year": "2091"}, "born_on"),
    ],
)
def test_what_is_missing_is_said_beside_its_field_and_no_register_asked(
    proved: Person, missing: dict[str, str], field: str
) -> None:
    answer = claim(proved, CHILD | missing)
    assert answer.status_code == 422
    assert f'href="#{field}' in answer.content.decode()
    assert not Entry.objects.filter(kind=RegisterAsked.kind).exists()


def test_everything_that_is_missing_is_said_at_once(proved: Person) -> None:
    page = claim(proved, {"name": "", "number": "", "born_on": ""}).content.decode()
    assert all(f'href="#{field}' in page for field in ("name", "number", "born_on"))


def test_whoever_has_not_proved_who_they_are_does_that_first(ben: Person) -> None:
    page = signed_in(ben).get(reverse("portal:claim_child")).content.decode()
    assert "Confirm who you are" in page
    answer = claim(ben, CHILD)
    assert answer["Location"].startswith(reverse("federation:choose"))
    assert not Entry.objects.filter(kind=RegisterAsked.kind).exists()


def test_a_silent_register_loses_nothing(proved: Person, settings: Any) -> None:
    settings.CIVIUM_DEMO = False  # connected to no register
    answer = claim(proved, CHILD)
    assert answer.status_code == 503
    page = answer.content.decode()
    assert "does not answer just now" in page
    assert 'value="Ada Okafor"' in page
    assert 'value="B210105"' in page


def test_guessing_ends(proved: Person) -> None:
    for attempt in range(MOST_A_DAY):
        assert claim(proved, CHILD | {"number": f"B21010{attempt + 6}"}).status_code == 422
    assert claim(proved, CHILD).status_code == 429
    assert not Mandate.objects.exists()


def test_asking_is_on_the_record_and_says_nothing_of_the_child(proved: Person) -> None:
    claim(proved, CHILD)
    entry = Entry.objects.get(kind=RegisterAsked.kind)
    assert entry.event == RegisterAsked(
        proved.pk, "birth-register", "born_on+name+number", "mandate:guardian", "public-task", "answered"
    )
    assert not Entry.objects.filter(data__contains="B210105").exists()
    assert not Entry.objects.filter(data__contains="Ada").exists()


def test_two_parents_act_for_one_child_and_each_hears_of_the_other(
    proved: Person, amina: Person, time_machine: Any
) -> None:
    his = claimed(proved, CHILD)
    time_machine.move_to(NOW + dt.timedelta(minutes=1), tick=False)
    hers = claimed(prove(amina), CHILD)
    assert his.giver_id == hers.giver_id
    run_waiting_jobs()
    told = Notice.objects.get(kind="mandate-registered-too")
    assert told.to == proved
    assert "Amina" in told.text


def test_claiming_again_renews_and_makes_no_second_mandate(proved: Person, time_machine: Any) -> None:
    first = claimed(proved, CHILD)
    time_machine.move_to(NOW + dt.timedelta(days=100), tick=False)
    again = claimed(proved, CHILD)
    assert again.pk == first.pk
    assert again.until == first.until + dt.timedelta(days=100)
    assert kinds_about(f"mandate:{first.pk}") == ["MandateRegistered", "MandateConfirmed"]


def test_it_ends_the_night_the_register_no_longer_says_so(
    proved: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    mandate = claimed(proved, CHILD)
    night = NOW + dt.timedelta(hours=21)
    with automatic_readings("ask_registers_again", night):
        check_claims(at=night)
    mandate.refresh_from_db()
    assert (mandate.state, mandate.checked_at) == (MandateState.ACTIVE, night)
    monkeypatch.setitem(BIRTHS, "B210105", BIRTHS["B210105"]._replace(parents="Rosa Vidal"))
    check_claims(at=night + dt.timedelta(days=1))
    mandate.refresh_from_db()
    assert mandate.state == MandateState.ENDED
    assert not find_standing_mandates(proved, at=NOW, giver=mandate.giver_id)
    run_waiting_jobs()
    told = Notice.objects.get(to=proved, kind="mandate-over-for-holder")
    assert "no longer says so" in told.text
    page = signed_in(proved).get(reverse("portal:mandate", args=[mandate.pk])).content.decode()
    assert "the register no longer says so" in page


def test_a_register_that_is_silent_at_night_ends_nothing(proved: Person, settings: Any) -> None:
    mandate = claimed(proved, CHILD)
    settings.CIVIUM_DEMO = False
    check_claims(at=NOW + dt.timedelta(days=1))
    mandate.refresh_from_db()
    assert (mandate.state, mandate.checked_at) == (MandateState.ACTIVE, NOW)


def test_a_child_who_will_soon_be_eighteen_is_acted_for_until_the_day_before(
    proved: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(BIRTHS, "B210105", BIRTHS["B210105"]._replace(born_on="2008-04-10"))
    typed = CHILD | {"born_on-day": "10", "born_on-month": "4", "born_on-year": "2008"}
    assert claimed(proved, typed).until == dt.date(2026, 4, 9)


def test_nobody_acts_for_a_child_who_is_grown(proved: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(BIRTHS, "B210105", BIRTHS["B210105"]._replace(born_on="2008-03-02"))
    typed = CHILD | {"born_on-day": "2", "born_on-month": "3", "born_on-year": "2008"}
    assert claim(proved, typed).status_code == 422


def test_an_officer_acts_in_the_companys_name_and_answers_for_it(proved: Person) -> None:
    mandate = claimed(proved, COMPANY, "claim_organisation")
    (organisation,) = find_organisations_of(proved)
    assert organisation.name == mandate.giver.name == "Lantern Street Bakery"
    end_mandate(mandate, by=proved, at=NOW)
    assert find_organisations_of(proved) == []
    claimed(proved, COMPANY, "claim_organisation")
    assert Organisation.objects.count() == 1


@pytest.mark.parametrize(
    ("wanted", "is_ours"),
    [
        ("/en/apply/business-licence/", True),
        ("//evil.example/", False),
        ("https://evil.example/", False),
        ("/\\evil.example", False),
        ("javascript:alert(1)", False),
        ("/" + "x" * 600, False),
        ("", False),
    ],
)
def test_whoever_came_from_a_service_goes_back_to_it(proved: Person, wanted: str, is_ours: bool) -> None:
    place = reverse("portal:claim_organisation")
    page = BeautifulSoup(signed_in(proved).get(place, {"next": wanted}).content, "html.parser")
    kept = page.select_one("main input[name=next]")
    assert (kept is not None and kept["value"] == wanted) is is_ours
    answer = claim(proved, COMPANY | {"next": wanted}, "claim_organisation")
    mandate = Mandate.objects.get(to_person=proved, state=MandateState.ACTIVE)
    assert answer["Location"] == (wanted if is_ours else reverse("portal:mandate", args=[mandate.pk]))


def test_proving_who_one_is_keeps_the_service_one_came_from(ben: Person) -> None:
    answer = claim(ben, COMPANY | {"next": "/en/apply/business-licence/"}, "claim_organisation")
    back = parse_qs(urlsplit(answer["Location"]).query)["next"][0]
    assert back == f"{reverse('portal:claim_organisation')}?next=%2Fen%2Fapply%2Fbusiness-licence%2F"


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "Quay Boat Repairs"},
        {"number": "PLC-21003"},
        {"name": "Saltworks Ferries", "number": "PLC-19880"},
    ],
)
def test_a_company_that_is_not_theirs_is_the_same_no(proved: Person, wrong: dict[str, str]) -> None:
    answer = claim(proved, COMPANY | wrong, "claim_organisation")
    assert (answer.status_code, Organisation.objects.count()) == (422, 0)
    assert "letter of the company" in answer.content.decode(), "a company has no day to compare"


def test_an_invitation_to_an_organisation_leads_to_the_page_where_one_shows_it(
    amina: Person, proved: Person
) -> None:
    typed = {"email": proved.email, "who": "organisation", "powers": ["fill"], "service": "dog-licence"}
    day = {"until-day": "30", "until-month": "6", "until-year": "2026"}
    assert signed_in(amina).post(reverse("portal:invite_to_act"), typed | day).status_code == 302
    place = reverse("portal:mandate_invitation", args=[Mandate.objects.get().code])
    assert reverse("portal:claim_organisation") in signed_in(proved).get(place).content.decode()
    claimed(proved, COMPANY, "claim_organisation")
    page = signed_in(proved).get(place).content.decode()
    assert "Lantern Street Bakery" in page


def test_the_list_leads_to_both_pages(ben: Person) -> None:
    page = signed_in(ben).get(reverse("portal:mandates")).content.decode()
    assert reverse("portal:claim_child") in page
    assert reverse("portal:claim_organisation") in page


def test_no_answer_is_not_a_no(proved: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(*_args: object) -> None:
        raise NoAnswer

    from civium.engines.registries import adapters
    from civium.engines.registries.adapters import demo_births

    monkeypatch.setattr(
        demo_births,
        "BIRTH_REGISTER",
        adapters.Register("birth-register", {}, others=demo_births.BIRTH_REGISTER.others, confirm=silent),  # type: ignore[arg-type]
    )
    assert claim(proved, CHILD).status_code == 503
