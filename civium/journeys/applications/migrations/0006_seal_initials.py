"""The initials on every certificate are sealed."""

from __future__ import annotations

from typing import Any

from django.db import migrations


def seal_initials(apps: Any, schema_editor: Any) -> None:
    """Seal what stands in the clear, certificate by certificate."""
    from civium.foundation.vault.actions.sealing import KeyDestroyed, seal

    certificates = apps.get_model("applications", "Certificate")
    for certificate in certificates.objects.exclude(initials="").iterator(chunk_size=500):
        place = f"applications.certificate:initials_sealed:{certificate.pk}"
        try:
            sealed = seal(certificate.initials, under=f"application:{certificate.application_id}", at=place)
        except KeyDestroyed:
            continue
        certificates.objects.filter(pk=certificate.pk).update(initials_sealed=sealed)


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0005_sealed_initials"),
        ("vault", "0001_initial"),
        ("journal", "0001_initial"),
    ]

    operations = [migrations.RunPython(seal_initials, migrations.RunPython.noop)]
