"""Lists that governments really publish, loaded with the mappings of the guide, and found by what people type."""

from __future__ import annotations

import csv
import datetime as dt
import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from civium.journeys.catalogue.list_changes import ListChange
from civium.journeys.catalogue.queries import InformationPage, find_listed, get_listed
from setup import ROOT
from tests.guides.reading import sections

from .pages import load

DATA = ROOT.parent / "shared" / "data" / "catalogue_search"
CANADA = DATA / "canada" / "service_inventory_2020-10.csv"
TENERIFE = DATA / "es_procedimientos" / "catalogo_90_procedimientos.xlsx"
pytestmark = pytest.mark.django_db


def mapping_of(name: str, to: Path) -> Path:
    """A mapping of the guide, as a file."""
    blocks = [
        text
        for section in sections("import-a-list.md").values()
        for kind, text in section.blocks
        if kind == "yaml"
    ]
    path = to / f"{name}.yaml"
    path.write_text(next(text for text in blocks if text.startswith(f"list: {name}\n")), encoding="utf-8")
    return path


def cells_of(path: Path) -> Iterator[list[str]]:
    """The cells of a spreadsheet's first sheet, as its program would save them as CSV."""
    main = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(path) as book:
        texts = [
            "".join(part.text or "" for part in item.iter(f"{main}t"))
            for item in ET.fromstring(book.read("xl/sharedStrings.xml"))
        ]
        for row in ET.fromstring(book.read("xl/worksheets/sheet1.xml")).iter(f"{main}row"):
            cells = [""] * 13
            for cell in row.findall(f"{main}c"):
                value = cell.findtext(f"{main}v") or ""
                column = ord(re.sub(r"\d", "", cell.get("r", "A"))) - ord("A")
                cells[column] = texts[int(value)] if cell.get("t") == "s" else value
            yield cells


@pytest.fixture
def french(settings: pytest.FixtureRequest) -> None:
    """A town that speaks French too."""
    settings.LANGUAGES = [("en", "English"), ("es", "Español"), ("ar", "العربية"), ("fr", "Français")]  # type: ignore[attr-defined]


@pytest.fixture
def canada(french: None, tmp_path: Path, now: dt.datetime) -> ListChange:
    if not CANADA.is_file():
        pytest.skip("the inventory of the Government of Canada is not on this machine")
    return load(CANADA, mapping_of("canada", tmp_path), at=now)


@pytest.fixture
def tenerife(tmp_path: Path, now: dt.datetime) -> ListChange:
    if not TENERIFE.is_file():
        pytest.skip("the procedures of Tenerife are not on this machine")
    path = tmp_path / "tenerife.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows(cells_of(TENERIFE))
    return load(path, mapping_of("tenerife", tmp_path), at=now)


def page_of(client: Client, address: str) -> BeautifulSoup:
    response = client.get(address)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def titles(page: BeautifulSoup) -> list[str]:
    return [heading.get_text() for heading in page.select(".result h3")]


def test_the_whole_inventory_of_canada_is_loaded(canada: ListChange) -> None:
    with CANADA.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    services = {row["service_id"] for row in rows}
    assert (canada.rows, len(canada.added), canada.older) == (
        len(rows),
        len(services),
        len(rows) - len(services),
    )
    assert len(rows) == 1864
    assert len(find_listed()) == len(services)
    assert all(problem.is_warning for problem in canada.problems)
    assert len({listing.document.agency for listing in find_listed()}) > 60


def test_importing_it_again_changes_nothing(canada: ListChange, tmp_path: Path, now: dt.datetime) -> None:
    again = load(CANADA, mapping_of("canada", tmp_path), at=now)
    assert (again.added, again.changed, again.removed) == ([], [], [])


@pytest.mark.parametrize(
    ("language", "typed", "found"),
    [
        ("en", "farm debt mediation", "Farm Debt Mediation Service"),
        ("fr", "médiation endettement agricole", "Service de médiation en matière d'endettement agricole"),
        ("fr", "mediation endettement agricole", "Service de médiation en matière d'endettement agricole"),
        ("fr", "MÉDIATION", "Service de médiation en matière d'endettement agricole"),
    ],
)
def test_it_is_found_with_and_without_accents(
    client: Client, canada: ListChange, language: str, typed: str, found: str
) -> None:
    assert found in titles(page_of(client, f"/{language}/search/?q={quote(typed)}"))[:5]


def test_a_page_is_in_french_and_says_what_is_not(client: Client, canada: ListChange) -> None:
    page = page_of(client, "/fr/services/canada-135/")
    heading = page.find("h1")
    assert heading is not None
    assert heading.get_text() == "Service de médiation en matière d'endettement agricole"
    assert heading.find("span") is None
    assert page.html is not None
    assert page.html["lang"] == "fr"
    said = page.find("p", string=re.compile("not in your language yet. We show them in another"))
    assert said is not None
    assert said["lang"] == "en"
    assert page.select_one("a[rel~=external]")["href"].startswith("http://www.agr.gc.ca/fra/")  # type: ignore[union-attr, index]
    assert "not in your language" not in page_of(client, "/es/services/").get_text()


def test_its_agencies_have_their_pages_in_both_languages(client: Client, canada: ListChange) -> None:
    agency = get_listed("canada-135").document.agency
    for language, name in (
        ("en", "Agriculture and Agri-Food Canada"),
        ("fr", "Agriculture et Agroalimentaire Canada"),
    ):
        page = page_of(client, f"/{language}/agencies/{agency}/")
        assert page.find("h1").get_text() == name  # type: ignore[union-attr]
        assert titles(page)


def test_the_procedures_of_tenerife_are_loaded_and_found(client: Client, tenerife: ListChange) -> None:
    assert (len(tenerife.added), tenerife.problems) == (90, [])
    page = get_listed("tenerife-c001")
    assert isinstance(page, InformationPage)
    assert page.words("es").title == "Derecho de acceso a la información pública"
    assert page.words("es").need == ("Solicitud: impreso normalizado.", "DNI/CIF.")
    for typed in ("información pública", "informacion publica"):
        assert page.words("es").title in titles(page_of(client, f"/es/search/?q={quote(typed)}"))[:3]
    for typed in ("empadronarse", "padrón", "padron"):
        assert any(
            "padr" in title.lower() for title in titles(page_of(client, f"/es/search/?q={quote(typed)}"))[:3]
        )


def test_readers_of_other_languages_see_spanish_marked_as_spanish(
    client: Client, tenerife: ListChange
) -> None:
    heading = page_of(client, "/ar/services/tenerife-c001/").find("h1")
    assert heading is not None
    assert str(heading.span).startswith('<span dir="ltr" lang="es">')
