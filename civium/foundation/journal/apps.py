"""The room as a Django application: it finds every room's ``events.py`` and ``reactions.py``."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps


class JournalConfig(AppConfig):
    name = "civium.foundation.journal"

    def ready(self) -> None:
        rooms = [app.name for app in apps.get_app_configs() if app.name.startswith("civium.")]
        for part in ("events", "reactions"):
            for room in rooms:
                if find_spec(f"{room}.{part}"):
                    import_module(f"{room}.{part}")
