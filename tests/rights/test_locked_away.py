"""A single case that its owner wants erased and the law keeps: who still sees what, what a second request does, and what an older database makes of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from civium.engines.cases.models import Case
from civium.engines.notices.models import Notice
from civium.engines.registries.models import DemoMessage
from civium.foundation.design.showing import day
from civium.foundation.identity.actions.answer_invitation import accept_mandate
from civium.foundation.identity.actions.invite_to_act import invite_to_act
from civium.foundation.identity.models import Person
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.journal.queries import find_entries
from civium.foundation.privacy.actions.replay_erasures import replay_erasures
from civium.foundation.privacy.actions.restrict_use import restrict_use
from civium.foundation.privacy.events import DataLockedAway, RestrictionEnded
from civium.foundation.privacy.ledger import add_line, read_lines
from civium.foundation.privacy.models import Restriction, Why
from civium.foundation.vault.models import Key
from civium.journeys.applications.actions.reopen_the_case import reopen_the_case
from civium.journeys.applications.models import Application, Certificate
from civium.journeys.catalogue.queries import get_offer_version
from civium.journeys.rights.actions.carry_out import carry_out_case
from civium.journeys.rights.actions.carry_out_retention import carry_out_retention
from civium.journeys.rights.models import CarriedOut
from civium.journeys.rights.queries import find_effect
from tests.applying import apply_for, move
from tests.cast import NOW
from tests.offer import publish_ours

LATER = NOW + dt.timedelta(days=40)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seal", "town")]


@pytest.fixture
def town(demo_services: dict[str, int], settings: LazySettings, tmp_path: Path) -> None:
    settings.CIVIUM_ERASURES = tmp_path / "erasures"
    publish_ours("data-request", "change-of-address")


@pytest.fixture
def petra(make_person: Callable[..., Person]) -> Person:
    return make_person("Petra", role="officer", agency="data-protection")


@pytest.fixture
def granted(amina: Person, boris: Person, omar: Person) -> Case:
    return move(move(apply_for(amina, example=2, dog_name="Luna"), "accept", by=boris), "grant", by=omar)


def erase(case: Case, petra: Person) -> CarriedOut:
    """Its owner asks to have it erased, and the data-protection officer agrees."""
    asked = apply_for(
        case.applicant, "data-request", 0, at=LATER, erase_what="one-case", erase_case=case.reference
    )
    return agree(asked, petra)


def agree(asked: Case, petra: Person) -> CarriedOut:
    carry_out_case(move(asked, "carry-out", by=petra, at=LATER), at=LATER)
    run_waiting_jobs()
    return CarriedOut.objects.get(case=asked)


def standing(case: Case) -> Restriction:
    return Restriction.objects.get(owner=case.subject, ended_at=None)


def state_of(case: Case) -> str:
    return Application.objects.get(pk=case.subject.partition(":")[2]).state


def longest(case: Case, on: dt.datetime) -> dt.date:
    """The last day of the longest time that the service names."""
    keep = get_offer_version(case.service, case.version).document.keep
    years = max(period.amount for period in keep.values())
    return on.date().replace(year=on.year + years) - dt.timedelta(days=1)


def test_its_owner_is_told_why_until_when_and_whom_to_ask(
    granted: Case, petra: Person, amina: Person
) -> None:
    erase(granted, petra)
    letter = Notice.objects.get(to=amina, kind="data-kept")
    assert granted.shown_reference in letter.subject
    assert day(standing(granted).until) in letter.text
    assert "authority" in letter.text


def test_it_stands_in_no_list_of_those_who_worked_on_it(
    granted: Case, petra: Person, amina: Person, boris: Person, client: Client
) -> None:
    other = apply_for(amina, dog_name="Rex")
    client.force_login(boris)
    pages = [f"/en/desk/cases/{other.reference}/", "/en/desk/?which=closed"]
    assert all(granted.reference in client.get(page).content.decode() for page in pages)
    erase(granted, petra)
    for page in pages:
        assert granted.reference not in client.get(page).content.decode(), page


def test_staff_are_told_that_only_the_law_keeps_it(
    granted: Case, petra: Person, omar: Person, client: Client
) -> None:
    erase(granted, petra)
    client.force_login(omar)
    answer = client.get(f"/en/desk/cases/{granted.reference}/")
    assert answer.status_code == 403
    assert "Only the law keeps this data" in answer.content.decode()


def test_nobody_takes_its_document_back(granted: Case, petra: Person, omar: Person, client: Client) -> None:
    erase(granted, petra)
    document = Certificate.objects.get(application=granted.subject.partition(":")[2])
    place = f"/en/desk/cases/{granted.reference}/certificates/{document.code}/withdrawal/"
    client.force_login(omar)
    assert client.post(place, {"reason": "No dog."}).status_code == 403
    document.refresh_from_db()
    assert document.withdrawn_at is None


def test_whoever_received_letters_for_its_owner_reads_them_no_more(
    amina: Person, ben: Person, boris: Person, omar: Person, petra: Person
) -> None:
    until = LATER.date() + dt.timedelta(days=30)
    powers = ("view", "receive")
    invited = invite_to_act(amina, email=ben.email, powers=powers, service="", until=until, by=amina, at=NOW)
    accept_mandate(invited.code, by=ben, at=NOW)
    case = move(move(apply_for(amina, example=2, dog_name="Luna"), "accept", by=boris), "grant", by=omar)
    copies = Notice.objects.filter(to=ben, about=case.subject)
    assert copies.exists()
    erase(case, petra)
    assert not copies.exists()
    assert Notice.objects.filter(to=amina, about=case.subject).exists()


def test_it_is_not_there_for_whoever_acts_for_its_owner(
    amina: Person,
    ben: Person,
    boris: Person,
    omar: Person,
    petra: Person,
    client: Client,
    time_machine: Any,
) -> None:
    until = LATER.date() + dt.timedelta(days=30)
    powers = ("view", "receive")
    invited = invite_to_act(amina, email=ben.email, powers=powers, service="", until=until, by=amina, at=NOW)
    mandate = accept_mandate(invited.code, by=ben, at=NOW)
    case = move(move(apply_for(amina, example=2, dog_name="Luna"), "accept", by=boris), "grant", by=omar)
    lying = apply_for(amina, dog_name="Rex")
    restrict_use(lying.subject, because=Why.CLAIM, by=amina, at=NOW)
    erase(case, petra)
    time_machine.move_to(LATER, tick=False)
    client.force_login(ben)
    client.post(reverse("portal:act_for", args=[mandate.pk]))
    page = client.get(reverse("portal:my_page")).content.decode()
    file = Certificate.objects.get(application=case.subject.partition(":")[2]).file_id
    for gone in (case.reference, str(file), "The law makes us keep"):
        assert gone not in page
    assert lying.reference in page
    nowhere = client.get(reverse("portal:case", args=["ZZZZZZZZ"]))
    place = reverse("portal:case", args=[case.reference])
    for address in (place, reverse("portal:document", args=[file])):
        answer = client.get(address)
        assert answer.status_code == nowhere.status_code == 404
        assert "erase" not in answer.content.decode()
    still = client.get(reverse("portal:case", args=[lying.reference])).content.decode()
    assert "It stands still at the moment." in still
    assert "We were asked to stop using it" not in still


def test_a_second_request_changes_nothing(granted: Case, petra: Person) -> None:
    erase(granted, petra)
    lines, before = read_lines(), standing(granted)
    assert erase(granted, petra).result == "kept-by-law"
    assert read_lines() == lines
    assert standing(granted).since == before.since
    assert sum(isinstance(entry.event, DataLockedAway) for entry in find_entries([granted.subject])) == 1


def test_a_case_that_is_gone_is_not_erased_again(amina: Person, petra: Person) -> None:
    case = apply_for(amina, dog_name="Rex")
    assert erase(case, petra).result == "case-erased"
    lines = read_lines()
    assert erase(case, petra).result == "case-erased"
    assert read_lines() == lines


def test_restricting_it_changes_nothing_and_says_so_before(
    granted: Case, petra: Person, amina: Person
) -> None:
    erase(granted, petra)
    asked = apply_for(
        amina, "data-request", 4, at=LATER, restrict_what="one-case", restrict_case=granted.reference
    )
    effect = find_effect(asked, to="done", for_=petra, at=LATER)
    assert effect is not None
    assert "locked away already" in effect.words
    assert agree(asked, petra).result == "kept-by-law"
    assert standing(granted).because == "kept-by-law"


def test_asking_to_erase_what_lay_still_by_their_wish_ends_that_wish_on_the_record(
    granted: Case, petra: Person, amina: Person
) -> None:
    restrict_use(granted.subject, because=Why.CLAIM, by=amina, at=NOW)
    erase(granted, petra)
    assert standing(granted).because == "kept-by-law"
    assert any(isinstance(entry.event, RestrictionEnded) for entry in find_entries([granted.subject]))


def test_my_data_says_when_it_is_gone(granted: Case, petra: Person, amina: Person, client: Client) -> None:
    erase(granted, petra)
    client.force_login(amina)
    assert "The law makes us keep the case" in client.get("/en/my/data/").content.decode()
    until = standing(granted).until
    assert until
    carry_out_retention(at=LATER + (until - LATER.date()) + dt.timedelta(days=1))
    page = client.get("/en/my/data/").content.decode()
    assert "The law makes us keep the case" not in page
    assert "Your case is erased." in page


def test_a_register_that_heard_nothing_of_it_hears_nothing_of_its_erasure(
    amina: Person, petra: Person
) -> None:
    case = apply_for(amina, "change-of-address")
    erase(case, petra)
    run_waiting_jobs()
    assert not DemoMessage.objects.exists()


def test_what_is_looked_at_again_is_locked_away_and_not_erased(
    granted: Case, petra: Person, make_person: Callable[..., Person]
) -> None:
    sofia = make_person("Sofia", role="supervisor")
    reopen_the_case(
        granted, reason="The chip belongs to another dog.", revision=granted.revision, by=sofia, at=LATER
    )
    assert erase(granted, petra).result == "kept-by-law"
    assert Key.objects.get(owner=granted.subject).destroyed_at is None
    assert standing(granted).until == longest(granted, LATER)


def test_a_database_from_before_its_decision_locks_it_and_destroys_nothing(amina: Person) -> None:
    case = apply_for(amina, dog_name="Luna")
    add_line(f"locked:{case.subject}", at=LATER)
    assert replay_erasures(at=LATER) == 1
    assert Key.objects.get(owner=case.subject).destroyed_at is None
    assert standing(case).until == longest(case, LATER)
    assert state_of(case) != "dropped"


def test_a_database_that_follows_the_line_after_its_day_erases_it_the_same_night(granted: Case) -> None:
    add_line(f"locked:{granted.subject}", at=LATER)
    years_later = LATER + dt.timedelta(days=4_000)
    replay_erasures(at=years_later)
    carry_out_retention(at=years_later)
    assert state_of(granted) == "dropped"
