"""The first edition of the index, empty: changes wait for each other on its row."""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.utils import timezone


def make_first_edition(apps: Any, schema_editor: Any) -> None:
    now = timezone.now()
    apps.get_model("search", "Edition").objects.create(begun_at=now, current_since=now)


class Migration(migrations.Migration):
    dependencies = [("search", "0001_the_index")]
    operations = [migrations.RunPython(make_first_edition, migrations.RunPython.noop)]
