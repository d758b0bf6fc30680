"""What finance notes is sealed as the payer's; what it noted before stays under the town's key, and goes with the payer all the same."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0004_payments_of_nobody"),
    ]

    operations = [
        migrations.AddField(
            model_name="financenote",
            name="under",
            field=models.CharField(
                default="purpose:finance-notes",
                help_text="The owner of the vault's key for the words.",
                max_length=100,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="providercall",
            name="note_under",
            field=models.CharField(
                blank=True,
                help_text="The owner of the vault's key for the note; empty for the call itself, when it is about no payment.",
                max_length=100,
            ),
        ),
    ]
