"""Ask an outside register about a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import Refusal

from ..adapters import NoAnswer, the_registers
from ..events import RegisterAsked
from ..rules import require_grounds


class RegisterUnavailable(Refusal):
    """The register does not answer, or this town is not connected to it."""

    message = _("We could not look this up just now.")
    what_next = _("You can go on and enter it yourself.")
    status = 503


def ask_register(
    register: str,
    field: str,
    *,
    about: Person,
    purpose: str,
    legal_basis: str,
    by: Person | None,
    at: datetime,
) -> Any:
    """Ask the register for one field about one person; None when it does not know. Each question goes on the record of
    the person it was about, with ``purpose`` (a code) and ``legal_basis`` (a code of GDPR article 6), and no value does.

    Refuses with RegisterUnavailable when there is no answer in time. Asking is convenience: callers go on without it,
    or use ``prefill_answers``, which does.
    """
    require_grounds(purpose, legal_basis)
    known = the_registers().get(register)
    try:
        if known is None or known.ask is None or field not in known.fields:
            raise NoAnswer
        value = known.ask(field, about)
        result = "unknown" if value is None else "answered"
    except NoAnswer:
        value, result = None, "unavailable"
    with transaction.atomic():
        record(RegisterAsked(about.pk, register, field, purpose, legal_basis, result), by=by, at=at)
    if result == "unavailable":
        raise RegisterUnavailable
    return value
