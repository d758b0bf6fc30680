"""Addresses. Machines' carry no language; the pages about them do."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path, re_path

from civium.foundation.identity.policy import bearer_token, open_to

from . import views
from .api import api, documentation
from .pace import at_a_pace


def _guarded(pattern: Any) -> URLPattern:
    """The address with its policy declared, as every address has one. Which token is needed is the operation's own."""
    pattern.callback = open_to(bearer_token)(at_a_pace(pattern.callback))
    pattern.callback.__module__ = __name__
    guarded: URLPattern = pattern
    return guarded


_operations, _app_name, _namespace = api.urls

# For ``include``, under the namespace ``api``.
machine_patterns = (
    [
        *(_guarded(one) for one in _operations if getattr(one, "name", "") != "api-root"),
        _guarded(path("", views.nothing_here, name="api-root")),  # the description asks where it is
        _guarded(re_path(r"^.*$", views.nothing_here, name="nothing")),
    ],
    _app_name,
)

app_name = "access"
urlpatterns = [
    path("api/", documentation, name="documentation"),
    path("my/access/", views.tokens, name="tokens"),
    path("my/access/<uuid:id>/end/", views.end, name="end"),
]
