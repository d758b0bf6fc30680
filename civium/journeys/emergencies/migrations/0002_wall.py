"""The wall between agencies goes up (PostgreSQL)."""

from __future__ import annotations

from django.db import migrations

from civium.foundation.identity.policy import lift_wall, put_wall
from civium.journeys.emergencies.wall import WALL


def put(apps, schema_editor):
    put_wall(schema_editor.connection, WALL)


def lift(apps, schema_editor):
    lift_wall(schema_editor.connection, WALL)


class Migration(migrations.Migration):
    dependencies = [("emergencies", "0001_initial"), ("cases", "0008_wall")]

    operations = [migrations.RunPython(put, lift)]
