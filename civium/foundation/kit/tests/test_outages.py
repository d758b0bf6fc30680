"""A database that cannot is told apart from a program that is wrong; and what the cache could not write, it says."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction

from civium.foundation.kit.outages import is_outage
from tests.outage import held_by_another


@pytest.mark.usefixtures("site_cache")
def test_a_lock_is_an_outage_and_nothing_is_silently_not_written() -> None:
    with held_by_another("django_cache"):
        for write in (cache.add, cache.set):
            with pytest.raises(OperationalError) as found:
                write("tries", 1)
            assert is_outage(found.value)
        assert cache.get("tries") is None
    assert cache.add("tries", 1)
    assert not cache.add("tries", 2)
    assert cache.get("tries") == 1


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["SELECT 1 FROM nowhere", "SELECT nothing", "SELEKT 1"])
def test_a_wrong_statement_is_a_defect(statement: str) -> None:
    with pytest.raises(DatabaseError) as found, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert not is_outage(found.value)


def test_what_breaks_a_rule_of_the_database_is_a_defect() -> None:
    assert not is_outage(IntegrityError("twice"))
    assert not is_outage(None)
