"""Deleting what was never sent, by hand or because its time is over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from civium.engines.forms.queries import open_answers
from civium.engines.payments.queries import find_payments_needing_attention
from civium.foundation.files.models import StoredFile
from civium.foundation.identity.models import Person
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.kit.refusals import NotFound
from civium.foundation.vault.actions.keys import KeyDestroyed
from civium.foundation.vault.models import Key
from civium.journeys.applications.actions._changing import MoneyOnItsWay, NotOpenAnyMore
from civium.journeys.applications.actions.drop_application import drop_application
from civium.journeys.applications.actions.reopen_answers import reopen_answers
from civium.journeys.applications.actions.start_application import KEPT_FOR
from civium.journeys.applications.models import Application
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
    waits_for_money = send(fill_in(begin(make_person("Lin"))))
    sent = send(fill_in(begin(make_person("Kim")), 2))
    time_machine.move_to(NOW + KEPT_FOR + timedelta(minutes=1))
    forget_what_is_old()
    states = {application.id: again(application).state for application in (old, fresh, waits_for_money, sent)}
    assert list(states.values()) == ["dropped", "draft", "to-pay", "sent"]
    assert kinds_about(old.subject)[-1] == "ApplicationDropped"


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
