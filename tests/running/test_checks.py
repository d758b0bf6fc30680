"""What `civium check` looks at: each thing that is not well is a finding with what to do, and a check that breaks is one, too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from config.checks import Finding, database_findings, page_findings, settings_findings, show


def problems(found: Iterator[Finding]) -> dict[str, str]:
    return {each.what: each.to_do for each in found if not each.is_well}


def test_keys_inside_of_the_data_are_refused(settings: Any, copied_keys: Path) -> None:
    settings.CIVIUM_DATA = copied_keys.parent
    [to_do] = [do for what, do in problems(settings_findings(settings)).items() if "inside the data" in what]
    assert f"move {copied_keys}" in to_do


def test_keys_that_everybody_may_read_are_named(settings: Any, copied_keys: Path) -> None:
    for file in copied_keys.iterdir():
        file.chmod(0o600)
    (copied_keys / "secret-key").chmod(0o644)
    found = problems(settings_findings(settings))
    assert "everybody on this machine may read secret-key" in found


def test_a_missing_root_key_of_a_site_with_data_is_put_back_not_made_anew(
    settings: Any, copied_keys: Path
) -> None:
    settings.CIVIUM_ROOT_KEY = "file"
    (copied_keys / "root-key").unlink(missing_ok=True)
    assert "put its own root key back" in problems(settings_findings(settings))["root-key is missing"]


@pytest.mark.django_db
def test_tables_of_an_older_version_are_named_with_the_command_that_mends_them() -> None:
    assert problems(database_findings()) == {}
    last = MigrationRecorder(connection).migration_qs.filter(app="cases").latest("name")
    MigrationRecorder(connection).migration_qs.filter(app="cases", name=last.name).delete()
    [(what, to_do)] = problems(database_findings()).items()
    assert f"cases.{last.name}" in what
    assert to_do == "civium migrate"


def test_a_data_folder_that_takes_no_files_is_a_finding(settings: Any, tmp_path: Path) -> None:
    settings.CIVIUM_DATA = tmp_path / "gone"
    assert f"files cannot be kept in {tmp_path / 'gone'}" in problems(page_findings())


def test_one_problem_is_enough_for_the_exit_code_and_says_what_to_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert show([Finding("doors")]) == 0
    assert show([Finding("doors"), Finding("windows are open", "close them")]) == 1
    assert "PROBLEM  windows are open\n             -> close them" in capsys.readouterr().out
