from typing import Any

from django.db import migrations


def forget(apps: Any, editor: Any) -> None:
    """What was sealed as addresses alone opens nowhere else: those sign-ins put nothing back."""
    apps.get_model("identity", "SignIn").objects.exclude(account_sealed=None).update(account_sealed=None)


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0011_addresses_at_sign_in"),
    ]

    operations = [
        migrations.RenameField(model_name="signin", old_name="addresses_sealed", new_name="account_sealed"),
        migrations.RunPython(forget, migrations.RunPython.noop),
    ]
