"""A service may be about another country than the town's: its phone numbers and addresses are read so."""

from __future__ import annotations

from pathlib import Path

from civium.journeys.catalogue.actions.check_folder import check_folder
from civium.journeys.catalogue.loading import load_folder
from civium.journeys.catalogue.offers import Offer
from tests.cast import NOW

from .folders import change, copy_of, problems_after

SERVICE = "service.yaml"


def phone_and_country(folder: Path) -> tuple[str, str]:
    loaded = load_folder(folder)
    assert loaded.service is not None
    offer = Offer(folder.name, 1, loaded.service, loaded.texts)
    address = {"line_1": "1 High Street", "town": "Ludlow", "postcode": "SY8 1AA"}
    answers = {"owner_name": "Ann", "owner_address": address, "owner_phone": "020 7946 0123"}
    kept = offer.form.journey(answers, today=NOW.date()).answers
    return kept.get("owner_phone", ""), kept["owner_address"]["country"]


def test_phones_and_addresses_are_of_the_services_country(tmp_path: Path) -> None:
    folder = copy_of("dog-licence", tmp_path)
    assert phone_and_country(folder) == ("", "ES")
    change(folder, SERVICE, "agency: animal-welfare\n", "agency: animal-welfare\ncountry: GB\n")
    assert phone_and_country(folder) == ("+442079460123", "GB")


def test_a_country_that_is_none_is_refused(tmp_path: Path) -> None:
    line, problems = problems_after(
        tmp_path, SERVICE, "agency: animal-welfare\n", "agency: animal-welfare\ncountry: UK\n"
    )
    assert [(problem.line, "'UK' is not a country" in problem.words) for problem in problems] == [
        (line + 1, True)
    ]


def test_a_country_changes_nothing_else(tmp_path: Path) -> None:
    folder = copy_of("dog-licence", tmp_path)
    change(folder, SERVICE, "agency: animal-welfare\n", "agency: animal-welfare\ncountry: ES\n")
    assert check_folder(folder) == []
