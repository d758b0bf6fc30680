"""While nobody signs the record, staff read nothing about people; citizens go on."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from civium.engines.cases.models import Case
from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.sequence_entries import sequence_entries
from civium.foundation.journal.models import Head
from tests.applying import apply_for

pytestmark = pytest.mark.django_db
LIMIT = dt.timedelta(minutes=15)


@pytest.fixture(autouse=True)
def rule(settings, tmp_path):
    settings.CIVIUM_RECORD_SIGNED_WITHIN = LIMIT
    settings.CIVIUM_DATA = tmp_path / "data"


@pytest.fixture
def case(amina: Person, demo_services, at_nine) -> Case:
    return apply_for(amina, example=2)


def browser_of(person: Person) -> Client:
    browser = Client()
    browser.force_login(person)
    return browser


def signed(ago: dt.timedelta) -> None:
    sequence_entries(at=timezone.now() - ago)


def statuses(person: Person, *addresses: str) -> set[int]:
    browser = browser_of(person)
    return {browser.get(address).status_code for address in addresses}


def test_staff_read_while_it_is_signed(case, boris):
    signed(LIMIT)
    assert statuses(boris, "/en/desk/", f"/en/desk/cases/{case.reference}/") == {200}


@pytest.mark.parametrize("ago", [LIMIT + dt.timedelta(seconds=1), -LIMIT - dt.timedelta(seconds=1)])
def test_after_fifteen_minutes_they_are_told_so(case, amina, boris, ago):
    signed(ago)
    page = browser_of(boris).get(f"/en/desk/cases/{case.reference}/")
    assert page.status_code == 503
    assert "not being signed" in page.content.decode()
    assert amina.name not in page.content.decode()


def test_so_they_are_when_it_was_never_signed_or_its_signature_is_not_ours(case, boris):
    assert statuses(boris, "/en/desk/") == {503}
    signed(dt.timedelta())
    note = Head.objects.get().note
    Head.objects.update(note=note.replace(note.splitlines()[3], f"at {timezone.now().isoformat()}1"))
    assert statuses(boris, "/en/desk/") == {503}


def test_signing_anew_opens_the_desk_also_when_nothing_happened(case, boris):
    signed(LIMIT * 2)
    assert statuses(boris, "/en/desk/") == {503}
    signed(dt.timedelta())
    assert statuses(boris, "/en/desk/") == {200}


def test_citizens_and_whoever_mends_it_get_in(case, amina, ada):
    assert statuses(amina, "/en/my/", f"/en/my/cases/{case.reference}/") == {200}
    assert statuses(ada, "/en/desk/stuck/") == {200}
