"""Deleting what was never sent, by hand or because its time is over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from civium.engines.cases.models import Case
from civium.engines.forms.queries import open_answers
from civium.engines.notices.models import Notice
from civium.engines.payments.queries import find_payments_needing_attention
from civium.foundation.files.models import StoredFile
from civium.foundation.identity.actions.welcome_guest import give_contact
from civium.foundation.identity.models import Person
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.journal.models import ReactionRun
from civium.foundation.kit.refusals import NotFound
from civium.foundation.privacy.actions.replay_erasures import replay_erasures
from civium.foundation.privacy.ledger import read_lines
from civium.foundation.privacy.queries import find_ageing
from civium.foundation.vault.actions.keys import KeyDestroyed
from civium.foundation.vault.key_ring import forget_keys
from civium.foundation.vault.models import Key
from civium.journeys.applications.actions._changing import MoneyOnItsWay, NotOpenAnyMore
from civium.journeys.applications.actions.drop_application import delete_for_good, drop_application
from civium.journeys.applications.actions.reopen_answers import reopen_answers
from civium.journeys.applications.actions.start_application import KEPT_FOR, start_as_guest
from civium.journeys.applications.models import Application
from civium.journeys.catalogue.queries import get_offer
from tests.applying import (
    again,
    begin,
    case_of,
    checkout,
    fill_in,
    forget_what_is_old,
    kinds_about,
    pay,
    payment_of,
    provider_says,
    send,
)
from tests.cast import NOW
from tests.offer import publish_ours

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services")]


def test_answers_files_and_key_are_gone(amina: Person) -> None:
    application = fill_in(begin(amina), 2)
    assert StoredFile.objects.filter(under=application.subject).exists()
    drop_application(application, by=amina, at=NOW)
    dropped = again(application)
    assert dropped.state == "dropped"
    assert Key.objects.get(owner=application.subject).wrapped is None
    assert not StoredFile.objects.filter(under=application.subject).exists()
    with pytest.raises(KeyDestroyed):
        open_answers(dropped.draft)


def test_deleting_makes_room_for_a_new_beginning(amina: Person) -> None:
    first = begin(amina)
    drop_application(first, by=amina, at=NOW)
    drop_application(first, by=amina, at=NOW)
    assert begin(amina) != first
    assert kinds_about(first.subject).count("ApplicationDropped") == 1


def test_the_key_of_the_person_and_of_their_other_applications_stays(amina: Person) -> None:
    gone, stays = fill_in(begin(amina)), fill_in(begin(amina, "heating-allowance"))
    drop_application(gone, by=amina, at=NOW)
    assert amina.name == "Amina"
    assert open_answers(again(stays).draft)["own_income"] is not None


def test_what_its_owner_deletes_comes_back_with_no_restore(amina: Person) -> None:
    application, other = fill_in(begin(amina), 2), fill_in(begin(amina, "heating-allowance"))
    before, lines = transaction.savepoint(), len(read_lines())
    for _twice in range(2):
        delete_for_good(application, by=amina, at=NOW)
    assert len(read_lines()) == lines + 1
    transaction.savepoint_rollback(before)
    forget_keys()
    assert open_answers(again(application).draft)
    replay_erasures(at=NOW)
    assert again(application).state == "dropped"
    with pytest.raises(KeyDestroyed):
        open_answers(again(application).draft)
    assert again(other).state == "draft"
    assert open_answers(again(other).draft)


def test_what_a_guest_deletes_comes_back_with_no_restore_nor_does_the_guest(demo_services: None) -> None:
    publish_ours("bulky-waste")
    application = start_as_guest(get_offer("bulky-waste"), language="en", at=NOW)
    guest = application.applicant
    give_contact(guest, name="Lin", email="lin@example.org", by=guest, at=NOW)
    before = transaction.savepoint()
    delete_for_good(application, by=guest, at=NOW)
    transaction.savepoint_rollback(before)
    forget_keys()
    replay_erasures(at=NOW)
    assert again(application).state == "dropped"
    assert Person.objects.get(pk=guest.pk).is_erased


def test_what_is_dropped_by_its_age_is_no_line_in_the_ledger(amina: Person) -> None:
    application, lines = begin(amina), len(read_lines())
    drop_application(application, by=None, at=NOW, expired=True)
    assert len(read_lines()) == lines


def test_a_payment_is_asked_for_no_longer(amina: Person) -> None:
    application = send(fill_in(begin(amina)))
    checkout(application)
    drop_application(application, by=amina, at=NOW)
    assert payment_of(application).state == "cancelled"


def test_what_was_sent_is_not_deleted(amina: Person) -> None:
    application = send(fill_in(begin(amina), 2))
    with pytest.raises(NotOpenAnyMore):
        drop_application(application, by=amina, at=NOW)
    assert open_answers(again(application).draft)["dog_name"] == "Faro"


def test_what_was_paid_for_is_not_deleted(amina: Person) -> None:
    """Between the provider's call and our reaction to it: the money must not be lost to a key that is gone."""
    application = send(fill_in(begin(amina)))
    pay(application)
    with pytest.raises(MoneyOnItsWay):
        drop_application(application, by=amina, at=NOW)
    run_waiting_jobs()
    assert case_of(application).about == "Luna"


def test_what_is_just_being_paid_for_is_not_deleted(amina: Person) -> None:
    application = send(fill_in(begin(amina)))
    provider_says(checkout(application), "pending")
    with pytest.raises(MoneyOnItsWay):
        drop_application(application, by=amina, at=NOW)
    assert again(application).state == "to-pay"


def test_what_was_paid_while_its_answers_were_open_can_be_deleted_and_finance_pays_back(
    amina: Person, finn: Person
) -> None:
    application = send(fill_in(begin(amina)))
    payment = checkout(application)
    reopen_answers(application, by=amina, at=NOW)
    provider_says(payment)
    drop_application(application, by=amina, at=NOW)
    assert again(application).state == "dropped"
    assert [each.pk for each in find_payments_needing_attention(for_=finn)] == [payment.pk]


def test_the_neighbour_deletes_nothing(amina: Person, ben: Person) -> None:
    application = begin(amina)
    with pytest.raises(NotFound):
        drop_application(application, by=ben, at=NOW)
    assert again(application).state == "draft"


def test_what_nobody_finished_in_time_is_deleted_and_nothing_else(
    amina: Person, ben: Person, make_person: Any, time_machine: Any
) -> None:
    old, fresh = begin(amina), begin(ben, at=NOW + timedelta(days=30))
    not_paid, sent = send(fill_in(begin(make_person("Lin")))), send(fill_in(begin(make_person("Kim")), 2))
    time_machine.move_to(NOW + KEPT_FOR + timedelta(minutes=1))
    forget_what_is_old()
    states = {application.id: again(application).state for application in (old, fresh, not_paid, sent)}
    assert list(states.values()) == ["dropped", "draft", "dropped", "sent"]
    for dropped in (old, not_paid):
        assert kinds_about(dropped.subject)[-1] == "ApplicationDropped"
        assert Key.objects.get(owner=dropped.subject).wrapped is None


def test_sending_begins_the_time_to_pay_anew(amina: Person, time_machine: Any) -> None:
    on_the_last_day = NOW + KEPT_FOR - timedelta(hours=1)
    application = send(fill_in(begin(amina)), at=on_the_last_day)
    time_machine.move_to(NOW + KEPT_FOR + timedelta(minutes=1))
    forget_what_is_old()
    assert again(application).state == "to-pay"
    assert again(application).draft.expires_at == on_the_last_day + KEPT_FOR


def test_what_money_is_on_its_way_for_is_kept_until_the_bank_has_answered(
    amina: Person, time_machine: Any
) -> None:
    application = send(fill_in(begin(amina)))
    payment = checkout(application)
    provider_says(payment, "pending")
    later = NOW + KEPT_FOR + timedelta(minutes=1)
    time_machine.move_to(later)
    assert [each.over(later).count() for each in find_ageing() if each.name == "drafts"] == [0]
    forget_what_is_old()
    assert again(application).state == "to-pay"
    provider_says(payment, "declined", at=later)
    forget_what_is_old()
    assert again(application).state == "dropped"


def test_what_was_paid_for_in_the_last_moment_is_kept(amina: Person, time_machine: Any) -> None:
    time_machine.move_to(NOW)
    application = send(fill_in(begin(amina)))
    pay(application)
    time_machine.move_to(NOW + KEPT_FOR + timedelta(minutes=1))
    forget_what_is_old()
    run_waiting_jobs()
    assert case_of(application).about == "Luna"


@pytest.mark.parametrize("is_guest", [False, True])
def test_money_for_what_nobody_paid_in_time_is_for_finance(
    amina: Person, finn: Person, time_machine: Any, is_guest: bool
) -> None:
    time_machine.move_to(NOW)
    publish_ours("bulky-waste")
    offer = get_offer("bulky-waste")
    begun = start_as_guest(offer, language="en", at=NOW) if is_guest else begin(amina, "bulky-waste")
    application = send(fill_in(begun, 1))
    payment = checkout(application)
    later = NOW + KEPT_FOR + timedelta(minutes=1)
    time_machine.move_to(later)
    forget_what_is_old()
    assert again(application).state == "dropped"
    provider_says(payment, at=later)
    run_waiting_jobs()
    assert not Case.objects.exists()
    assert [each.pk for each in find_payments_needing_attention(for_=finn)] == [payment.pk]
    assert not ReactionRun.objects.exclude(state="done").exists()
    told = Notice.objects.filter(kind="unexpected-money")
    assert [each.to for each in told] == ([] if is_guest else [amina])
    assert Person.objects.get(pk=application.applicant_id).is_erased == is_guest


def test_one_that_cannot_be_deleted_does_not_keep_the_others(
    amina: Person, ben: Person, time_machine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody sends theirs in the very moment in which the job comes to it."""
    begin(amina), begin(ben, at=NOW + timedelta(seconds=1))
    time_machine.move_to(NOW + KEPT_FOR + timedelta(minutes=1))
    first = Application.objects.order_by("started_at")[0]
    seen = drop_application

    def sent_meanwhile(application: Application, **more: Any) -> None:
        Application.objects.filter(pk=first.pk).update(state="sent")
        seen(application, **more)

    monkeypatch.setattr("civium.journeys.applications.personal_data.drop_application", sent_meanwhile)
    forget_what_is_old()
    assert sorted(Application.objects.values_list("state", flat=True)) == ["dropped", "sent"]
