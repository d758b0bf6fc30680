"""Random tokens for links and one-time codes. Give the token away, store only its digest."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """A token nobody can guess, safe in a URL: 192 random bits as 32 characters."""
    return secrets.token_urlsafe(24)


def token_digest(token: str) -> str:
    """What to store and look up: SHA-256 as 64 hex characters. Without salt or stretching: the token is random enough."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
