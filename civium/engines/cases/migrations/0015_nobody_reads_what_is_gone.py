from django.db import migrations
from django.db.models import Exists, OuterRef


def take_off_the_list(apps, schema_editor):
    """What was erased or locked away was closed before, and is found by no word any more. Nobody can read its messages."""
    words = apps.get_model("cases", "Word").objects.filter(case=OuterRef("pk"))
    cases = apps.get_model("cases", "Case").objects
    gone = cases.filter(~Exists(words), has_new_message=True, closed_at__isnull=False, about_sealed=None)
    gone.update(has_new_message=False)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0014_cases_about_staff"),
    ]

    operations = [migrations.RunPython(take_off_the_list, migrations.RunPython.noop)]
