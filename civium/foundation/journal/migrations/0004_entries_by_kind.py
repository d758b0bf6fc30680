from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0003_numbers_of_cosignatures"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["kind", "at", "id"], name="journal_by_kind"),
        ),
    ]
