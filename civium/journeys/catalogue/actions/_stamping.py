"""Telling every process that the offer changed."""

from __future__ import annotations

from secrets import token_hex

from ..models import CatalogueStamp
from ..queries import look_again


def stamp_catalogue() -> None:
    """Give the catalogue a new stamp, in the transaction of the change."""
    CatalogueStamp.objects.update_or_create(id=1, defaults={"value": token_hex(16)})
    look_again()
