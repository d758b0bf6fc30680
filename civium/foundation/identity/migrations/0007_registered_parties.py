from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identity", "0006_sign_ins_and_recoveries")]

    operations = [
        migrations.AddField(
            model_name="registeredparty",
            name="asked_with_sealed",
            # Nobody was registered before: there is no row to fill.
            field=models.BinaryField(default=b""),
            preserve_default=False,
        ),
    ]
