"""Start-up checks: a URL without a declared policy stops the program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.urls import URLPattern, URLResolver, get_resolver

# Addresses whose views belong to the account library, which guards them itself.
GUARDED_BY_ALLAUTH = ("allauth.",)


def walk_patterns(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every URL pattern of the site with its full route."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from walk_patterns(pattern, route)
        else:
            yield route, pattern


@register("civium")
def every_url_has_a_policy(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Name each URL whose view declares no policy."""
    return [
        Error(
            f"/{route} declares no policy",
            hint="decorate its view with identity.policy.open_to(...)",
            id="civium.E001",
        )
        for route, pattern in walk_patterns()
        if not hasattr(pattern.callback, "policy")
        and not getattr(pattern.callback, "__module__", "").startswith(GUARDED_BY_ALLAUTH)
    ]
