"""Put a backup back: proved first, beside what is there, and never over it."""

from __future__ import annotations

import json
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from config.backups import DATA, KEYS, Say, describe_site, dump, files_folder, postgres, unpacked
from config.terminal import Trouble


def restore(
    backup: Path,
    keys: Path,
    say: Say,
    *,
    at: datetime,
    may_keys_be_old: bool = False,
    may_begin_record_anew: bool = False,
) -> None:
    """Make the site what it was when the backup was taken, less whoever was forgotten since. Django is started.

    Refuses a file that is damaged, not ours, or made by a newer version, keys older than a week, and a record that is shorter than the
    copies of its checkpoints know, before anything is touched; the last may be asked for: then the record goes on under a new name. What
    is there now is kept beside it. Raises Trouble with what to do.
    """
    _refuse_while_served()
    _refuse_wrong_outside(backup, DATA, say)
    made = _refuse_wrong_outside(keys, KEYS, say)
    _refuse_old(made, at=at, may_be_old=may_keys_be_old)
    with _in_plain_words(), tempfile.TemporaryFile() as lines:
        count = _prove_keys(keys, lines)
        say(f"  {count:,} keys read and proved")
        _refuse_older_ledger()
        with unpacked(backup, say) as staged:
            manifest = json.loads((staged / "manifest.json").read_text())
            _refuse_unfit(manifest, staged)
            goes_on_anew = _goes_back(manifest, staged, may_begin_anew=may_begin_record_anew)
            with _put_aside(say, at=at, the_record_too=goes_on_anew):
                if goes_on_anew:
                    _name_anew(say)
                _put_in_place(staged, say)
                _compare(manifest, say)
                lines.seek(0)
                _bring_to_life(staged, lines, say, at=at)
    say("  Restored. Look at it with  civium check  before you serve it.")


def _refuse_while_served() -> None:
    from config.serving import is_being_served

    if is_being_served():
        raise Trouble("This site is being served.", "Stop it first, its workers too; then restore.")


def _refuse_wrong_outside(path: Path, kind: str, say: Say) -> datetime:
    """What the header says is enough to tell a wrong file before it is read to its end."""
    from civium.foundation.vault.actions.archives import NotOurs, read_header

    try:
        with path.open("rb") as file:
            header = read_header(file)
    except FileNotFoundError:
        raise Trouble(f"There is no file {path}.", "Give the path of a backup.") from None
    except NotOurs as wrong:
        raise Trouble(f"{path.name}: {wrong}", "Nothing was changed. Try another copy of it.") from None
    if header.kind != kind:
        raise Trouble(f"{path.name} is a backup of {header.kind}, not of {kind}.", "Nothing was changed.")
    say(f"  {path.name}: a backup of {kind}, made {header.made:%Y-%m-%d %H:%M} UTC")
    return header.made


def _refuse_old(made: datetime, *, at: datetime, may_be_old: bool) -> None:
    from civium.foundation.vault.actions.copy_keys import KEPT_FOR

    if at - made > KEPT_FOR and not may_be_old:
        raise Trouble(
            f"These keys were copied {(at - made).days} days ago; a copy is of use for {KEPT_FOR.days}.",
            "Keys of people who were forgotten since would come back until the erasure ledger is followed.",
            "Take a newer copy. If there is none, and the erasure ledger is whole: --old-keys",
        )


def _refuse_older_ledger() -> None:
    """The database that is to be put aside knows how far the ledger came; the one in the backup does not."""
    from django.db import DatabaseError, connection

    from civium.foundation.privacy.models import FollowedErasure
    from civium.foundation.privacy.queries import LedgerBroken, find_unreplayed

    if connection.vendor == "sqlite" and not Path(str(connection.settings_dict["NAME"])).exists():
        return
    try:
        if FollowedErasure._meta.db_table in connection.introspection.table_names():
            find_unreplayed()
    except LedgerBroken as problem:
        raise Trouble(str(problem), "Nothing was changed.") from None
    except DatabaseError:
        return  # a database that can no longer be read says nothing


@contextmanager
def _in_plain_words() -> Iterator[None]:
    from civium.foundation.vault.actions.archives import NotOurs
    from civium.foundation.vault.adapters.root_key import RootKeyMissing

    try:
        yield
    except (NotOurs, RootKeyMissing) as wrong:
        raise Trouble(str(wrong), "Nothing was changed.") from None


def _prove_keys(keys: Path, lines: Any) -> int:
    """Every line of the backup of keys, still wrapped, into a passing file without a name."""
    from civium.foundation.vault.actions.archives import open_archive
    from civium.foundation.vault.actions.copy_keys import require_root_keys

    with keys.open("rb") as file:
        for frame in open_archive(file, kind=KEYS):
            lines.write(frame)
    lines.seek(0)
    require_root_keys(lines)
    lines.seek(0)
    return sum(1 for _ in lines)


def _refuse_unfit(manifest: dict[str, Any], staged: Path) -> None:
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    if manifest["vendor"] != connection.vendor:
        raise Trouble(
            f"This backup is of a {manifest['vendor']} database; this site has {connection.vendor}.",
            "Set DATABASE_URL to a database of the same kind. Nothing was changed.",
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    unknown = sorted(set(manifest["migrations"]) - known)
    if unknown:
        raise Trouble(
            f"This backup was made by a newer version of Civium: it has {unknown[0]}.",
            "Install that version first. Nothing was changed.",
        )
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(staged / "database")) as copy:
            (verdict,) = copy.execute("PRAGMA integrity_check").fetchone()
        if verdict != "ok":
            raise Trouble("The database in this backup is not sound.", "Nothing was changed.")


def _goes_back(manifest: dict[str, Any], staged: Path, *, may_begin_anew: bool) -> bool:
    """Whether more was signed for than the backup has: whoever holds that would call the record rolled back, and rightly so."""
    from civium.foundation.journal.copies import copied_size, copies_folder

    there, known = manifest["rows"].get("journal_leaf", 0), copied_size()
    if manifest["vendor"] == "sqlite":  # what was signed between counting and copying is no loss
        with closing(sqlite3.connect(staged / "database")) as copy:
            (there,) = copy.execute("SELECT COUNT(*) FROM journal_leaf").fetchone()
    if known <= there:
        return False
    if not may_begin_anew:
        raise Trouble(
            f"The record in this backup ends after {there:,} entries, and the copies of its checkpoints in {copies_folder()} know of "
            f"{known:,}: what was recorded since would be missing.",
            "Is there a newer backup? If not, and no attack is behind it: the same once more with  --new-record",
            "The record then goes on under a new name (docs/how-to/when-the-record-does-not-verify.md). Nothing was changed.",
        )
    return True


def _name_anew(say: Say) -> None:
    """A key that never signed: nobody who saw the record go further takes what follows for its going on."""
    from civium.foundation.journal.actions.make_signing_key import make_signing_key
    from civium.foundation.journal.signing import public_key_in, signing_key_path

    make_signing_key()
    say(f"  the record goes on under a new name: {public_key_in(signing_key_path())}")
    say("  Give it to the witnesses (--log), and publish it with from when to when entries are missing.")


@contextmanager
def _put_aside(say: Say, *, at: datetime, the_record_too: bool) -> Iterator[None]:
    """Keep what is there under another name, and put it back when restoring breaks off. ``the_record_too``: its key, and what it signed."""
    from django.conf import settings
    from django.db import connection, connections

    from civium.foundation.journal.actions.make_signing_key import list_as_earlier
    from civium.foundation.journal.copies import copies_folder
    from civium.foundation.journal.signing import signing_key_path

    mark = f"before-restore-{at:%Y%m%dT%H%M%SZ}"
    kept: list[tuple[Path, Path]] = []
    dumped = Path(settings.CIVIUM_DATA) / f"{mark}.dump"
    if connection.vendor == "sqlite":
        place = Path(str(connection.settings_dict["NAME"]))
        connections.close_all()
        kept += [
            (place.with_name(place.name + end), place.with_name(f"{place.name}.{mark}{end}"))
            for end in ("", "-wal", "-shm")
        ]
    else:
        _keep_postgres(dumped, say)
    kept.append((files_folder(), files_folder().with_name(f"files.{mark}")))
    if the_record_too:
        list_as_earlier()
        kept += [
            (path, path.with_name(f"{path.name}.{mark}")) for path in (copies_folder(), signing_key_path())
        ]
    kept = [(now, then) for now, then in kept if now.exists()]
    for now, then in kept:
        now.rename(then)
        say(f"  what is there is kept as {then.name}")
    try:
        yield
    except BaseException:
        connections.close_all()
        for now, then in kept:
            if now.exists():
                now.rename(now.with_name(f"{now.name}.failed-{at:%Y%m%dT%H%M%SZ}"))
            then.rename(now)
        if connection.vendor != "sqlite":
            _put_back_postgres(dumped, say)
        say("  It broke off. What was there is in its place again.")
        raise


def _keep_postgres(copy: Path, say: Say) -> None:
    from django.db import connection

    if connection.introspection.table_names():
        os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        dump(copy)
        say(f"  what is there is kept as {copy.name}")


def _put_back_postgres(copy: Path, say: Say) -> None:
    """The database as it was kept; where that cannot be, its copy stays and the runbook says how."""
    try:
        _empty_postgres()
        if copy.exists():
            _restore_postgres(copy)
            copy.unlink()
    except Exception:
        say(f"  The database cannot be put back by itself: its copy is {copy.name} (docs/runbooks).")
        raise


def _put_in_place(staged: Path, say: Say) -> None:
    from django.db import connection

    if connection.vendor == "sqlite":
        (staged / "database").replace(Path(str(connection.settings_dict["NAME"])))
    else:
        _empty_postgres()
        _restore_postgres(staged / "database", "--section=pre-data", "--section=data")
    if (staged / "files").is_dir():
        (staged / "files").rename(files_folder())
    say("  database and files are in place")


def _empty_postgres() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    connection.close()


def _restore_postgres(copy: Path, *sections: str) -> None:
    from django.db import connection

    postgres(
        "pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", *sections,
        f"--dbname={connection.settings_dict['NAME']}", str(copy),
    )  # fmt: skip
    connection.close()


def _compare(manifest: dict[str, Any], say: Say) -> None:
    """Every table has the rows that it had, every file is there."""
    rows = describe_site()["rows"]
    different = [table for table, count in manifest["rows"].items() if rows.get(table) != count]
    # What was written between counting and copying is no loss; what is missing is.
    lost = [table for table in different if rows.get(table, 0) < manifest["rows"][table]]
    if lost:
        raise Trouble(f"Rows are missing after restoring: {', '.join(lost)}.", "Try another backup.")
    say(f"  {sum(rows.values()):,} rows in {len(rows)} tables, none missing")


def _bring_to_life(staged: Path, lines: Any, say: Say, *, at: datetime) -> None:
    """Keys, indexes, newer tables, and what was erased since: then the record and the money must agree."""
    from django.db import connection

    from civium.foundation.vault.actions.copy_keys import import_keys
    from civium.foundation.vault.queries import find_key_problems, lacks_keys
    from config.checks import journal_findings, show
    from config.tables import bring_tables_up_to_date

    say(f"  {import_keys(lines):,} keys are in place")
    if lacks_keys():
        raise Trouble(
            "These keys were copied before a key was replaced that the data needs.",
            "Take a copy of the keys that was made after this backup of the data.",
        )
    if connection.vendor != "sqlite":  # its foreign keys are looked at now, and some lead to keys
        _restore_postgres(staged / "database", "--section=post-data")
    bring_tables_up_to_date(say)
    if problems := find_key_problems():
        raise Trouble("The keys do not open what was restored:", *problems)
    say(f"  {_replay(at)} erasures since then were followed")
    if show(journal_findings()):
        raise Trouble("What was restored does not agree with itself; see above.", "Try another backup.")


def _replay(at: datetime) -> int:
    from civium.foundation.privacy.actions.replay_erasures import replay_erasures

    return replay_erasures(at=at)
