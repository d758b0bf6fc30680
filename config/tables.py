"""The tables of the database, brought up to date."""

from __future__ import annotations

import os
from pathlib import Path

from config.keys import Say
from config.terminal import Trouble


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
        raise Trouble(
            f"The database does not answer: {str(problem).strip().splitlines()[0]}",
            "Is DATABASE_URL right, and is the database server running?",
        ) from None
    except (DatabaseError, InconsistentMigrationHistory) as problem:
        raise _from_another_time(problem) from None
    say("  tables are up to date")


def _from_another_time(problem: Exception) -> Trouble:
    return Trouble(
        f"The tables of this database do not fit this version of Civium: {str(problem).strip().splitlines()[0]}",
        "A demo town is quickly made anew:  make demo-reset && make run",
        "A site with real data: go back to the version that it ran before, and read CHANGELOG.md.",
    )
