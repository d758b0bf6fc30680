"""``civium services list-import`` and ``withdraw``, and what keeps a service from being published, as people read them."""

from __future__ import annotations

from pathlib import Path

import pytest

import config.command
from civium.journeys.catalogue.actions.publish_service import CannotPublish
from civium.journeys.catalogue.problems import Problem
from civium.journeys.catalogue.queries import find_listed, find_offers
from civium.journeys.catalogue.tests.pages import CAT, ROOF, many, write_list
from config.command import main

pytestmark = pytest.mark.django_db


def run(*words: object) -> int:
    return main(["services", "list-import", *map(str, words)])


def test_a_trial_says_what_would_change_and_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, mapping = write_list(tmp_path, CAT, ROOF)
    assert run(path, "--map", mapping, "--dry-run") == 0
    told = capsys.readouterr().out
    assert "2 added: demo-1, demo-2" in told
    assert "this was a trial" in told
    assert find_listed() == []


def test_an_import_says_how_far_it_is_and_what_became_of_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, mapping = write_list(tmp_path, *many(450))
    assert run(path, "--map", mapping) == 0
    told = capsys.readouterr().out
    for said in ("450 rows", "450 added", "200 of 450 pages written", "450 of 450 pages written"):
        assert said in told
    assert run(path, "--map", mapping) == 0
    assert "450 as before" in capsys.readouterr().out


def test_problems_are_said_with_their_lines_and_nothing_is_imported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, mapping = write_list(tmp_path, CAT, ("", "No key", "", "X", "", "", ""))
    assert run(path, "--map", mapping) == 1
    told = capsys.readouterr().out
    assert "list.csv:4: there is no key" in told
    assert "Nothing was imported." in told
    assert find_listed() == []


def test_many_problems_are_counted_and_not_all_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, mapping = write_list(tmp_path, *[("", "No key", "", "X", "", "", "")] * 300)
    assert run(path, "--map", mapping) == 1
    told = capsys.readouterr().out
    assert "280 more: 300 problems and 0 warnings in all" in told
    assert len(told.splitlines()) < 30


def test_a_list_that_was_cut_off_is_refused_until_it_is_meant(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, mapping = write_list(tmp_path, *many(40))
    assert run(path, "--map", mapping) == 0
    path, mapping = write_list(tmp_path, *many(4))
    assert run(path, "--map", mapping) == 1
    assert "--remove-many" in capsys.readouterr().out
    assert len(find_listed()) == 40
    assert run(path, "--map", mapping, "--remove-many") == 0
    assert len(find_listed()) == 4


def test_a_file_that_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _path, mapping = write_list(tmp_path, CAT)
    assert run(tmp_path / "none.csv", "--map", mapping) == 1
    assert "cannot be opened" in capsys.readouterr().out
    assert run(tmp_path / "list.csv", "--map", tmp_path / "none.yaml") == 1
    assert "Traceback" not in capsys.readouterr().out


def test_what_keeps_a_service_from_being_published_is_said_in_full(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(_asked: object) -> None:
        raise CannotPublish([Problem("service.yaml", 7, "town.yaml has no 'animal' among its topics")])

    monkeypatch.setattr(config.command, "_list_services", refuse)
    assert main(["services", "list"]) == 1
    told = capsys.readouterr().err
    assert "This service cannot be published" in told
    assert "service.yaml:7: town.yaml has no 'animal' among its topics" in told


def test_a_service_is_taken_out_of_the_offer(
    demo_services: dict[str, int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["services", "withdraw", "dog-licence"]) == 0
    assert "dog-licence: nobody can apply for it from now on" in capsys.readouterr().out
    assert "dog-licence" not in [offer.name for offer in find_offers()]
    assert main(["services", "withdraw", "dog-licence"]) == 0
    assert "was withdrawn before" in capsys.readouterr().out
    assert main(["services", "withdraw", "cat-licence", "heating-allowance"]) == 1
    told = capsys.readouterr().out
    assert "cat-licence: there is no such service" in told
    assert "heating-allowance: nobody can apply" in told
