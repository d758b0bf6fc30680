"""Seventeen hundred real services, each in English and French, found with and without accents."""

from __future__ import annotations

import csv
import time

import pytest

from civium.engines.search.rules import Index
from civium.engines.search.schema import Document
from setup import ROOT

SERVICES = ROOT.parent / "shared/data/catalogue_search/canada/service_inventory_2020-10.csv"
pytestmark = pytest.mark.skipif(
    not SERVICES.is_file(), reason="the Canadian inventory is not on this machine"
)


@pytest.fixture(scope="module")
def index() -> Index:
    index = Index()
    with SERVICES.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            for language, code in (("en", "en"), ("fr", "fr")):
                title = row[f"service_name_{code}"]
                index.add(
                    Document(
                        str(number), language, {"title": title, "summary": row[f"service_description_{code}"]}
                    )
                )
    return index


@pytest.mark.parametrize(
    ("with_accents", "without"),
    [
        ("impôt", "impot"),
        ("PRÊT ÉTUDIANT", "pret etudiant"),
        ("sécurité de la vieillesse", "securite de la vieillesse"),
        ("météo", "meteo"),
        ("pêche récréative", "peche recreative"),
    ],
)
def test_accents_make_no_difference(index: Index, with_accents: str, without: str) -> None:
    found = [hit.title for hit in index.find(with_accents, "fr").hits[:3]]
    assert found
    assert [hit.title for hit in index.find(without, "fr").hits[:3]] == found


@pytest.mark.parametrize(
    ("typed", "language", "word"),
    [
        ("old age pention", "en", "pension"),
        ("income taxes", "en", "income tax"),
        ("fishing licences", "en", "license"),
        ("passeprt", "fr", "passeport"),
        ("anciens combatants", "fr", "combattants"),
        ("jobless", "en", "employment"),
        ("start up company", "en", "start"),
    ],
)
def test_people_need_not_know_how_it_is_written(index: Index, typed: str, language: str, word: str) -> None:
    titles = " ".join(hit.title.lower() for hit in index.find(typed, language).hits[:5])
    assert word in titles


def test_long_and_common_queries_are_quick(index: Index) -> None:
    index.find("service", "en")
    begun = time.process_time()
    for query in ("service", "apply for a service", "program for the people of canada " * 20):
        index.find(query, "en")
    assert time.process_time() - begun < 5  # a matter of a tenth; what grows by the square takes minutes
