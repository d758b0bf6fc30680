"""Tell an outside register something."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.journal.queries import find_entries

from ..adapters import Message, NoAnswer, NotTaken, the_registers
from ..events import RegisterTold
from ..queries import was_taken
from ..rules import require_grounds


class NotTold(Exception):
    """The register has not taken the message. It says why on the record; whoever told it tries again."""


def tell_register(
    register: str,
    message: str,
    facts: Mapping[str, Any],
    *,
    about: Person,
    subject: str,
    key: str,
    purpose: str,
    legal_basis: str,
    by: Person | None,
    at: datetime,
) -> None:
    """Tell the register about a person: the facts of one of its messages. What was told goes on the record of the person
    and of ``subject``, with ``purpose`` and ``legal_basis`` (a code of GDPR article 6), and no value does.

    ``key`` is the same at every try: what the register has taken is not told again. Raises NotTold when it does not
    answer or does not take it, after recording so; the same failure of the same message is recorded once.
    """
    require_grounds(purpose, legal_basis)
    if was_taken(subject, key):
        return
    result = _try(Message(key, message, facts, about), register, at=at)
    event = RegisterTold(about.pk, subject, register, message, key, purpose, legal_basis, result)
    with transaction.atomic():
        if not any(entry.event == event for entry in find_entries([subject])):
            record(event, by=by, at=at)
    if result != "taken":
        raise NotTold(f"{register}: {result}")


def _try(message: Message, register: str, *, at: datetime) -> str:
    known = the_registers().get(register)
    if known is None or known.take is None:
        return "unavailable"
    if not message.facts.keys() <= known.messages.get(message.kind, frozenset()):
        return "refused"
    try:
        known.take(message, at)
    except NoAnswer:
        return "unavailable"
    except NotTaken:
        return "refused"
    return "taken"
