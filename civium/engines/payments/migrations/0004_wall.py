"""The wall between agencies goes up (PostgreSQL)."""

from __future__ import annotations

from django.db import migrations

from civium.engines.payments.wall import WALL
from civium.foundation.identity.policy import lift_wall, put_wall


def put(apps, schema_editor):
    put_wall(schema_editor.connection, WALL)


def lift(apps, schema_editor):
    lift_wall(schema_editor.connection, WALL)


class Migration(migrations.Migration):
    dependencies = [("payments", "0003_finance_notes")]

    operations = [migrations.RunPython(put, lift)]
