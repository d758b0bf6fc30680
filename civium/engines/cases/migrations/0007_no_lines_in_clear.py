"""What was in the clear goes."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_seal_lines")]

    operations = [
        migrations.RemoveField("case", "about"),
        migrations.AddIndex(
            "word",
            models.Index(fields=["agency", "word_index", "opened_at", "case"], name="word_of_agency"),
        ),
    ]
