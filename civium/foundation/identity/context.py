"""What the account library's pages are told beside their own context."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from civium.foundation.identity.queries import demo_accounts


def accounts_to_try(request: HttpRequest) -> dict[str, Any]:
    """The demo town's accounts, for its sign-in page."""
    return {"demo_accounts": demo_accounts()}
