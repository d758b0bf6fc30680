"""A second start does only what changed."""

from __future__ import annotations

from pathlib import Path

import pytest

import setup.stamps
from setup.stamps import fingerprint, is_done, set_done


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(setup.stamps, "ROOT", tmp_path)
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one").write_text("1")
    return tmp_path


def test_what_is_done_stays_done(folder: Path) -> None:
    set_done(folder / "stamp", fingerprint(folder / "a"))
    assert is_done(folder / "stamp", fingerprint(folder / "a"))


@pytest.mark.parametrize("change", ["content", "name", "new", "word"])
def test_any_change_of_what_it_was_made_from_undoes_it(folder: Path, change: str) -> None:
    before = fingerprint(folder / "a", "x")
    word = "x"
    match change:
        case "content":
            (folder / "a" / "one").write_text("2")
        case "name":
            (folder / "a" / "one").rename(folder / "a" / "two")
        case "new":
            (folder / "a" / "two").write_text("")
        case "word":
            word = "y"
    assert fingerprint(folder / "a", word) != before


def test_packages_that_were_installed_are_not_sources(folder: Path) -> None:
    before = fingerprint(folder / "a")
    (folder / "a" / "node_modules").mkdir()
    (folder / "a" / "node_modules" / "x").write_text("")
    assert fingerprint(folder / "a") == before
