"""The room as a Django application: it finds every room's ``personal_data.py``, and watches over what jobs read."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate, pre_migrate

# Whether an owner's data lies still is read with their key: it costs no statement, and no copy of it can be out of date.
LIES_STILL = "SELECT r.because FROM privacy_restriction r WHERE r.owner = k.owner AND r.ended_at IS NULL"


class PrivacyConfig(AppConfig):
    name = "civium.foundation.privacy"

    def ready(self) -> None:
        from civium.foundation.jobs.actions.surround import surround_attempts
        from civium.foundation.privacy import checks  # noqa: F401 - registers the checks of what rooms declare
        from civium.foundation.privacy.actions.watch_readings import automatic_readings
        from civium.foundation.vault.actions.watching import mark_owners

        def look_for_restrictions(**_signal: object) -> None:
            mark_owners(LIES_STILL)

        def look_for_nothing(**_signal: object) -> None:
            mark_owners("NULL")

        look_for_restrictions()
        # While the tables are being made there may be none to look in.
        pre_migrate.connect(look_for_nothing, sender=self, weak=False, dispatch_uid="privacy-before")
        post_migrate.connect(look_for_restrictions, sender=self, weak=False, dispatch_uid="privacy-after")
        surround_attempts(automatic_readings)
        for room in [app.name for app in apps.get_app_configs() if app.name.startswith("civium.")]:
            if find_spec(f"{room}.personal_data"):
                import_module(f"{room}.personal_data")
