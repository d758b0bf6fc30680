"""What lies still is used by nobody: not read, not moved, not written about; and its owner ends that by a button."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from civium.engines.cases.models import Case
from civium.foundation.identity.models import Person
from civium.foundation.privacy.queries import LiesStill
from civium.journeys.applications.actions.move_the_case import move_the_case
from civium.journeys.applications.actions.send_case_message import send_case_message
from civium.journeys.catalogue.actions.publish_service import publish_folder
from civium.journeys.rights.actions.carry_out import carry_out_case
from tests.applying import apply_for, move
from tests.cast import NOW

LATER = NOW + dt.timedelta(days=2)


@pytest.fixture
def still(demo_services: dict[str, int], amina: Person, make_person: object) -> Case:
    """Amina's case, after the data-protection officer agreed that everything lies still."""
    publish_folder(Path(settings.CIVIUM_SERVICES) / "data-request", by=None, at=NOW)
    petra = make_person("Petra", role="officer", agency="data-protection")  # type: ignore[operator]
    case = apply_for(amina)
    asked = apply_for(amina, "data-request", 4)
    carried = move(asked, "carry-out", by=petra, at=LATER)
    carry_out_case(carried, at=LATER)
    return Case.objects.get(pk=case.pk)


def test_staff_can_neither_read_it_nor_work_on_it(still: Case, boris: Person, client: Client) -> None:
    client.force_login(boris)
    answer = client.get(f"/en/desk/cases/{still.reference}/")
    assert answer.status_code == 403
    assert "Luna" not in answer.content.decode()
    with pytest.raises(LiesStill):
        move_the_case(still, move="accept", revision=still.revision, by=boris, at=LATER)
    with pytest.raises(LiesStill):
        send_case_message(still, words="Good day.", by=boris, at=LATER)


def test_its_owner_reads_it_and_ends_it(still: Case, amina: Person, boris: Person, client: Client) -> None:
    client.force_login(amina)
    assert "Luna" in client.get(f"/en/my/cases/{still.reference}/").content.decode()
    assert "You may use it again" in client.get("/en/my/data/").content.decode()
    client.post("/en/my/data/", {"owner": amina.vault_key})
    move_the_case(still, move="accept", revision=still.revision, by=boris, at=LATER)


def test_nobody_else_can_end_it(still: Case, amina: Person, ben: Person, client: Client) -> None:
    client.force_login(ben)
    assert client.post("/en/my/data/", {"owner": amina.vault_key}).status_code == 404
