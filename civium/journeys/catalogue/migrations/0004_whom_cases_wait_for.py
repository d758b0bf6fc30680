"""Say of the open cases that were there before whom their step waits for, as their documents have it."""

from __future__ import annotations

import json
from typing import Any

from django.db import migrations

from civium.engines.cases.schema import ROLES


def say_whom_cases_wait_for(apps: Any, schema_editor: Any) -> None:
    """Once for each step of each published version: all cases that rest there, in one statement."""
    cases = apps.get_model("cases", "Case").objects.filter(closed_at=None, waits_for="")
    for version in apps.get_model("catalogue", "PublishedVersion").objects.all():
        steps = json.loads(version.document).get("steps") or {}
        for name, step in steps.items():
            able = {role for move in (step.get("moves") or ()) for role in _roles(move["by"])}
            code = " ".join(role for role in ROLES if role in able)
            cases.filter(service=version.service, version=version.number, step=name).update(waits_for=code)


def _roles(written: Any) -> list[str]:
    return [written] if isinstance(written, str) else list(written)


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0003_lists"), ("cases", "0004_fill_queues")]

    operations = [migrations.RunPython(say_whom_cases_wait_for, migrations.RunPython.noop)]
