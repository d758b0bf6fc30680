"""The vault as an installed room."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class VaultRoom(AppConfig):
    name = "civium.foundation.vault"

    def ready(self) -> None:
        post_migrate.connect(_forget_keys, sender=self, dispatch_uid="vault")


def _forget_keys(**_told: Any) -> None:
    """The database may be another one now, or empty."""
    from .key_ring import forget_keys

    forget_keys()
