"""The vault as an installed room."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class VaultRoom(AppConfig):
    name = "civium.foundation.vault"

    def ready(self) -> None:
        from . import checks  # noqa: F401 - registers the check of field classes

        post_migrate.connect(_forget_keys, sender=self, dispatch_uid="vault")
        _seal_details_of_the_record()


def _forget_keys(**_told: Any) -> None:
    """The database may be another one now, or empty."""
    from .key_ring import forget_keys

    forget_keys()


def _seal_details_of_the_record() -> None:
    """The journal stands below: it is told who seals."""
    from civium.foundation.journal.actions.seal_details import DetailErased, Sealer, use_sealer

    from .actions.sealing import KeyDestroyed, open_sealed, seal

    def open_detail(blob: bytes, *, under: str, at: str) -> Any:
        try:
            return open_sealed(blob, under=under, at=at)
        except KeyDestroyed as gone:
            raise DetailErased from gone

    use_sealer(Sealer(seal, open_detail))
