"""Random tokens for links and one-time codes: give the token away, store only its digest. And digests of what is no token."""

from __future__ import annotations

import hashlib
import secrets

from django.utils.crypto import salted_hmac


def new_token() -> str:
    """A token nobody can guess, safe in a URL: 192 random bits as 32 characters."""
    return secrets.token_urlsafe(24)


def token_digest(token: str) -> str:
    """What to store and look up: SHA-256 as 64 hex characters. Without salt or stretching: the token is random enough."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def keyed_digest(text: str) -> str:
    """What to count and compare by, of something that can be guessed, such as an address: HMAC-SHA256 as 64 hex characters.

    Under the site's secret key, which is in no database: whoever has the rows alone cannot try addresses. A new secret key begins anew.
    """
    return salted_hmac("civium keyed digest", text.encode("utf-8", "replace"), algorithm="sha256").hexdigest()
