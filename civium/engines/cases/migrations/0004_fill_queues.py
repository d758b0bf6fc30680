"""Fill what the queues need of the cases that were there before: since when they are in their step."""

from __future__ import annotations

import json
from typing import Any

from django.db import migrations

BATCH = 500


def fill_queues(apps: Any, schema_editor: Any) -> None:
    """Go through all cases in the order of their ids, some at a time."""
    cases = apps.get_model("cases", "Case")
    entries = apps.get_model("journal", "Entry").objects.filter(kind="cases.CaseMoved")
    last = None
    while True:
        rows = (
            cases.objects.order_by("pk") if last is None else cases.objects.filter(pk__gt=last).order_by("pk")
        )
        some = list(rows[:BATCH])
        if not some:
            return
        last = some[-1].pk
        moved: dict[str, Any] = {}
        for entry in entries.filter(stream__in=[f"case:{case.pk}" for case in some]).order_by("id"):
            told = json.loads(entry.data)
            if told["left"] != told["step"]:
                moved[entry.stream] = entry.at
        for case in some:
            case.entered_at = case.closed_at or moved.get(f"case:{case.pk}", case.opened_at)
        cases.objects.bulk_update(some, ["entered_at"])


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_queues"), ("journal", "0001_initial")]

    operations = [migrations.RunPython(fill_queues, migrations.RunPython.noop)]
