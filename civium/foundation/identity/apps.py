"""The room as a Django application: its start-up checks, and the wall between agencies."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class IdentityConfig(AppConfig):
    name = "civium.foundation.identity"

    def ready(self) -> None:
        from civium.foundation.identity import arrivals, checks  # noqa: F401 - they register themselves
        from civium.foundation.identity.wall import put_after_migrating

        post_migrate.connect(put_after_migrating, sender=self)
