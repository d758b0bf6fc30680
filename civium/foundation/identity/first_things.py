"""What somebody must do before they go on: a second factor for whoever works here, a longer password for whoever has none left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from civium.foundation.identity.passwords import has_second_factor

# Set when a password came in that is long enough only together with a second factor, and there is none.
SHORT_PASSWORD: Final = "short_password"  # noqa: S105 - a key of the session
# What one needs to do it: looking after one's own way to sign in, and leaving.
_ALLOWED: Final = frozenset(
    {"confirm", "onward", "second_factor", "stay", "recovery", "stop_recovery", "not_me_by_link"}
)


def what_comes_first(request: HttpRequest, view: Callable[..., Any]) -> HttpResponseBase | None:
    """Where this visitor must go first; nobody is held up on public pages, nor on those that they need for it."""
    if not _is_own_place(request, view) or not request.user.is_authenticated:
        return None
    if (
        settings.CIVIUM_STAFF_SECOND_FACTOR
        and request.user.works_here
        and not has_second_factor(request.user)
    ):
        return redirect("identity:second_factor")
    if request.session.get(SHORT_PASSWORD):
        if not has_second_factor(request.user):
            return redirect("account_change_password")
        del request.session[SHORT_PASSWORD]
    return None


def _is_own_place(request: HttpRequest, view: Callable[..., Any]) -> bool:
    policy = getattr(view, "policy", None)
    match = request.resolver_match
    is_allowed = match is not None and match.namespace == "identity" and match.url_name in _ALLOWED
    return policy is not None and not is_allowed and (policy.needs_sign_in or policy.name.startswith("staff"))
