from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("federation", "0002_sister_systems"),
    ]

    operations = [
        migrations.AddField(
            model_name="linkedidentity",
            name="number_index",
            field=models.BinaryField(db_index=True, max_length=32, null=True),
        ),
    ]
