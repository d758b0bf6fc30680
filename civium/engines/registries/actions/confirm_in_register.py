"""Ask an outside register whether somebody may act for another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record

from ..adapters import ActsFor, NoAnswer, the_registers
from ..events import RegisterAsked
from ..rules import require_grounds
from .ask_register import RegisterUnavailable


def confirm_in_register(
    register: str,
    other: Mapping[str, str],
    *,
    of: Person,
    purpose: str,
    legal_basis: str,
    by: Person | None,
    at: datetime,
) -> ActsFor | None:
    """Ask whether ``of`` may act for whoever all of ``other`` names; None when the register does not say so, whatever the reason.

    That it was asked goes on the record of ``of``, with ``purpose`` and ``legal_basis`` (a code of GDPR article 6); neither who
    the other is nor what it said does. Refuses with RegisterUnavailable when there is no answer in time.
    """
    require_grounds(purpose, legal_basis)
    known = the_registers().get(register)
    said: ActsFor | None = None
    try:
        if known is None or known.confirm is None or set(other) != known.others:
            raise NoAnswer
        said = known.confirm(of, other, at)
        result = "unknown" if said is None else "answered"
    except NoAnswer:
        result = "unavailable"
    with transaction.atomic():
        event = RegisterAsked(of.pk, register, "+".join(sorted(other)), purpose, legal_basis, result)
        record(event, by=by, at=at)
    if result == "unavailable":
        raise RegisterUnavailable
    return said
