"""The room as a Django application: it finds every room's ``tasks.py``."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps


class JobsConfig(AppConfig):
    name = "civium.foundation.jobs"

    def ready(self) -> None:
        for room in apps.get_app_configs():
            if room.name.startswith("civium.") and find_spec(f"{room.name}.tasks"):
                import_module(f"{room.name}.tasks")
