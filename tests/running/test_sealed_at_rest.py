"""After a whole demo run nothing of anybody lies in the clear, in no table and no file; and the search would find it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest

from tests.running.site import Site, on_each_database, site_on

# Sealed columns that the demo town's story leaves empty: the search reads them, and finds nothing in them.
SILENT = {
    "api.KeptAnswer.answer_sealed",
    "applications.Certificate.withdrawal_sealed",
    "applications.WayBack.code_sealed",
    "cases.Decision.set_aside_sealed",
    "cases.Link.reason_sealed",
    "cases.Note.words_sealed",
    "cases.Question.reasons_sealed",
    "cases.Remark.words_sealed",
    "forms.Draft.typed_sealed",
    "identity.Person.contact_sealed",
    "journal.Detail.sealed",
    "payments.FinanceNote.words_sealed",
    "payments.ProviderCall.note_sealed",
}


@pytest.fixture(scope="module", params=on_each_database("sealed-at-rest"))
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site_on(request.param, tmp_path_factory.mktemp("town")) as site:
        site.well("demo")
        yield site


def _search(site: Site) -> dict[str, Any]:
    if site.database:
        with psycopg.connect(site.keepers_address, autocommit=True) as keeper:
            keeper.execute("CHECKPOINT")  # what PostgreSQL has in mind goes to its files
    found: dict[str, Any] = site.run("tests.running.dump")
    return found


def test_after_a_demo_run_nothing_of_anybody_lies_in_the_clear(town: Site) -> None:
    told = _search(town)
    assert told["looked_for"] > 400
    assert told["found"] == []
    assert set(told["silent"]) == SILENT, (
        "nothing is looked for of what a new sealed column holds: tell of it in the demo town's story (config/demo*.py), or name it in SILENT"
    )


LEAKS = {
    "as it is": "Kofi Mensah-Boateng",
    "without case": "gwen pritchard",
    "without marks": "ines nunez",
    "escaped": json.dumps("Elif Yılmaz"),
    "from the right": "ليلى الخطيب",
    "an address": "kofi@port-lumen.example",
}


def test_what_lay_in_the_clear_would_be_found(town: Site) -> None:
    stray = town.place / "data" / "stray.log"
    stray.write_text("Mailed Jonas Lindqvist about it.")
    _leak(town)
    found = _search(town)["found"]
    for value in (
        "Kofi Mensah-Boateng",
        "Gwen Pritchard",
        "Inés Núñez",
        "Elif Yılmaz",
        "ليلى الخطيب",
        "an address",
    ):
        assert f"django_cache.value: {value}" in found
    assert "stray.log: Jonas Lindqvist" in found
    if town.database:
        for part in ("base", "pg_wal"):
            assert {f"{part}: {LEAKS['as it is']}", f"{part}: {LEAKS['without marks']}"} <= set(found)


def _leak(site: Site) -> None:
    rows = [*LEAKS.items()]
    if site.database:
        with psycopg.connect(site.database) as database:
            database.cursor().executemany("INSERT INTO django_cache VALUES (%s, %s, '2999-01-01')", rows)
        return
    with closing(sqlite3.connect(site.place / "data" / "civium.sqlite3")) as database:
        database.executemany("INSERT INTO django_cache VALUES (?, ?, '2999-01-01')", rows)
        database.commit()
