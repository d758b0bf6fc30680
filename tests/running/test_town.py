"""Before anything is set up, and when the demo town is thrown away: what is refused, and what to do then."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from config.terminal import Trouble
from setup import machine
from setup.machine import require_folder, require_space
from setup.town import reset_town


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data of a demo town that `make run` made, and its witness beside it."""
    folder = tmp_path / "data"
    monkeypatch.setenv("CIVIUM_DATA", str(folder))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    (folder / "files").mkdir(parents=True)
    (folder / ".demo-town").touch()
    (tmp_path / "data-witness").mkdir()
    return folder


def test_a_folder_that_cannot_be_written_is_named_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    not_ours = tmp_path / "civium"
    not_ours.touch()  # also root cannot make a folder in it
    monkeypatch.setattr(machine, "ROOT", not_ours)
    with pytest.raises(Trouble) as told:
        require_folder()
    assert str(not_ours) in told.value.what
    assert "chown" in " ".join(told.value.to_do)


def test_a_folder_of_ones_own_is_left_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "ROOT", tmp_path)
    require_folder()
    assert list((tmp_path / "build").iterdir()) == []


def test_a_disk_that_is_too_full_is_refused_before_anything_is_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "SPACE_NEEDED_MB", 10**12)
    with pytest.raises(Trouble) as told:
        require_space()
    assert "MB are free here" in told.value.what
    assert told.value.to_do


def test_the_demo_town_is_thrown_away_with_its_witness(data: Path) -> None:
    reset_town()
    assert not data.exists()
    assert not data.with_name("data-witness").exists()


def test_without_a_town_there_is_nothing_to_throw_away(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reset_town()
    reset_town()
    assert "make run" in capsys.readouterr().out


def test_data_that_make_run_did_not_make_is_left_alone(data: Path) -> None:
    (data / ".demo-town").unlink()
    with pytest.raises(Trouble, match="left alone"):
        reset_town()
    assert (data / "files").is_dir()


def test_a_town_that_is_being_served_is_left_alone(data: Path) -> None:
    (data / "serving.pid").write_text(str(os.getpid()))
    with pytest.raises(Trouble, match="being served"):
        reset_town()
    assert (data / "files").is_dir()


def test_what_a_server_that_was_killed_left_is_no_hindrance(data: Path) -> None:
    (data / "serving.pid").write_text("99999999")
    reset_town()
    assert not data.exists()


def test_a_database_server_is_not_emptied(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://civium@localhost/civium")
    with pytest.raises(Trouble, match="not ours to empty"):
        reset_town()
    assert (data / "files").is_dir()
