"""Answers of "Is this for me?" on their way: sealed in the address of the next page, for a day, and kept nowhere.

So the check needs no account and no script, going back is what the browser does anyway, and a log of addresses says nothing.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from civium.foundation.vault.actions.passing import SealBroken, open_passing, seal_passing

CARRIED_FOR: Final = timedelta(days=1)
LONGEST: Final = 6000  # browsers and proxies take addresses of 8,000 characters


class TooLong(ValueError):
    """Answers that do not fit into an address."""


def seal_answers(service: str, answers: Mapping[str, Any], *, at: datetime) -> str:
    """The answers as one word for an address. Raises TooLong."""
    until = int((at + CARRIED_FOR).timestamp())
    sealed = seal_passing({"until": until, "answers": dict(answers)}, at=_place(service))
    word = base64.urlsafe_b64encode(sealed).decode().rstrip("=")
    if len(word) > LONGEST:
        raise TooLong
    return word


def open_answers(service: str, word: str, *, at: datetime) -> dict[str, Any]:
    """The answers that were sealed for this service in the last day; none for anything else."""
    if not word or len(word) > LONGEST:
        return {}
    try:
        opened = open_passing(base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)), at=_place(service))
    except (SealBroken, binascii.Error, ValueError):
        return {}
    return dict(opened["answers"]) if at.timestamp() < opened["until"] else {}


def _place(service: str) -> str:
    return f"eligibility:{service}"
