"""Retention: what the service document says is done on its day, not before, and is on the record."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from civium.engines.cases.actions.withdraw_case import withdraw_case
from civium.engines.cases.models import Case
from civium.engines.forms.queries import open_answers
from civium.engines.notices.models import Notice
from civium.foundation.identity.actions import register_mandate as register_mandate_room
from civium.foundation.identity.actions.register_mandate import Party, register_mandate
from civium.foundation.identity.actions.verify_person import verify_person
from civium.foundation.identity.actions.welcome_guest import give_contact
from civium.foundation.identity.models import Basis, Person, RegisteredParty, SignIn
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.privacy.actions.erase_owner import erase_owner
from civium.foundation.privacy.actions.replay_erasures import replay_erasures
from civium.foundation.privacy.actions.restrict_use import end_restriction, restrict_use
from civium.foundation.privacy.ledger import name_of, read_lines
from civium.foundation.privacy.models import Why
from civium.foundation.privacy.queries import find_unreplayed
from civium.foundation.vault.actions.sealing import KeyDestroyed
from civium.foundation.vault.key_ring import forget_keys
from civium.foundation.vault.models import Key
from civium.journeys.applications.actions.claim_application import claim_application
from civium.journeys.applications.actions.drop_application import drop_application
from civium.journeys.applications.actions.reopen_the_case import reopen_the_case
from civium.journeys.applications.actions.start_application import start_as_guest
from civium.journeys.applications.models import Application
from civium.journeys.catalogue.queries import get_offer
from civium.journeys.rights import keeping
from civium.journeys.rights.actions.carry_out_retention import carry_out_retention
from civium.journeys.rights.keeping import find_over
from civium.journeys.rights.queries import find_to_be_done, find_was_done
from tests.applying import again, apply_for, begin, case_of, fill_in, kinds_about, move, send
from tests.cast import NOW
from tests.offer import publish_ours


def test_a_refused_dog_licence_goes_after_a_year_and_not_before(
    demo_services: dict[str, int], amina: Person, boris: Person, omar: Person
) -> None:
    case = apply_for(amina)
    case = move(case, "accept", by=boris)
    case = move(case, "refuse", by=omar, reason="The chip number is another dog's.")
    assert find_over(at=NOW + dt.timedelta(days=364)) == []
    later = NOW + dt.timedelta(days=368)
    (over,) = find_over(at=later)
    assert (over.owner, over.service, over.because) == (case.subject, "dog-licence", "keep")
    assert carry_out_retention(at=later) == {"dog-licence": 1}
    assert Application.objects.get(pk=case.subject.partition(":")[2]).state == "dropped"
    assert "DataErased" in kinds_about(case.subject)
    assert find_over(at=later) == []


def test_an_open_case_is_never_over(demo_services: dict[str, int], amina: Person) -> None:
    apply_for(amina)
    assert find_over(at=NOW + dt.timedelta(days=10_000)) == []


def test_what_was_erased_long_ago_does_not_hide_what_is_over_now(
    demo_services: dict[str, int], amina: Person, boris: Person, omar: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MOST", 1)
    monkeypatch.setattr(keeping, "_CHUNK", 1)
    cases = [move(apply_for(amina), "accept", by=boris) for _ in range(3)]
    for case in cases:
        move(case, "refuse", by=omar, reason="The chip number is another dog's.")
    later = NOW + dt.timedelta(days=368)
    assert carry_out_retention(at=later) == {"dog-licence": 3}
    cases[0].refresh_from_db()
    assert find_over(at=later) == []


def test_what_goes_by_its_age_is_said_before_and_on_the_record_afterwards(
    demo_services: dict[str, int], amina: Person
) -> None:
    SignIn.objects.create(person=amina, at=NOW - dt.timedelta(days=350), how="password")
    SignIn.objects.create(person=amina, at=NOW - dt.timedelta(days=100), how="password")
    begin(amina)
    ahead, is_more = find_to_be_done(language="en", at=NOW)
    assert [(row.on, row.title, row.because, row.how_many) for row in ahead] == [
        (None, "When people signed in", "age", 1)
    ]
    assert not is_more
    assert carry_out_retention(at=NOW) == {}
    assert carry_out_retention(at=NOW + dt.timedelta(days=16)) == {"sign-in-history": 1}
    assert carry_out_retention(at=NOW + dt.timedelta(days=91)) == {"drafts": 1}
    assert [(row.title, row.how_many) for row in find_was_done(language="en")] == [
        ("Applications that nobody sent or paid for in time", 1),
        ("When people signed in", 1),
    ]
    assert SignIn.objects.count() == 1


def bulky_waste_of_a_guest(guest: Application | None = None) -> Application:
    """Sent without an account, with a name and an address, and collected."""
    offer = get_offer("bulky-waste")
    if guest is None:
        application = start_as_guest(offer, language="en", at=NOW)
    else:
        application = begin(guest.applicant, "bulky-waste")
    lin = application.applicant
    give_contact(lin, name="Lin", email="lin@example.org", by=lin, at=NOW)
    send(fill_in(application))
    run_waiting_jobs()
    withdraw_case(case_of(application), by=lin, at=NOW)
    return application


def is_forgotten(guest: Person) -> bool:
    """Whether only the empty place is left, and the ledger knows it."""
    guest = Person.objects.get(pk=guest.pk)
    gone = Key.objects.get(owner=guest.vault_key).destroyed_at is not None
    assert (guest.is_erased, guest.name_sealed is None, guest.contact_sealed is None) == (gone,) * 3
    assert (name_of(guest.vault_key) in {line.about for line in read_lines()}) is gone
    return gone


def test_a_guest_goes_with_the_last_of_their_cases(db: None) -> None:
    publish_ours("bulky-waste")
    first = bulky_waste_of_a_guest()
    second, guest = bulky_waste_of_a_guest(first), first.applicant
    later = NOW + dt.timedelta(days=4_000)
    restrict_use(second.subject, because=Why.CLAIM, by=None, at=NOW)
    assert carry_out_retention(at=later)["bulky-waste"] == 1
    assert not is_forgotten(guest)
    assert Person.objects.get(pk=guest.pk).name == "Lin"
    end_restriction(second.subject, by=None, at=later)
    assert find_over(at=later) != []
    assert carry_out_retention(at=later) == {"bulky-waste": 1}
    assert is_forgotten(guest)
    assert not Notice.objects.filter(to=guest).exists()


def test_guests_whom_earlier_nights_left_behind_are_said_before_and_go(db: None) -> None:
    publish_ours("bulky-waste")
    application = bulky_waste_of_a_guest()
    erase_owner(application.subject, because="keep", by=None, at=NOW)
    assert not is_forgotten(application.applicant)
    ahead, _is_more = find_to_be_done(language="en", at=NOW)
    assert [(row.title, row.how_many) for row in ahead] == [
        ("People without an account of whom nothing else is left", 1)
    ]
    assert carry_out_retention(at=NOW) == {"guests": 1}
    assert is_forgotten(application.applicant)
    assert carry_out_retention(at=NOW) == {}


def test_a_guest_who_has_an_account_now_is_no_line_in_the_ledger(amina: Person) -> None:
    """An older database, where it is still the guest's, must not erase what the account keeps."""
    publish_ours("bulky-waste")
    application = bulky_waste_of_a_guest()
    claim_application(application, guest=application.applicant, by=amina, at=NOW)
    assert carry_out_retention(at=NOW) == {}
    assert carry_out_retention(at=NOW + dt.timedelta(days=4_000)) == {"bulky-waste": 1}
    assert [line.scope for line in read_lines()][-1:] == ["application"]


def test_a_database_from_before_the_account_was_erased_forgets_its_guest(
    settings: Any, tmp_path: Path, amina: Person
) -> None:
    """There it is still the guest's, and knows nothing of the account that kept it."""
    settings.CIVIUM_ERASURES = tmp_path / "erasures"
    publish_ours("bulky-waste")
    application = bulky_waste_of_a_guest()
    guest, before = application.applicant, transaction.savepoint()
    claim_application(application, guest=guest, by=amina, at=NOW)
    line = erase_owner(amina.vault_key, because="asked", by=None, at=NOW)
    assert find_unreplayed() == []
    transaction.savepoint_rollback(before)
    forget_keys()
    first, _second = read_lines()
    assert first == line
    replay_erasures(at=NOW)
    assert is_forgotten(guest)
    with pytest.raises(KeyDestroyed):
        open_answers(again(application).draft)


def child_of(guardian: Person) -> Person:
    """Milo, for whom the birth register lets the guardian act."""
    verify_person(guardian, name=guardian.name, how="test", by=guardian, at=NOW)
    party = Party("birth-register", "Milo", {"name": "Milo", "number": "PL-7", "born_on": "2019-05-04"})
    until = (NOW + dt.timedelta(days=365)).date()
    return register_mandate(
        guardian, basis=Basis.GUARDIAN, party=party, until=until, by=guardian, at=NOW
    ).giver


def test_a_child_goes_when_nobody_acts_for_them_and_nothing_of_theirs_is_left(
    demo_services: dict[str, int], amina: Person
) -> None:
    milo, later = child_of(amina), NOW + dt.timedelta(days=100)
    application = begin(milo)
    assert carry_out_retention(at=NOW) == {}
    erase_owner(amina.vault_key, because="asked", by=None, at=NOW)
    assert carry_out_retention(at=NOW) == {}
    assert again(application).applicant.name == "Milo"
    drop_application(application, by=milo, at=NOW)
    restrict_use(milo.vault_key, because=Why.CLAIM, by=None, at=NOW)
    assert carry_out_retention(at=later) == {}
    end_restriction(milo.vault_key, by=None, at=later)
    assert carry_out_retention(at=later) == {"represented": 1}
    gone = Person.objects.get(pk=milo.pk)
    assert (gone.is_erased, gone.name) == (True, "")
    assert not RegisteredParty.objects.exists()
    assert carry_out_retention(at=later) == {}


def test_whoever_claims_to_act_for_them_while_they_go_acts_for_somebody_new(
    amina: Person, ben: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    milo = child_of(amina)
    found = iter([RegisteredParty.objects.get(person=milo)])
    erase_owner(milo.vault_key, because="nothing-left", by=None, at=NOW)
    known = register_mandate_room._registered
    monkeypatch.setattr(
        register_mandate_room, "_registered", lambda *party, **who: next(found, None) or known(*party, **who)
    )
    again_milo = child_of(ben)
    assert (again_milo.name, again_milo.is_erased, again_milo == milo) == ("Milo", False, False)


def refused(amina: Person, boris: Person, omar: Person) -> Case:
    case = move(apply_for(amina), "accept", by=boris)
    return move(case, "refuse", by=omar, reason="The chip number is another dog's.")


def test_what_its_owner_wants_stored_is_not_erased_when_its_time_is_over(
    demo_services: dict[str, int], amina: Person, boris: Person, omar: Person
) -> None:
    case, later = refused(amina, boris, omar), NOW + dt.timedelta(days=368)
    SignIn.objects.create(person=amina, at=NOW - dt.timedelta(days=350), how="password")
    for owner in (amina.vault_key, case.subject):
        restrict_use(owner, because=Why.CLAIM, by=amina, at=NOW)
    rows, _is_more = find_to_be_done(language="en", at=later)
    assert [(row.on, row.service, row.because, row.how_many) for row in rows] == [
        (None, "dog-licence", "lies-still", 1)
    ]
    assert carry_out_retention(at=later) == {}
    assert SignIn.objects.exists()
    for owner in (amina.vault_key, case.subject):
        end_restriction(owner, by=amina, at=later)
    assert carry_out_retention(at=later) == {"dog-licence": 1, "sign-in-history": 1}


def test_what_was_restricted_while_the_night_was_at_work_stays(
    demo_services: dict[str, int],
    amina: Person,
    boris: Person,
    omar: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case, later = refused(amina, boris, omar), NOW + dt.timedelta(days=368)
    seen = find_over(at=later)
    restrict_use(case.subject, because=Why.NOT_ALLOWED, by=amina, at=later)
    answers = iter([seen, []])
    monkeypatch.setattr(
        "civium.journeys.rights.actions.carry_out_retention.find_over", lambda at: next(answers)
    )
    assert carry_out_retention(at=later) == {}
    assert Application.objects.get(pk=case.subject.partition(":")[2]).state == "sent"


def test_what_was_reopened_while_the_night_was_at_work_stays(
    demo_services: dict[str, int],
    amina: Person,
    boris: Person,
    omar: Person,
    chen: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case, later = refused(amina, boris, omar), NOW + dt.timedelta(days=368)
    seen = find_over(at=later)
    reopen_the_case(case, reason="The chip was read again.", revision=case.revision, by=chen, at=later)
    answers = iter([seen, []])
    monkeypatch.setattr(
        "civium.journeys.rights.actions.carry_out_retention.find_over", lambda at: next(answers)
    )
    assert carry_out_retention(at=later) == {}
    assert Application.objects.get(pk=case.subject.partition(":")[2]).state == "sent"
