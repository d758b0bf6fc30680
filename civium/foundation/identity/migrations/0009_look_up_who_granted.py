"""Who gave the roles that stand already, as the record has it."""

from __future__ import annotations

import json
from typing import Any

from django.db import migrations


def look_up(apps: Any, schema_editor: Any) -> None:
    """The latest entry about a role that stands says by whom it was given."""
    memberships, entries = apps.get_model("identity", "Membership"), apps.get_model("journal", "Entry")
    for membership in memberships.objects.all():
        given = entries.objects.filter(kind="identity.RoleGranted", stream=f"person:{membership.person_id}")
        role, agency = membership.role, membership.agency_id or ""
        for by, data in given.order_by("-id").values_list("by_id", "data"):
            said = json.loads(data)
            if (said["role"], said["agency"]) == (role, agency):
                memberships.objects.filter(pk=membership.pk).update(granted_by=by)
                break


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0008_who_granted_roles"),
        ("journal", "0004_entries_by_kind"),
    ]

    operations = [migrations.RunPython(look_up, migrations.RunPython.noop)]
