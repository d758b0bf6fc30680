"""Cosignatures lie under numbers that follow from what they are, so that a changed one is found."""

from django.db import migrations, models

from civium.foundation.journal.append_only import lift_triggers, put_triggers
from civium.foundation.journal.standalone.verify_record import cosignature_number

TABLES = ("journal_cosignature",)


def put(apps, schema_editor):
    put_triggers(schema_editor.connection, TABLES)


def lift(apps, schema_editor):
    lift_triggers(schema_editor.connection, TABLES)


def number_anew(apps, schema_editor):
    cosignatures = apps.get_model("journal", "Cosignature").objects
    for id, size, witness in cosignatures.values_list("id", "checkpoint_id", "witness"):
        cosignatures.filter(id=id).update(id=cosignature_number(size, witness))


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0002_details_and_witnesses"),
    ]

    operations = [
        migrations.RunPython(lift, put),
        migrations.AlterField(
            model_name="cosignature",
            name="id",
            field=models.BigIntegerField(
                help_text="Follows from the two below, so that no other number fits.",
                primary_key=True,
                serialize=False,
            ),
        ),
        migrations.RunPython(number_anew, migrations.RunPython.noop),
        migrations.RunPython(put, lift),
    ]
