from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0013_new_messages_wait"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("concerns__isnull", False)), fields=["concerns"], name="case_about_staff"
            ),
        ),
    ]
