"""What was in the clear goes."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("applications", "0006_seal_initials")]

    operations = [migrations.RemoveField("certificate", "initials")]
