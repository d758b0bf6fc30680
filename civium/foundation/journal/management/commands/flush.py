"""Django's ``flush``, aware that the record cannot be emptied: allowed in a demo town and in tests, refused elsewhere."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands.flush import Command as Flush

from civium.foundation.journal.append_only import triggers_lifted


class Command(Flush):
    def handle(self, **options: Any) -> None:
        if not settings.CIVIUM_DEMO:
            raise CommandError("The record of this site cannot be emptied. Only a demo town can be flushed.")
        with triggers_lifted():
            super().handle(**options)
