"""What `civium check` looks at: each thing that is not well is a finding with what to do, and a check that breaks is one, too."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from socket import create_server
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from civium.foundation.identity.tasks import forget_old_sessions
from civium.foundation.jobs.models import QueuedJob
from civium.foundation.kit.town import Words, the_town
from config.checks import (
    Finding,
    backup_findings,
    database_findings,
    outside_findings,
    page_findings,
    service_findings,
    settings_findings,
    show,
    town_findings,
    work_findings,
)


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


def test_what_is_public_in_the_key_folder_may_be_read(settings: Any, copied_keys: Path) -> None:
    for file in copied_keys.iterdir():
        file.chmod(0o600)
    for name in ("journal-witnesses", "journal-earlier-keys"):
        (copied_keys / name).write_text("public\n")
        (copied_keys / name).chmod(0o644)
    assert not [what for what in problems(settings_findings(settings)) if "may read" in what]


def test_a_secret_that_can_be_guessed_is_named(settings: Any, copied_keys: Path) -> None:
    (copied_keys / "secret-key").write_text("x\n")
    assert "secret-key is so short that it can be guessed" in problems(settings_findings(settings))


def test_a_ledger_and_copies_inside_of_the_data_are_named(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, copied_keys: Path
) -> None:
    settings.CIVIUM_DEMO = False
    settings.CIVIUM_ERASURES = settings.CIVIUM_DATA / "erasures"
    assert [what for what in problems(settings_findings(settings)) if "erasure ledger is inside" in what]
    monkeypatch.setenv("CIVIUM_BACKUPS", str(settings.CIVIUM_DATA / "copies"))
    assert [what for what in problems(backup_findings()) if "CIVIUM_BACKUPS is inside" in what]


@pytest.mark.django_db
def test_work_that_nobody_does_is_a_finding_where_the_site_is_served(settings: Any, tmp_path: Path) -> None:
    settings.CIVIUM_DATA = tmp_path

    def since(minutes: int) -> None:
        then = timezone.now() - timedelta(minutes=minutes)
        QueuedJob.objects.update(enqueued_at=then, run_after=then)

    forget_old_sessions.enqueue()
    since(16)
    assert not problems(work_findings())
    (tmp_path / "serving.pid").write_text(str(os.getpid()))
    assert [what for what in problems(work_findings()) if "work waits for more than 15 minutes" in what]
    since(14)
    assert not problems(work_findings())


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


def nobody_listens() -> int:
    with closing(create_server(("127.0.0.1", 0))) as taken:
        return int(taken.getsockname()[1])


def test_a_mail_server_and_a_virus_scanner_that_are_not_there_are_findings(
    settings: Any, tmp_path: Path
) -> None:
    settings.CIVIUM_MAIL_CARRIER, settings.CIVIUM_ANTIVIRUS = "smtp", "clamav"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", nobody_listens()
    settings.DEFAULT_FROM_EMAIL = "Civium <no-reply@localhost>"
    settings.CIVIUM_CLAMAV = f"unix:{tmp_path}/nobody"
    found = problems(outside_findings())
    assert [what.split(",")[0].split(" not ")[0] for what in found] == [
        "mail would come from Civium <no-reply@localhost>",
        f"the mail server 127.0.0.1:{settings.EMAIL_PORT} does",
        "ClamAV does",
    ]
    assert "CIVIUM_SMTP_HOST" in " ".join(found.values())


def test_a_mail_server_that_takes_us_is_well(settings: Any) -> None:
    settings.CIVIUM_MAIL_CARRIER, settings.CIVIUM_ANTIVIRUS = "smtp", "demo"
    settings.DEFAULT_FROM_EMAIL = "Town <no-reply@town.example>"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", nobody_listens()
    server = Controller(Sink(), hostname="127.0.0.1", port=settings.EMAIL_PORT)
    server.start()
    try:
        assert problems(outside_findings()) == {}
    finally:
        server.stop()


@pytest.mark.parametrize(
    ("hours", "is_well"), [(None, False), (1, True), (35, True), (37, False), (24 * 30, False)]
)
def test_backups_that_stopped_are_a_finding(
    hours: int | None, is_well: bool, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CIVIUM_DEMO = False
    monkeypatch.setenv("CIVIUM_BACKUPS", str(tmp_path))
    monkeypatch.delenv("CIVIUM_KEY_BACKUPS", raising=False)
    now = time.time()
    if hours is not None:
        copy = tmp_path / "civium-20260101T000000Z.backup"
        copy.touch()
        os.utime(copy, (now - hours * 3600,) * 2)
    assert (problems(backup_findings(now=now)) == {}) is is_well


@pytest.mark.parametrize(("days", "is_well"), [(1, True), (7, True), (9, False), (400, False)])
def test_backups_that_are_kept_for_longer_than_promised_are_a_finding(
    days: int, is_well: bool, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CIVIUM_DEMO = False
    monkeypatch.setenv("CIVIUM_BACKUPS", str(tmp_path))
    monkeypatch.delenv("CIVIUM_KEY_BACKUPS", raising=False)
    now = time.time()
    for age in (0, days):
        copy = tmp_path / f"civium-{age}.backup"
        copy.touch()
        os.utime(copy, (now - age * 24 * 3600,) * 2)
    assert (problems(backup_findings(now=now)) == {}) is is_well


def test_words_and_icons_that_the_town_lacks_are_findings(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert problems(town_findings()) == {}
    town = the_town()
    shelf = town.topics["animals"].model_copy(update={"icon": "dogg", "about": Words({"en": "x", "ar": "x"})})
    changed = town.model_copy(update={"topics": {"animals": shelf}})
    monkeypatch.setattr("civium.foundation.kit.town.the_town", lambda: changed)
    monkeypatch.setattr("civium.foundation.design.built.read_build", lambda: {"icons": {"dog": ""}})
    found = problems(town_findings())
    assert found.pop("town.yaml says nothing in 'es' for topics.animals.about").startswith("write it in ")
    assert "town.yaml gives topics.animals the icon 'dogg', which is not there" in found
    assert not any("'ar'" in what for what in found)


def test_a_fee_that_nobody_takes_is_a_finding(settings: Any) -> None:
    settings.CIVIUM_PAYMENT_PROVIDER = ""
    assert "dog-licence has a fee, and nobody takes payments" in problems(service_findings())
    assert not any(what.startswith("library-card") for what in problems(service_findings()))
