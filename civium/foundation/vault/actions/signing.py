"""Sign messages between machines and check such signatures: webhooks in and out.

The header is ``t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.message">``, the scheme that payment providers use. While a secret
is being replaced a message may carry several ``v1``; one that fits is enough.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Final

TOLERANCE: Final = timedelta(seconds=300)
MOST_SIGNATURES: Final = 5


def sign_message(message: bytes, *, secret: str, at: datetime) -> str:
    """The signature header for the message, made at the moment ``at`` (aware)."""
    moment = int(at.timestamp())
    return f"t={moment},v1={_mac(message, secret=secret, moment=moment)}"


def is_signed(
    message: bytes, signature: str, *, secret: str, at: datetime, tolerance: timedelta = TOLERANCE
) -> bool:
    """Whether whoever knows the secret signed exactly these bytes, at most ``tolerance`` from now (``at``, aware).

    False for everything else, in the same time whatever is wrong: no header, a strange one, an old one, another secret.
    An empty secret signs nothing.
    """
    fields = [part.partition("=")[::2] for part in signature.split(",")[: MOST_SIGNATURES + 1]]
    moments = [value for name, value in fields if name.strip() == "t"]
    claimed = [value.strip() for name, value in fields if name.strip() == "v1"]
    moment = int(moments[0]) if len(moments) == 1 and _is_moment(moments[0]) else 0
    expected = _mac(message, secret=secret, moment=moment)
    fits = [hmac.compare_digest(expected.encode(), value.encode("utf-8", "replace")) for value in claimed]
    return bool(secret) and any(fits) and abs(at.timestamp() - moment) <= tolerance.total_seconds()


def _is_moment(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 12


def _mac(message: bytes, *, secret: str, moment: int) -> str:
    return hmac.new(secret.encode(), b"%d." % moment + message, hashlib.sha256).hexdigest()
