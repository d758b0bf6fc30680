"""Find a thing in an outside register, by its reference."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record

from ..adapters import NoAnswer, the_registers
from ..events import RegisterAsked
from ..rules import require_grounds
from .ask_register import RegisterUnavailable


def find_in_register(
    register: str,
    keys: Mapping[str, str],
    *,
    asked_by: Person,
    purpose: str,
    legal_basis: str,
    at: datetime,
) -> dict[str, Any] | None:
    """Find the thing that has all of these keys: its facts, or None when there is none. That somebody looked goes on their
    record, with ``purpose`` and ``legal_basis`` (a code of GDPR article 6); neither the keys' values nor the facts do.

    Refuses with RegisterUnavailable when there is no answer in time.
    """
    require_grounds(purpose, legal_basis)
    known = the_registers().get(register)
    found: Mapping[str, Any] | None = None
    try:
        if known is None or known.find is None or set(keys) != known.keys:
            raise NoAnswer
        found = known.find(keys, at)
        result = "unknown" if found is None else "answered"
    except NoAnswer:
        result = "unavailable"
    with transaction.atomic():
        event = RegisterAsked(asked_by.pk, register, "+".join(sorted(keys)), purpose, legal_basis, result)
        record(event, by=asked_by, at=at)
    if result == "unavailable":
        raise RegisterUnavailable
    return None if found is None else dict(found)
