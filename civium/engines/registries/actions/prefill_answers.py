"""Look up what a form need not ask."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from civium.foundation.identity.models import Person

from .ask_register import RegisterUnavailable, ask_register


def prefill_answers(
    prefill: Mapping[str, str],
    *,
    about: Person,
    purpose: str,
    legal_basis: str,
    by: Person | None,
    at: datetime,
) -> dict[str, Any]:
    """The answers that registers know, by question name. What no register answers is left for the person to say."""
    found = {}
    for question, source in prefill.items():
        register, _, field = source.partition(".")
        try:
            value = ask_register(
                register, field, about=about, purpose=purpose, legal_basis=legal_basis, by=by, at=at
            )
        except RegisterUnavailable:
            continue
        if value is not None:
            found[question] = value
    return found
