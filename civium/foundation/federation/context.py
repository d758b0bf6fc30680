"""What the account library's pages are told beside their own context."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from civium.foundation.design.showing import words

from .queries import the_identities


def identities_to_use(request: HttpRequest) -> dict[str, Any]:
    """What a sign-in page says after "Sign in with": the one identity of the town, or that there are several; nothing without."""
    known = the_identities()
    if not known:
        return {"identities_to_use": ""}
    return {"identities_to_use": words(known[0].title) if len(known) == 1 else _("an official identity")}
