"""The ``civium`` command as people meet it."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
import sys
from base64 import b64encode
from contextlib import closing
from pathlib import Path
from shutil import copytree

import pytest

from config.checks import _age_findings
from config.command import _in_plain_words
from setup import ROOT

NOW_IN_SECONDS = 1_800_000_000
PROGRAM = [sys.executable, "-m", "config"]


def civium(*words: str, at: Path = ROOT, **surroundings: str) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CIVIUM_", "DJANGO_", "DATABASE_"))
    }
    env = {**kept, "PYTHONPATH": str(ROOT), **surroundings}
    return subprocess.run([*PROGRAM, *words], cwd=at, env=env, capture_output=True, text=True)


def test_help_answers_at_once_and_lists_everything() -> None:
    script = "import sys, config.command as c; c._parser().format_help(); sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT).returncode == 0
    shown = civium("--help").stdout
    for verb in ("serve", "worker", "demo", "check", "services", "journal", "keys", "migrate"):
        assert verb in shown


def test_what_is_not_understood_ends_with_2() -> None:
    for words, says in (
        (["fly"], "civium knows no 'fly'. Write one of: serve, "),
        (["servces"], "Did you mean  civium services?"),
        (["services", "chek"], "Did you mean  civium services check?"),
        (["keys"], "make the keys"),
        (["restore", "file"], "the following arguments are required: --keys"),
    ):
        done = civium(*words)
        assert done.returncode == 2
        assert says in done.stderr, done.stderr


def test_without_keys_it_says_how_to_make_them(tmp_path: Path) -> None:
    done = civium("migrate", CIVIUM_KEYS=str(tmp_path / "none"))
    assert done.returncode == 1
    assert "civium keys make" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_demo_is_not_put_into_a_real_site(tmp_path: Path) -> None:
    done = civium("demo", CIVIUM_KEYS=str(tmp_path))
    assert done.returncode == 1
    assert "not a demo town" in done.stderr


@pytest.fixture(scope="module")
def demo_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "keys"
    done = civium(
        "keys", "make", CIVIUM_DEMO="1", CIVIUM_KEYS=str(folder), CIVIUM_DATA=str(folder.parent / "data")
    )
    assert done.returncode == 0, done.stderr
    return folder


def test_keys_are_made_once_and_kept(demo_keys: Path) -> None:
    before = {path.name: path.read_bytes() for path in demo_keys.iterdir()}
    assert {"secret-key", "payment-webhook-secret", "root-key", "seal.key", "seal.crt"} <= set(before)
    civium("keys", "make", CIVIUM_DEMO="1", CIVIUM_KEYS=str(demo_keys))
    assert {path.name: path.read_bytes() for path in demo_keys.iterdir()} == before


def test_only_this_account_reads_the_keys(demo_keys: Path) -> None:
    secret = [path for path in demo_keys.iterdir() if path.name not in {"seal.crt", "made-for-a-demo-town"}]
    assert [path.name for path in secret if path.stat().st_mode & 0o077] == []


def test_the_keys_of_a_demo_town_are_refused_on_a_real_site(demo_keys: Path) -> None:
    done = civium(
        "serve", CIVIUM_KEYS=str(demo_keys), CIVIUM_DATA=str(demo_keys.parent / "data"), PORT="65123"
    )
    assert done.returncode == 1
    assert "secret-key is a demo town's" in done.stderr
    assert "keys were made for a demo town" in done.stderr


@pytest.mark.parametrize(
    ("unfit", "told"),
    [
        ({"CIVIUM_DEBUG": "1"}, "debugging pages are on"),
        ({"CIVIUM_HOSTS": "*"}, "answers to any host name"),
        ({"CIVIUM_HOSTS": ""}, "answers to no host name"),
        ({"CIVIUM_ORIGIN": "http://town.example"}, "not encrypted"),
        ({"CIVIUM_MAIL_CARRIER": "demo"}, "mail is only pretended"),
        ({"CIVIUM_PAYMENT_PROVIDER": "demo"}, "payments is only pretended"),
        ({"CIVIUM_ANTIVIRUS": "demo"}, "virus scanning is only pretended"),
        ({"CIVIUM_BEHIND_PROXY": ""}, "no proxy in front"),
        ({"CIVIUM_HOSTS": "other.example"}, "links in mail would lead to town.example"),
        ({"CIVIUM_LOG_LEVEL": "DEBUG"}, "the log notes everything"),
    ],
)
def test_a_site_that_is_not_fit_for_people_is_not_served(
    unfit: dict[str, str], told: str, tmp_path: Path
) -> None:
    fit = {
        "CIVIUM_KEYS": str(tmp_path / "keys"),
        "CIVIUM_DATA": str(tmp_path / "data"),
        "CIVIUM_HOSTS": "town.example",
        "CIVIUM_ORIGIN": "https://town.example",
        "CIVIUM_BEHIND_PROXY": "1",
        "PORT": "65123",
    }
    (tmp_path / "keys").mkdir()
    for name in ("secret-key", "payment-webhook-secret", "root-key"):
        (tmp_path / "keys" / name).write_text("not of a demo town, and not to be guessed")
        (tmp_path / "keys" / name).chmod(0o600)
    refused = civium("serve", **{**fit, **unfit})
    assert refused.returncode == 1
    assert told in refused.stderr
    assert ";" not in refused.stderr.partition("What to do")[0], "nothing else is wrong"


def test_services_are_checked_from_any_folder(tmp_path: Path, demo_keys: Path) -> None:
    done = civium("services", "check", at=tmp_path, CIVIUM_DEMO="1", CIVIUM_KEYS=str(demo_keys))
    assert done.returncode == 0, done.stdout
    assert "dog-licence: no problems" in done.stdout


@pytest.mark.parametrize("demo", ["", "1"])
def test_services_are_checked_without_keys_and_without_a_database(tmp_path: Path, demo: str) -> None:
    nowhere = str(tmp_path / "none")
    done = civium(
        "services",
        "check",
        CIVIUM_DEMO=demo,
        CIVIUM_KEYS=nowhere,
        CIVIUM_DATA=nowhere,
        DATABASE_URL="postgres://nobody@localhost:1/none",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "dog-licence: no problems" in done.stdout
    assert not Path(nowhere).exists()


@pytest.mark.parametrize("words", [("publish", "services/dog-licence"), ("list",)])
def test_without_a_data_folder_it_says_what_to_do(
    tmp_path: Path, demo_keys: Path, words: tuple[str, ...]
) -> None:
    done = civium(
        "services", *words, CIVIUM_DEMO="1", CIVIUM_KEYS=str(demo_keys), CIVIUM_DATA=str(tmp_path / "none")
    )
    assert done.returncode == 1
    assert "civium migrate" in done.stderr
    assert "Traceback" not in done.stderr


def test_services_are_published_once_and_listed(tmp_path: Path, demo_keys: Path) -> None:
    site = {"CIVIUM_DEMO": "1", "CIVIUM_KEYS": str(demo_keys), "CIVIUM_DATA": str(tmp_path / "data")}
    assert civium("migrate", **site).returncode == 0
    assert "None yet" in civium("services", "list", **site).stdout
    publish = ("services", "publish", "services/dog-licence")
    assert "dog-licence: people get version 1 from now on" in civium(*publish, **site).stdout
    assert (
        "dog-licence: nothing has changed, people get version 1 as before" in civium(*publish, **site).stdout
    )
    listed = civium("services", "list", **site).stdout
    assert "dog-licence" in listed
    assert "version 1" in listed
    assert "Dog licence" in listed


def test_a_folder_that_is_no_service_is_refused(tmp_path: Path, demo_keys: Path) -> None:
    done = civium("services", "check", str(tmp_path), CIVIUM_DEMO="1", CIVIUM_KEYS=str(demo_keys))
    assert done.returncode == 1
    assert "is not a service: it has no service.yaml" in done.stderr


def test_keys_that_are_too_old_are_named(tmp_path: Path) -> None:
    for name, days in (("root-key", 400), ("journal-signing-key", 390), ("seal.crt", 4000)):
        (tmp_path / name).write_text("-")
        os.utime(tmp_path / name, (0, NOW_IN_SECONDS - days * 24 * 3600))
    (found,) = _age_findings(tmp_path, now=NOW_IN_SECONDS)
    assert found.what == "older than a year: root-key"
    assert "docs/runbooks/keys.md" in found.to_do
    os.utime(tmp_path / "root-key", (0, NOW_IN_SECONDS))
    (found,) = _age_findings(tmp_path, now=NOW_IN_SECONDS)
    assert found.is_well


@pytest.fixture
def real_site(tmp_path: Path) -> dict[str, str]:
    """The settings of a site that is no demo town, with its keys; nothing in it yet."""
    return _real_site(tmp_path)


def _real_site(place: Path) -> dict[str, str]:
    keys = place / "keys"
    keys.mkdir(mode=0o700)
    for name in ("secret-key", "payment-webhook-secret", "root-key"):
        (keys / name).write_text(b64encode(bytes(32)).decode())
        (keys / name).chmod(0o600)
    return {
        "CIVIUM_KEYS": str(keys),
        "CIVIUM_DATA": str(place / "data"),
        "CIVIUM_HOSTS": "town.example",
        "CIVIUM_ORIGIN": "https://town.example",
        "CIVIUM_BEHIND_PROXY": "1",
        "PORT": "65123",
    }


@pytest.fixture(scope="module")
def site_with_tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    site = _real_site(tmp_path_factory.mktemp("real-site"))
    assert civium("migrate", **site).returncode == 0
    return site


def test_a_site_without_tables_is_not_served(real_site: dict[str, str]) -> None:
    refused = civium("serve", **real_site)
    assert refused.returncode == 1
    assert "no tables yet" in refused.stderr
    assert "civium migrate" in refused.stderr


def test_a_site_with_tables_of_an_older_version_is_not_served(
    site_with_tables: dict[str, str], tmp_path: Path
) -> None:
    older = {**site_with_tables, "CIVIUM_DATA": str(tmp_path / "data")}
    copytree(site_with_tables["CIVIUM_DATA"], tmp_path / "data")
    with closing(sqlite3.connect(tmp_path / "data" / "civium.sqlite3")) as tables:
        (name,) = tables.execute("SELECT MAX(name) FROM django_migrations WHERE app = 'cases'").fetchone()
        tables.execute("DELETE FROM django_migrations WHERE app = 'cases' AND name = ?", [name])
        tables.commit()
    for command in ("serve", "worker"):
        refused = civium(command, **older)
        assert refused.returncode == 1
        assert f"1 changes wait, the first is cases.{name}" in refused.stderr
        assert "civium backup FOLDER" in refused.stderr


@pytest.mark.parametrize("words", [("serve",), ("worker",), ("migrate",), ("administrator", "a@b.example")])
def test_a_database_that_is_away_is_said_in_plain_words(
    words: tuple[str, ...], real_site: dict[str, str]
) -> None:
    done = civium(*words, **real_site, DATABASE_URL="postgres://nobody@localhost:1/none")
    assert done.returncode == 1
    assert "The database does not answer" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_address_of_the_database_that_cannot_be_read_is_not_repeated(real_site: dict[str, str]) -> None:
    done = civium("serve", **real_site, DATABASE_URL="nonsense://civium:a-password@db/civium")
    assert done.returncode == 1
    assert "DATABASE_URL cannot be read" in done.stderr
    assert "a-password" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_town_that_is_missing_or_wrong_is_said_in_plain_words(tmp_path: Path) -> None:
    site = {"CIVIUM_KEYS": str(tmp_path / "keys"), "CIVIUM_SERVICES": str(tmp_path)}
    done = civium("keys", "make", **site)
    assert done.returncode == 1
    assert "Copy services/town.yaml" in done.stderr
    (tmp_path / "town.yaml").write_text("name: Smallville\n")
    done = civium("keys", "make", **site)
    assert done.returncode == 1
    assert "agencies: field required" in done.stderr
    assert "Traceback" not in done.stderr


def test_copies_are_not_put_beside_what_they_are_copies_of(
    site_with_tables: dict[str, str], tmp_path: Path
) -> None:
    for inside in (f"{site_with_tables['CIVIUM_DATA']}/copies", site_with_tables["CIVIUM_KEYS"]):
        refused = civium("backup", inside, **site_with_tables)
        assert refused.returncode == 1
        assert "whatever destroys one destroys the other" in refused.stderr
    assert civium("backup", str(tmp_path), **site_with_tables).returncode == 0
    refused = civium("keys", "backup", str(tmp_path), **site_with_tables)
    assert refused.returncode == 1
    assert "kept apart" in refused.stderr


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        (PermissionError(errno.EACCES, "no", "/keys/secret-key"), "may not use /keys/secret-key"),
        (OSError(errno.ENOSPC, "no"), "The disk is full"),
        (KeyError("a defect"), None),
    ],
)
def test_what_the_machine_refuses_is_told_apart_from_a_defect(problem: Exception, told: str | None) -> None:
    plain = _in_plain_words(problem)
    assert plain is None if told is None else told in str(plain)


BREAKS = (
    "import config.command as c\nc._accounts = lambda asked: {does}\nraise SystemExit(c.main(['accounts']))"
)


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_whoever_reads_what_it_says_may_go(unbuffered: str) -> None:
    script = BREAKS.format(does="[print('x' * 1000, flush=True) for _ in range(1000)]")
    command = [sys.executable, "-c", script]
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as out:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
            stdout=out,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert (done.returncode, done.stderr) == (1, "")


def test_another_pipe_that_breaks_is_not_passed_over_in_silence() -> None:
    script = BREAKS.format(does="(_ for _ in ()).throw(BrokenPipeError(32, 'Broken pipe'))")
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert "BrokenPipeError" in done.stderr
