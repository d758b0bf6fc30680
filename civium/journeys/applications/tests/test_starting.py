"""Starting to apply."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from civium.engines.forms.queries import open_answers
from civium.foundation.identity.actions.join import join
from civium.foundation.identity.models import Person
from civium.foundation.privacy.actions.watch_readings import readings
from civium.foundation.vault.models import Key
from civium.journeys.applications.actions.start_application import KEPT_FOR, NotOffered, start_application
from civium.journeys.applications.models import Application
from civium.journeys.catalogue.actions.withdraw_service import withdraw_service
from civium.journeys.catalogue.queries import get_offer
from tests.applying import again, begin, kinds_about
from tests.cast import NOW

pytestmark = pytest.mark.django_db


def test_an_application_begins_as_a_draft_on_the_version_that_is_offered(
    demo_services: dict[str, int], amina: Person
) -> None:
    application = begin(amina)
    assert (application.service, application.version) == ("dog-licence", demo_services["dog-licence"])
    assert (application.state, application.applicant, application.started_at) == ("draft", amina, NOW)
    assert application.draft.expires_at == NOW + KEPT_FOR
    assert kinds_about(application.subject)[0] == "ApplicationStarted"


def test_it_has_a_key_of_its_own_under_the_persons_key(demo_services: dict[str, int], amina: Person) -> None:
    application = begin(amina)
    assert Key.objects.get(owner=application.subject).parent == Key.objects.get(owner=amina.vault_key)


def test_what_the_register_knows_need_not_be_typed(demo_services: dict[str, int]) -> None:
    resident = join("amina@port-lumen.example", name="Amina Haddad", password=None, language="en", at=NOW)
    answers = open_answers(begin(resident).draft)
    assert answers["owner_name"] == "Amina Haddad"
    assert answers["owner_address"]["town"] == "Port Lumen"


def test_somebody_the_register_does_not_know_starts_with_the_accounts_name(
    demo_services: dict[str, int], amina: Person
) -> None:
    assert open_answers(begin(amina).draft) == {"owner_name": amina.name}


def test_an_open_application_is_given_back_instead_of_a_second_one(
    demo_services: dict[str, int], amina: Person
) -> None:
    first = begin(amina)
    second = begin(amina, at=NOW + timedelta(days=3))
    assert second == first
    assert second.started_at == NOW
    assert kinds_about(first.subject).count("ApplicationStarted") == 1


def test_another_service_and_another_person_have_applications_of_their_own(
    demo_services: dict[str, int], amina: Person, ben: Person
) -> None:
    applications = {begin(amina).id, begin(amina, "heating-allowance").id, begin(ben).id}
    assert len(applications) == 3


def test_a_withdrawn_service_takes_no_new_applications(demo_services: dict[str, int], amina: Person) -> None:
    withdraw_service("dog-licence", by=None, at=NOW)
    with pytest.raises(NotOffered):
        begin(amina)
    assert not Application.objects.exists()


def test_an_application_begun_before_the_service_was_withdrawn_goes_on(
    demo_services: dict[str, int], amina: Person
) -> None:
    application = begin(amina)
    withdraw_service("dog-licence", by=None, at=NOW)
    assert again(application).state == "draft"


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_start_at_once_get_one_application(
    demo_services: dict[str, int], amina: Person
) -> None:
    offer, gate = get_offer("dog-licence"), threading.Barrier(4)
    found: list[Any] = []

    def start() -> None:
        gate.wait()
        try:
            with readings(lambda: amina.pk, at=NOW):
                found.append(start_application(offer, by=amina, language="en", at=NOW).id)
        except Exception as error:
            found.append(error)
        finally:
            connection.close()

    _in_threads(start, 4)
    assert [found[0]] * 4 == found
    assert Application.objects.count() == 1
    assert kinds_about(f"application:{found[0]}").count("ApplicationStarted") == 1


def _in_threads(work: Callable[[], None], count: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
