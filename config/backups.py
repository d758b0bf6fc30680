"""Take copies of a site, and put them back. The site's data and the keys that open it go into two files, which are kept apart.

A backup of the data has the database without its key tables, and the files, which are sealed as they lie. It may be kept for years. A backup of the
keys is kept for a week. Both are sealed under the root key, which is in neither: keep its own copy in a safe place.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path, PurePosixPath
from threading import Thread
from typing import Any, Final

from config.terminal import Trouble

Say = Callable[[str], None]
DATA: Final = "the data"
KEYS: Final = "the keys"
KEY_TABLES: Final = ("vault_key", "vault_purposekey")
# What passes by itself and would only bring back visits and limits of long ago.
PASSING: Final = ("django_cache", "identity_session")
CHUNK: Final = 1024 * 1024


def back_up(folder: Path, say: Say, *, at: datetime) -> Path:
    """Write a backup of the data into the folder, and say where. The site may go on meanwhile. Django is started."""
    from civium.foundation.vault.actions.archives import seal_archive

    _refuse_in_one_place(folder, "*.keys", "Keys of people")
    path = _new_file(folder, f"civium-{at:%Y%m%dT%H%M%SZ}.backup")
    with tempfile.TemporaryDirectory(dir=_beside_the_data(), prefix="backup-") as place:
        staged = Path(place)
        say("  the database ...")
        copy_database(staged / "database")
        files = _stored_files()
        manifest = {**describe_site(), "files": len(files)}
        (staged / "manifest.json").write_text(json.dumps(manifest, sort_keys=True))
        parts = [("manifest.json", staged / "manifest.json"), ("database", staged / "database")]
        parts += [(f"files/{file.relative_to(files_folder())}", file) for file in files]
        _write(path, seal_archive(_tarred(parts, say), kind=DATA, at=at))
    say(f"  {path.name}: {path.stat().st_size:,} bytes, {manifest['files']} files")
    return path


def back_up_keys(folder: Path, say: Say, *, at: datetime) -> Path:
    """Write a backup of the key tables into the folder, and remove those there that are older than a week."""
    from civium.foundation.vault.actions.archives import seal_archive
    from civium.foundation.vault.actions.copy_keys import KEPT_FOR, export_keys

    _refuse_in_one_place(folder, "*.backup", "Backups of the data")
    path = _new_file(folder, f"civium-{at:%Y%m%dT%H%M%SZ}.keys")
    _write(path, seal_archive(export_keys(), kind=KEYS, at=at))
    say(f"  {path.name}: {path.stat().st_size:,} bytes. It is of use for {KEPT_FOR.days} days.")
    for old in sorted(folder.glob("civium-*.keys")):
        if _made_at(old) < at - KEPT_FOR:
            old.unlink()
            say(f"  {old.name} is older than that: removed")
    return path


def describe_site() -> dict[str, Any]:
    """What a restored site must have again: its tables' rows, and the tables' version."""
    from django.apps import apps
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    migrations = MigrationRecorder(connection).applied_migrations()
    tables = {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if not model._meta.proxy and model._meta.db_table not in (*KEY_TABLES, *PASSING)
    }
    present = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        rows = {}
        for table in sorted(tables & present):
            cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608 - our own tables
            rows[table] = cursor.fetchone()[0]
    return {
        "vendor": connection.vendor,
        "migrations": sorted(f"{app}.{name}" for app, name in migrations),
        "rows": rows,
    }


# --- databases ------------------------------------------------------------------------------------------------------


def copy_database(target: Path) -> None:
    """The database at one moment, without the keys, as a file."""
    from django.db import connection

    if connection.vendor == "sqlite":
        _copy_sqlite(Path(str(connection.settings_dict["NAME"])), target)
    else:
        left_out = [f"--exclude-table-data={table}" for table in (*KEY_TABLES, *PASSING)]
        dump(target, *left_out)


def _copy_sqlite(source: Path, target: Path) -> None:
    """By SQLite's own means for a database in use; keys and what passes are taken out, and overwritten."""
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as live,
        closing(sqlite3.connect(target)) as copy,
    ):
        os.chmod(target, 0o600)
        live.backup(copy, pages=2000, sleep=0.01)
        copy.execute("PRAGMA journal_mode=DELETE")
        copy.execute("PRAGMA foreign_keys=OFF")
        copy.execute("PRAGMA secure_delete=ON")
        tables = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for table in (*KEY_TABLES, *PASSING):
            if table in tables:
                copy.execute(f"DELETE FROM {table}")  # noqa: S608 - our own tables
        copy.commit()
        copy.execute("VACUUM")


def dump(target: Path, *words: str) -> None:
    """The site's database on PostgreSQL as a file. Its owner stands behind the wall between agencies like anybody, so the program is
    told not to ask for more rights, and that there is no wall for it."""
    postgres(
        "pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--enable-row-security", *words,
        f"--file={target}",
    )  # fmt: skip


def postgres(program: str, *words: str) -> None:
    """Run one of PostgreSQL's programs on the site's database. Its password goes by the environment, never on the command line."""
    from django.db import connection

    there = connection.settings_dict
    folder = os.environ.get("CIVIUM_POSTGRES_PROGRAMS", "")
    found = shutil.which(program, path=folder or None)
    if found is None:
        raise Trouble(
            f"PostgreSQL's program {program} is not here.",
            "Install the client programs of your server's version (postgresql-client-18 or the like),",
            "or set CIVIUM_POSTGRES_PROGRAMS to the folder that they are in.",
        )
    env = {
        **os.environ,
        "PGHOST": str(there["HOST"]),
        "PGPORT": str(there["PORT"] or 5432),
        "PGUSER": str(there["USER"]),
        "PGPASSWORD": str(there["PASSWORD"]),
        "PGDATABASE": str(there["NAME"]),
        "PGOPTIONS": "-c civium.agencies=",
    }
    done = subprocess.run([found, *words], env=env, capture_output=True, text=True)
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()[-4:]
        if any("version mismatch" in line for line in said):
            said.append(
                "Install the client programs of the server's version (postgresql-client-18 or the like),"
            )
            said.append("or set CIVIUM_POSTGRES_PROGRAMS to the folder that they are in.")
        raise Trouble(f"{program} did not succeed:", *said)


# --- files ----------------------------------------------------------------------------------------------------------


def files_folder() -> Path:
    """Where the site keeps its files, sealed."""
    from django.conf import settings

    return Path(settings.CIVIUM_DATA) / "files"


def _stored_files() -> list[Path]:
    folder = files_folder()
    return sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []


def _beside_the_data() -> Path:
    """The data folder: what is unpacked there is put in place by a new name, without being copied again."""
    from django.conf import settings

    Path(settings.CIVIUM_DATA).mkdir(mode=0o700, parents=True, exist_ok=True)
    return Path(settings.CIVIUM_DATA)


def _tarred(parts: Iterable[tuple[str, Path]], say: Say) -> Iterator[bytes]:
    """The parts as one tar, made while it is read: nothing lies on the disk unsealed that did not before."""
    reading, writing = os.pipe()
    failed: list[BaseException] = []

    def write() -> None:
        try:
            with os.fdopen(writing, "wb") as out, tarfile.open(fileobj=out, mode="w|") as tar:
                for number, (name, path) in enumerate(parts, 1):
                    # A file may go while we copy: the cleaner, or somebody who is forgotten.
                    with suppress(FileNotFoundError):
                        tar.add(path, arcname=name, recursive=False)
                    if number % 1000 == 0:
                        say(f"  {number:,} files ...")
        except BaseException as problem:
            failed.append(problem)

    thread = Thread(target=write, daemon=True)
    thread.start()
    with os.fdopen(reading, "rb") as source:
        while chunk := source.read(CHUNK):
            yield chunk
    thread.join()
    if failed:
        raise failed[0]


def _refuse_in_one_place(folder: Path, others: str, what: str) -> None:
    """A copy beside what it is a copy of is lost with it; data and keys in one folder open each other."""
    from django.conf import settings

    for setting in ("CIVIUM_DATA", "CIVIUM_KEYS"):
        if folder.is_relative_to(getattr(settings, setting)):
            raise Trouble(
                f"{folder} is inside {setting}: whatever destroys one destroys the other.",
                "Name a folder on another disk, or better on another machine.",
            )
    if folder.is_dir() and any(folder.glob(f"civium-{others}")):
        raise Trouble(
            f"{what} are in {folder}. Data and keys are kept apart: together they can be read by whoever has the root key.",
            "Name another folder: docs/runbooks/backup-and-restore.md",
        )


def _new_file(folder: Path, name: str) -> Path:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as problem:
        raise Trouble(
            f"The folder {folder} cannot be made: {(problem.strerror or '').lower()}.",
            "Name a folder that this account may write in.",
        ) from None
    if not os.access(folder, os.W_OK):
        raise Trouble(f"This account may not write in {folder}.", "Name a folder that it may write in.")
    if (folder / name).exists():
        raise Trouble(f"{folder / name} is there already.", "Wait a second and try again.")
    return folder / name


def _write(path: Path, pieces: Iterable[bytes]) -> None:
    """Whole or not at all, readable by this account only."""
    part = path.with_name(f".{path.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _made_at(path: Path) -> datetime:
    from civium.foundation.vault.actions.archives import read_header

    with path.open("rb") as file:
        return read_header(file).made


@contextmanager
def unpacked(path: Path, say: Say) -> Iterator[Path]:
    """The parts of a backup of the data in a passing folder beside the data, every byte proved. Raises Trouble for a wrong file."""
    from civium.foundation.vault.actions.archives import open_archive

    with tempfile.TemporaryDirectory(dir=_beside_the_data(), prefix="restore-") as place:
        size, done = path.stat().st_size, 0
        with path.open("rb") as file, Untar(Path(place)) as tar:
            for frame in open_archive(file, kind=DATA):
                tar.write(frame)
                if (share := file.tell() * 10 // size) > done:
                    done = share
                    say(f"  {done * 10} % read and proved")
        yield Path(place)


class Untar:
    """A tar that is unpacked while it comes, into a folder of ours. Raises Trouble for one that is damaged or holds what ours never do."""

    def __init__(self, folder: Path) -> None:
        reading, writing = os.pipe()
        self._out = os.fdopen(writing, "wb")
        self._failed: list[BaseException] = []
        self._thread = Thread(target=self._read, args=(os.fdopen(reading, "rb"), folder), daemon=True)

    def __enter__(self) -> Untar:
        self._thread.start()
        return self

    def write(self, frame: bytes) -> None:
        self._out.write(frame)

    def _read(self, source: Any, folder: Path) -> None:
        try:
            with source, tarfile.open(fileobj=source, mode="r|") as tar:
                for member in tar:
                    _unpack(tar, member, folder)
                while source.read(CHUNK):
                    pass
        except tarfile.TarError as problem:
            self._fail(Trouble(f"What is packed in this backup cannot be unpacked: {problem}."), source)
        except BaseException as problem:
            self._fail(problem, source)

    def _fail(self, problem: BaseException, source: Any) -> None:
        """Note it, and read no more, so that whoever writes stops."""
        self._failed.append(problem)
        with suppress(OSError, ValueError):
            source.close()

    def __exit__(self, kind: type[BaseException] | None, *wrong: object) -> None:
        with suppress(BrokenPipeError):
            self._out.close()
        self._thread.join()
        # That nobody reads any more only follows from what failed.
        if self._failed and (kind is None or issubclass(kind, BrokenPipeError)):
            raise self._failed[0]


def _unpack(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """One part into the folder. By our own hand: Python's filters for what is hostile came with 3.11.4, and ours are plain files."""
    name = PurePosixPath(member.name)
    if not member.isreg() or name.is_absolute() or ".." in name.parts or not name.parts:
        raise Trouble(
            f"This backup holds what no backup of ours does: {member.name}.", "Nothing was changed."
        )
    place = folder / name
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    held = tar.extractfile(member)
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        shutil.copyfileobj(held, file, CHUNK)  # type: ignore[arg-type]  # a plain file has what it holds
