"""A database that cannot: really locked by another, or answering nothing at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection

from config import settings as of_the_site


@pytest.fixture
def site_cache(transactional_db: None, settings: Any) -> Iterator[None]:
    """The cache of the site, in the database, where other tests have one in memory."""
    settings.CACHES = of_the_site.CACHES
    call_command("createcachetable")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE django_cache")


@contextmanager
def held_by_another(*tables: str) -> Iterator[None]:
    """Somebody else writes these tables (on SQLite all of them) and does not end; we wait for it 50 ms rather than 20 s.

    For tests with ``transaction=True``.
    """
    is_sqlite = connection.vendor == "sqlite"
    other = connection.copy()
    other.set_autocommit(is_sqlite)
    with connection.cursor() as ours, other.cursor() as theirs:
        ours.execute("PRAGMA busy_timeout = 50" if is_sqlite else "SET lock_timeout = 50")
        theirs.execute(
            "BEGIN IMMEDIATE" if is_sqlite else f"LOCK TABLE {', '.join(tables)} IN EXCLUSIVE MODE"
        )
    try:
        yield
    finally:
        other.close()
        with connection.cursor() as ours:
            ours.execute("PRAGMA busy_timeout = 20000" if is_sqlite else "RESET lock_timeout")


@contextmanager
def gone() -> Iterator[None]:
    """No statement is answered any more."""

    def refuse(*_statement: Any) -> NoReturn:
        raise OperationalError("the server of amina@example.org closed the connection unexpectedly")

    with connection.execute_wrapper(refuse):
        yield
