"""What the account library's pages are told beside their own context."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from civium.foundation.design.links import first_url
from civium.foundation.design.showing import words
from civium.foundation.kit.refusals import NotFound

from .queries import get_system, the_identities


def identities_to_use(request: HttpRequest) -> dict[str, Any]:
    """What a sign-in page says after "Sign in with": the one identity of the town, or that there are several; nothing without."""
    known = the_identities()
    if not known:
        return {"identities_to_use": ""}
    return {"identities_to_use": words(known[0].title) if len(known) == 1 else _("an official identity")}


def system_wanted(request: HttpRequest) -> dict[str, Any]:
    """The name of the sister system that the visitor comes from, when it asked for this sign-in: by the name that the town gave it."""
    following = request.POST.get("next") or request.GET.get("next") or ""
    place, _mark, asked = following.partition("?")
    if not asked or place != first_url("idp:oidc:authorization"):
        return {}
    try:
        return {"system_wanted": get_system(QueryDict(asked).get("client_id", "")).name}
    except (NotFound, SuspiciousOperation):
        return {}
