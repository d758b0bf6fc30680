"""The line for lists of every case is sealed, and its words are indexed anew."""

from __future__ import annotations

from typing import Any

from django.db import migrations

BATCH = 500


def seal_lines(apps: Any, schema_editor: Any) -> None:
    """Seal the line of every case that has one, and index its words anew: some at a time, in the order of their ids."""
    from civium.engines.cases.rules.finding import words_to_find
    from civium.engines.cases.word_indexes import word_indexes
    from civium.foundation.vault.actions.sealing import KeyDestroyed, seal

    cases, words = apps.get_model("cases", "Case"), apps.get_model("cases", "Word")
    words.objects.all().delete()
    last = None
    while True:
        rows = cases.objects.order_by("pk")
        some = list((rows.filter(pk__gt=last) if last else rows)[:BATCH])
        if not some:
            return
        last = some[-1].pk
        for case in some:
            if case.about:
                place = f"cases.case:about_sealed:{case.pk}"
                try:
                    case.about_sealed = seal(case.about, under=case.subject, at=place)
                except KeyDestroyed:
                    case.about = ""
            words.objects.bulk_create(
                words(case_id=case.pk, agency_id=case.agency_id, word_index=index, opened_at=case.opened_at)
                for index in word_indexes(case.agency_id, words_to_find(case.reference, case.about))
            )
        cases.objects.bulk_update(some, ["about_sealed"])


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_sealed_lines"), ("vault", "0001_initial"), ("journal", "0001_initial")]

    operations = [migrations.RunPython(seal_lines, migrations.RunPython.noop)]
