"""The room as a Django application: its start-up checks."""

from __future__ import annotations

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "civium.foundation.identity"

    def ready(self) -> None:
        from civium.foundation.identity import arrivals, checks  # noqa: F401 - they register themselves
