"""The room as a Django application: it finds every room's ``personal_data.py``, and watches over what jobs read."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps


class PrivacyConfig(AppConfig):
    name = "civium.foundation.privacy"

    def ready(self) -> None:
        from civium.foundation.jobs.actions.surround import surround_attempts
        from civium.foundation.privacy.actions.watch_readings import automatic_readings

        surround_attempts(automatic_readings)
        for room in [app.name for app in apps.get_app_configs() if app.name.startswith("civium.")]:
            if find_spec(f"{room}.personal_data"):
                import_module(f"{room}.personal_data")
