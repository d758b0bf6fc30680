"""The room as a Django application: its start-up checks, the wall between agencies, and what every connection to the database gets."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class IdentityConfig(AppConfig):
    name = "civium.foundation.identity"

    def ready(self) -> None:
        from civium.foundation.identity import arrivals, checks  # noqa: F401 - they register themselves
        from civium.foundation.identity.wall import put_after_migrating
        from civium.foundation.kit.moments import read_moments_quickly

        connection_created.connect(read_moments_quickly)
        post_migrate.connect(put_after_migrating, sender=self)
