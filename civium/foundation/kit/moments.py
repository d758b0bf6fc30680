"""Moments as PostgreSQL gives them, read by Python's own parser: Django's takes six times as long, and a list at the desk has
two hundred of them."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper


def read_moments_quickly(connection: BaseDatabaseWrapper, **_told: object) -> None:
    """What Django calls when a connection is made."""
    if connection.vendor == "postgresql" and connection.timezone is UTC:
        connection.connection.adapters.register_loader("timestamptz", _loader())


@cache
def _loader() -> type[Any]:
    from django.db.backends.postgresql.psycopg_any import BaseTzLoader  # only where PostgreSQL is used

    class QuickLoader(BaseTzLoader):  # type: ignore[misc]
        timezone = UTC

        def load(self, data: Any) -> datetime:
            try:
                return datetime.fromisoformat(str(data, "ascii"))
            except ValueError:  # before our era, for ever, or what this server writes differently
                return super().load(data)

    return QuickLoader
