"""Who people are, and what the record and the database know of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client

from civium.foundation.identity.actions.grant_role import end_role, grant_role
from civium.foundation.identity.actions.join import AddressTaken, join
from civium.foundation.identity.actions.rename_person import NameUnusable, clean_name, rename_person
from civium.foundation.identity.models import Membership, Person
from civium.foundation.identity.queries import get_agency
from civium.foundation.identity.rules import works_for
from civium.foundation.journal.queries import find_entries


def test_after_signing_up_one_goes_on_in_the_language_that_one_reads(client: Client, amina: Person) -> None:
    client.force_login(amina)
    page = client.get("/ar/account/passkey/?next=/en/my/data/").content.decode()
    assert 'href="/ar/my/data/"' in page


def test_a_name_is_never_in_clear_in_the_database(amina: Person, now: dt.datetime) -> None:
    rename_person(amina, name="Amina Canary-Haddad", by=amina, at=now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM identity_person")
        rows = cursor.fetchall()
    assert "Canary" not in repr([bytes(v) if isinstance(v, memoryview) else v for row in rows for v in row])
    assert Person.objects.get(pk=amina.pk).name == "Amina Canary-Haddad"


def test_an_address_has_one_account(amina: Person, now: dt.datetime) -> None:
    with pytest.raises(AddressTaken):
        join(amina.email.upper(), name="Impostor", password="x", language="en", at=now)


def test_joining_is_on_the_record(amina: Person) -> None:
    assert [entry.kind for entry in find_entries([f"person:{amina.id}"])][:2] == [
        "identity.PersonJoined",
        "identity.PersonNamed",
    ]


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "\u202e\u0000", "x" * 201, "\u0301" * 9, "A" + "\u0301" * 8, "\u2800", "\u3164 \u115f", "-"],
)
def test_an_unusable_name_is_refused(typed: str) -> None:
    with pytest.raises(NameUnusable):
        clean_name(typed)


@pytest.mark.parametrize(
    "name", ["X", "李", "عبد الله بن عمر", "שָׁ֑לוֹם", "བསྒྲུབས་", "4711", "O’Neil-Łukasz", "ก" * 200]
)
def test_a_name_may_be_of_any_culture(name: str) -> None:
    assert clean_name(f"  {name} ") == name


def test_a_role_holds_in_its_agency_only(boris: Person) -> None:
    assert works_for(boris, "animal-welfare", "clerk")
    assert works_for(boris, "animal-welfare")
    assert not works_for(boris, "animal-welfare", "officer")
    assert not works_for(boris, "planning")


def test_a_role_without_an_agency_holds_in_all(finn: Person) -> None:
    assert works_for(finn, "planning", "finance")


def test_a_citizen_has_no_roles_and_costs_no_query(
    amina: Person, django_assert_num_queries: Callable[[int], object]
) -> None:
    with django_assert_num_queries(0):  # type: ignore[attr-defined]
        assert amina.roles == frozenset()
        assert not works_for(amina, "animal-welfare")


def test_granting_twice_changes_nothing(boris: Person, now: dt.datetime) -> None:
    agency = get_agency("animal-welfare")
    grant_role(boris, role="clerk", agency=agency, shown_as="Boris", by=None, at=now)
    assert Membership.objects.filter(person=boris).count() == 1


def test_an_ended_role_is_gone_at_once(boris: Person, now: dt.datetime) -> None:
    end_role(Membership.objects.get(person=boris), by=None, at=now)
    again = Person.objects.get(pk=boris.pk)
    assert not again.is_staff_member
    assert not works_for(again, "animal-welfare", "clerk")
