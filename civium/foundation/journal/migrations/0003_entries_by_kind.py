from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0002_details_and_witnesses"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["kind", "at", "id"], name="journal_by_kind"),
        ),
    ]
