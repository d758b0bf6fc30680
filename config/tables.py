"""The tables of the database, brought up to date."""

from __future__ import annotations

import os
from pathlib import Path
from warnings import catch_warnings

from config.keys import Say
from config.terminal import Trouble

ROOT = Path(__file__).resolve().parent.parent


def bring_tables_up_to_date(say: Say) -> None:
    """Apply the migrations that are missing, and have the table that the cache needs."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import DatabaseError, OperationalError
    from django.db.migrations.exceptions import InconsistentMigrationHistory

    Path(settings.CIVIUM_DATA).mkdir(mode=0o700, parents=True, exist_ok=True)
    if not os.access(settings.CIVIUM_DATA, os.W_OK):
        raise Trouble(
            f"The data folder {settings.CIVIUM_DATA} cannot be written.",
            "Give it to the user who runs Civium, or set CIVIUM_DATA to another folder.",
        )
    try:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
    except OperationalError as problem:
        if "no such table" in str(problem) or "already exists" in str(problem):
            raise _from_another_time(problem) from None
        raise does_not_answer(problem) from None
    except (DatabaseError, InconsistentMigrationHistory) as problem:
        raise _from_another_time(problem) from None
    say("  tables are up to date")


def refuse_unready_tables() -> None:
    """Refuse to serve when the database does not answer, or has not the tables of this version. Rooms need not be loaded."""
    from django.db import OperationalError, connection

    if connection.vendor == "sqlite" and not Path(str(connection.settings_dict["NAME"])).exists():
        raise _without_tables()
    try:
        # Django minds that its rooms are not loaded, which this does not need.
        with catch_warnings(action="ignore", category=RuntimeWarning), connection.cursor() as cursor:
            if "django_migrations" not in connection.introspection.table_names(cursor):
                raise _without_tables()
            cursor.execute("SELECT app, name FROM django_migrations")
            done = set(cursor.fetchall())
    except OperationalError as problem:
        raise does_not_answer(problem) from None
    finally:
        connection.close()
    ours = {(path.parts[-3], path.stem) for path in ROOT.glob("civium/*/*/migrations/[0-9]*.py")}
    if missing := sorted(ours - done):
        raise Trouble(
            f"The tables are older than this version of Civium: {len(missing)} changes wait, "
            f"the first is {'.'.join(missing[0])}.",
            "Make a backup:         civium backup FOLDER && civium keys backup OTHER-FOLDER",
            "Then bring them up:    civium migrate",
        )


def does_not_answer(problem: Exception) -> Trouble:
    """What to do about a database that cannot be reached."""
    return Trouble(
        f"The database does not answer: {str(problem).strip().splitlines()[0]}",
        "Is DATABASE_URL right, and is the database server running?",
    )


def _without_tables() -> Trouble:
    return Trouble(
        "This database has no tables yet.",
        "A new site:  civium migrate",
        "A site that had data: is DATABASE_URL right (without it, CIVIUM_DATA)? Or restore a backup: docs/runbooks/backup-and-restore.md",
    )


def _from_another_time(problem: Exception) -> Trouble:
    return Trouble(
        f"The tables of this database do not fit this version of Civium: {str(problem).strip().splitlines()[0]}",
        "A demo town is quickly made anew:  make demo-reset && make run",
        "A site with real data: go back to the version that it ran before, and read CHANGELOG.md.",
    )
