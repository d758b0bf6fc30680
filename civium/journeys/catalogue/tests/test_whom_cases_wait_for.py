"""Cases that were open before queues knew whom they wait for are told so by their own documents."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps

from civium.engines.cases.models import Case
from civium.foundation.identity.models import Person
from tests.applying import apply_for, move

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services", "seal")]


def test_each_step_waits_for_the_roles_that_can_move_from_it(
    amina: Person, ben: Person, boris: Person, omar: Person
) -> None:
    received, checking = apply_for(amina), move(apply_for(ben), "accept", by=boris)
    right = dict(Case.objects.values_list("pk", "waits_for"))
    assert set(right.values()) == {"clerk", "clerk officer"}
    Case.objects.update(waits_for="")
    fill = import_module("civium.journeys.catalogue.migrations.0004_whom_cases_wait_for")
    fill.say_whom_cases_wait_for(apps, None)
    assert dict(Case.objects.values_list("pk", "waits_for")) == right
    assert {received.pk, checking.pk} == set(right)


def test_cases_of_before_know_since_when_they_are_in_their_step(
    amina: Person, ben: Person, boris: Person
) -> None:
    apply_for(amina)
    move(apply_for(ben), "accept", by=boris)
    since = dict(Case.objects.values_list("pk", "entered_at"))
    Case.objects.update(entered_at="2020-01-01T00:00:00Z")
    fill = import_module("civium.engines.cases.migrations.0004_fill_queues")
    fill.fill_queues(apps, None)
    assert dict(Case.objects.values_list("pk", "entered_at")) == since
