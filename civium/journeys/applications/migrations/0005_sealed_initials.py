"""The initials on certificates are sealed: the column."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("applications", "0004_ways_to_come_back")]

    operations = [
        migrations.AddField(
            "certificate",
            "initials_sealed",
            models.BinaryField(
                null=True, editable=False, help_text="The holder's initials, to compare with the paper."
            ),
        )
    ]
