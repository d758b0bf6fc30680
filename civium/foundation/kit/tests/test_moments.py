"""Moments from the database."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import DataError, connection

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def _read(written: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [written])
        return cursor.fetchone()[0]


@pytest.fixture(autouse=True)
def _postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no moments of its own")


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 23, 17, 26, 24, 123456, UTC),
        datetime(2026, 11, 23, 17, 26, 24, 100000, UTC),
        datetime(2024, 2, 29, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999999, UTC),
    ],
)
def test_a_moment_comes_back_as_it_was_written(moment: datetime) -> None:
    found = _read(moment.isoformat())

    assert found == moment
    assert isinstance(found, datetime)
    assert found.tzinfo is UTC


@pytest.mark.parametrize("written", ["infinity", "12026-01-01 00:00:00+00", "0044-03-15 00:00:00+00 BC"])
def test_what_python_has_no_moment_for_is_refused(written: str) -> None:
    with pytest.raises(DataError):
        _read(written)


def test_a_connection_in_another_zone_gives_the_same_moment() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'Asia/Kathmandu'")

    assert _read("2026-11-23 12:00:00+00") == datetime(2026, 11, 23, 12, tzinfo=UTC)
