"""Columns for the line for lists, sealed, and for blind indexes of its words."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_fill_queues")]

    operations = [
        migrations.AddField("case", "about_sealed", models.BinaryField(null=True, editable=False)),
        migrations.RemoveIndex("word", "word_of_agency"),
        migrations.RemoveField("word", "word"),
        migrations.AddField(
            "word", "word_index", models.BinaryField(max_length=8, default=b""), preserve_default=False
        ),
    ]
