"""Who answered "Is this for me?" before applying need not give the same answers again."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.test import Client

from civium.engines.forms.queries import open_answers
from civium.foundation.identity.models import Person
from civium.journeys.applications.models import Application
from civium.journeys.catalogue.actions.publish_service import publish_folder
from civium.journeys.catalogue.carrying import CARRIED_FOR, seal_answers
from civium.journeys.catalogue.tests.test_eligibility import CHECK
from civium.journeys.catalogue.tests.test_stops import SERVICE, with_a_stop

ANSWERS = {"has_chip": True, "chip_number": "941000012345678"}
START = "/en/apply/dog-licence/"


@pytest.fixture
def applicant(tmp_path: Path, client: Client, amina: Person, now: dt.datetime) -> Client:
    """Amina's browser, in a town whose dog licence can be checked beforehand."""
    folder = with_a_stop(tmp_path)
    with (folder / SERVICE).open("a", encoding="utf-8") as file:
        file.write(CHECK)
    publish_folder(folder, by=None, at=now)
    client.force_login(amina)
    return client


def begun_with(applicant: Client, word: str) -> dict[str, object]:
    """What stands in the form of somebody who starts with these sealed answers."""
    assert applicant.get(f"{START}?carry={word}").status_code == 200
    applicant.post(f"{START}?carry={word}")
    answers: dict[str, object] = open_answers(Application.objects.get().draft)
    return answers


def test_answers_stand_in_the_form(applicant: Client) -> None:
    word = seal_answers("dog-licence", ANSWERS, at=dt.datetime.now(dt.UTC))
    assert begun_with(applicant, word).items() >= ANSWERS.items()


def test_answers_that_are_too_old_are_simply_not_there(applicant: Client) -> None:
    word = seal_answers("dog-licence", ANSWERS, at=dt.datetime.now(dt.UTC) - CARRIED_FOR)
    assert "chip_number" not in begun_with(applicant, word)


@pytest.mark.parametrize("word", ["", "x", "%00", "A" * 7000])
def test_made_up_answers_are_not_there_either(applicant: Client, word: str) -> None:
    assert "chip_number" not in begun_with(applicant, word)


def test_answers_to_another_service_are_not_there(applicant: Client) -> None:
    word = seal_answers("heating-allowance", ANSWERS, at=dt.datetime.now(dt.UTC))
    assert "chip_number" not in begun_with(applicant, word)


def test_what_the_form_does_not_ask_or_take_is_left_out(applicant: Client) -> None:
    odd = {"chip_number": ["no", "text"], "surprise": "x", "has_chip": True}
    word = seal_answers("dog-licence", odd, at=dt.datetime.now(dt.UTC))
    kept = begun_with(applicant, word)
    assert kept["has_chip"] is True
    assert not {"surprise", "chip_number"} & set(kept)
