"""The ledger's guards, and whether anybody notices when they are gone."""

from __future__ import annotations

import pytest
from django.db import connection

from civium.engines.payments.ledger_guard import missing_guards

pytestmark = pytest.mark.django_db


def test_the_guards_stand() -> None:
    assert missing_guards(connection) == []


def test_a_guard_that_was_taken_away_is_named() -> None:
    on = "" if connection.vendor == "sqlite" else " ON payments_ledgerline"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER payments_ledgerline_update{on}")
    assert missing_guards(connection) == ["payments_ledgerline_update"]
