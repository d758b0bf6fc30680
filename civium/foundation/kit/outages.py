"""When the database cannot do its work: locked, full, gone. Nobody's mistake, and over in a while; never mixed up with a defect."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.db import OperationalError, connections, router, transaction


def is_outage(error: BaseException | None) -> bool:
    """Whether the database could not do what was right to ask. SQLite gives a wrong statement the same name, but a code of its own."""
    if not isinstance(error, OperationalError):
        return False
    code = getattr(error.__cause__, "sqlite_errorcode", None)
    return code is None or code & 0xFF != sqlite3.SQLITE_ERROR


class CacheThatSaysSo(DatabaseCache):
    """Django's, except that what it could not write is an error rather than a "no": tries are counted here."""

    def clear_expired(self, *, at: datetime) -> None:
        """Remove what is over. Django's own does so only when the table is full."""
        connection = connections[router.db_for_write(self.cache_model_class)]
        now = connection.ops.adapt_datetimefield_value(at)
        with connection.cursor() as cursor:
            table = connection.ops.quote_name(self._table)  # type: ignore[attr-defined]
            cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [now])  # noqa: S608 - our own table

    def _base_set(self, mode: str, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT) -> bool:
        database = router.db_for_write(self.cache_model_class)
        connection = connections[database]
        before, connection.errors_occurred = connection.errors_occurred, False
        try:
            # Around Django's own, so that its end is ours to see, and what went wrong inside is not forgotten by a rollback.
            with transaction.atomic(using=database):
                is_done = bool(super()._base_set(mode, key, value, timeout))  # type: ignore[misc]
                # Two that write one key at once are no error here: the second is told "no".
                if connection.errors_occurred:
                    raise OperationalError("the cache could not be written")
        finally:
            connection.errors_occurred = connection.errors_occurred or before
        return is_done
