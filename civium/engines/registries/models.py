"""Tables of registries: none for the real work, which is done outside. The demo town's registers remember here."""

from __future__ import annotations

from django.db import models


class DemoMessage(models.Model):
    """That a register of the demo town was told something: by which key, of what kind, about which thing. Nobody's data."""

    key = models.CharField(max_length=200, unique=True)
    kind = models.SlugField(max_length=60)
    thing = models.CharField(max_length=60, blank=True, db_index=True)
    told_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
