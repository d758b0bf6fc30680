"""Saving one page of answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils.datastructures import MultiValueDict

from civium.engines.forms.queries import open_answers
from civium.engines.forms.rules import PageReading, Turn
from civium.foundation.files.actions.open_file import open_file
from civium.foundation.files.queries import find_files_under
from civium.foundation.identity.models import Person
from civium.foundation.kit.refusals import NotFound
from civium.journeys.applications.actions._changing import NotOpenAnyMore
from civium.journeys.applications.actions.save_page import save_page
from civium.journeys.applications.actions.start_application import KEPT_FOR
from civium.journeys.applications.models import Application
from civium.journeys.catalogue.queries import get_offer
from tests.applying import again, begin, fill_in, send, upload
from tests.cast import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services")]
DOG = {
    "dog_name": "Luna",
    "breed": "Mix",
    "dog_born-day": "27",
    "dog_born-month": "3",
    "dog_born-year": "2023",
}


def read(
    application: Application, page: str, posted: dict[str, Any], files: dict[str, Any] | None = None
) -> PageReading:
    form = get_offer(application.service).form
    journey = form.journey(open_answers(application.draft), today=NOW.date())
    uploads = MultiValueDict({name: [file] for name, file in (files or {}).items()})
    return form.read_page(page, journey, posted, uploads, language="en", turn=Turn())


def test_a_page_is_kept_and_the_time_to_finish_begins_anew(amina: Person) -> None:
    application, later = begin(amina), NOW + timedelta(days=10)
    save_page(application, read(application, "dog", DOG), by=amina, at=later)
    kept = again(application)
    assert open_answers(kept.draft)["dog_name"] == "Luna"
    assert kept.draft.expires_at == later + KEPT_FOR


def test_pages_saved_in_two_tabs_both_stay(amina: Person) -> None:
    first_tab, second_tab = begin(amina), begin(amina)
    dog = read(first_tab, "dog", DOG)
    chip = read(second_tab, "chip", {"chip_number": "941000012345678"})
    save_page(first_tab, dog, by=amina, at=NOW)
    save_page(second_tab, chip, by=amina, at=NOW)
    answers = open_answers(again(first_tab).draft)
    assert (answers["dog_name"], answers["chip_number"]) == ("Luna", "941000012345678")


def test_a_file_is_kept_under_the_applications_key(amina: Person) -> None:
    application = fill_in(begin(amina), 2, certificate=None)
    reading = read(application, "proof", {}, {"certificate": upload("school.pdf")})
    stored = save_page(application, reading, by=amina, at=NOW)
    assert stored.is_fine
    names = [file.name for file in find_files_under(application.subject) if file.name == "school.pdf"]
    assert names == ["school.pdf"]
    assert open_answers(again(application).draft)["certificate"][0]["name"] == "school.pdf"


def test_a_file_that_is_replaced_does_not_stay_in_storage(
    amina: Person, ben: Person, django_capture_on_commit_callbacks: Any
) -> None:
    application, neighbours = fill_in(begin(amina), 2, certificate=None), fill_in(begin(ben), 2)
    others = {file.id for file in find_files_under(neighbours.subject)}
    assert others
    for number in range(4):
        reading = read(again(application), "proof", {}, {"certificate": upload(f"school-{number}.pdf")})
        with django_capture_on_commit_callbacks(execute=True):
            save_page(application, reading, by=amina, at=NOW)
    kept = open_answers(again(application).draft)["certificate"]
    stored = [file for file in find_files_under(application.subject) if file.name.startswith("school")]
    assert [file.name for file in stored] == [file["name"] for file in kept] == ["school-3.pdf"]
    assert open_file(stored[0])
    assert {file.id for file in find_files_under(neighbours.subject)} == others


def test_a_file_stays_while_another_page_is_saved(amina: Person) -> None:
    application = fill_in(begin(amina), 2, certificate=None)
    reading = read(application, "proof", {}, {"certificate": upload("school.pdf")})
    save_page(application, reading, by=amina, at=NOW)
    before = len(find_files_under(application.subject))
    save_page(application, read(again(application), "dog", DOG), by=amina, at=NOW)
    assert len(find_files_under(application.subject)) == before


def test_a_file_that_is_refused_is_an_error_of_its_question(amina: Person) -> None:
    application = fill_in(begin(amina), 2, certificate=None)
    reading = read(application, "proof", {}, {"certificate": upload("school.pdf", b"no PDF at all")})
    stored = save_page(application, reading, by=amina, at=NOW)
    [(name, said)] = stored.errors.items()
    assert (name, said.partition(". ")[0]) == (
        "certificate",
        "“school.pdf”: The content of the file does not match its name",
    )


def test_whoever_chose_a_broken_file_reads_which_and_what_to_do(amina: Person) -> None:
    application = fill_in(begin(amina), 2, certificate=None)
    reading = read(application, "proof", {}, {"certificate": upload("school.pdf", b"%PDF-1.7\n%%EOF")})
    said = save_page(application, reading, by=amina, at=NOW).errors["certificate"]
    assert said.startswith("“school.pdf”: The file is damaged and cannot be opened.")
    assert "save it again, or take a new photo" in said


def test_the_neighbour_saves_nothing(amina: Person, ben: Person) -> None:
    application = begin(amina)
    with pytest.raises(NotFound):
        save_page(application, read(application, "dog", DOG), by=ben, at=NOW)
    assert open_answers(again(application).draft) == {"owner_name": "Amina"}


@pytest.mark.parametrize("example", [0, 2], ids=["waits for money", "is sent"])
def test_what_was_sent_is_not_changed_any_more(amina: Person, example: int) -> None:
    application = fill_in(begin(amina), example)
    reading = read(application, "dog", {**DOG, "dog_name": "Rex"})
    send(application)
    with pytest.raises(NotOpenAnyMore):
        save_page(application, reading, by=amina, at=NOW)
    assert open_answers(again(application).draft)["dog_name"] != "Rex"
