"""Counting tries, so that guessing and flooding end."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from civium.foundation.kit.refusals import Refusal
from civium.foundation.vault.actions.tokens import keyed_digest


class TooManyTries(Refusal):
    """Somebody, or a program, tried this very often."""

    message = _("This was tried too often from here.")
    what_next = _("Wait an hour and try again, or call us.")
    status = 429


def limit_tries(what: str, *, who: str, most: int, within: timedelta, at: datetime) -> None:
    """Count one try of ``what`` by ``who`` (an address of the network, an application); refuse when there were ``most`` already.

    The count begins anew ``within`` after the first try. It is in the cache, which may lose it: a brake, not a proof. Many at once
    are counted one after the other.
    """
    key = f"tries:{what}:{keyed_digest(who)}"
    with transaction.atomic():
        _alone(key)
        count, began = cache.get(key) or (0, at)
        if at - began >= within:
            count, began = 0, at
        if count >= most:
            raise TooManyTries
        cache.set(key, (count + 1, began), timeout=within.total_seconds())


def _alone(key: str) -> None:
    """Wait until nobody else counts under this key. On SQLite a transaction is alone from its beginning."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
