"""Load a government's list of services as information pages: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import Refusal

from ..events import ListImported
from ..list_changes import ListChange
from ..list_pages import NewPage
from ..models import Offering, PublishedVersion
from ._stamping import stamp_catalogue

Progress = Callable[[int, int], object]
AT_ONCE = 200


class CannotImport(Refusal):
    """There is something wrong with the list or its mapping; ``change.problems`` says what."""

    message = _("This list cannot be imported: some things in it are wrong.")
    status = 422


class WouldRemoveMany(Refusal):
    """The list lacks most of what was imported before: probably it is cut off."""

    message = _("This list would close most of the pages that came with it before.")
    what_next = _("If that is meant, say so. If not, look whether the file is complete.")
    status = 422


@transaction.atomic
def import_list(
    change: ListChange,
    *,
    by: Person | None,
    at: datetime,
    may_remove_many: bool = False,
    progress: Progress = lambda done, total: None,
) -> None:
    """Do what a comparison found. Nothing is recorded, and no page made again, when nothing is different."""
    if change.errors:
        raise CannotImport
    if change.removes_many and not may_remove_many:
        raise WouldRemoveMany
    pages = [*change.added, *change.changed]
    if not pages and not change.removed:
        return
    for start in range(0, len(pages), AT_ONCE):
        _publish(pages[start : start + AT_ONCE], by=by, at=at)
        progress(min(start + AT_ONCE, len(pages)), len(pages))
    for start in range(0, len(change.removed), AT_ONCE):
        gone = Offering.objects.filter(service__in=change.removed[start : start + AT_ONCE])
        gone.update(withdrawn_at=at)
    stamp_catalogue()
    counts = (len(change.added), len(change.changed), len(change.removed))
    record(ListImported(change.list_name, change.digest, *counts), by=by, at=at)


def _publish(pages: list[NewPage], *, by: Person | None, at: datetime) -> None:
    """Give each page a version, unless the words are those of its last one, and offer it."""
    names = [page.name for page in pages]
    standing = {
        offering.service: offering.version
        for offering in Offering.objects.select_for_update()
        .filter(service__in=names)
        .select_related("version")
    }
    fresh = [
        PublishedVersion(
            service=page.name,
            number=standing[page.name].number + 1 if page.name in standing else 1,
            digest=page.written.digest,
            document=page.written.service_json,
            texts=page.written.texts_json,
            published_at=at,
            published_by=by,
        )
        for page in pages
        if page.name not in standing or standing[page.name].digest != page.written.digest
    ]
    versions = standing | {made.service: made for made in PublishedVersion.objects.bulk_create(fresh)}
    Offering.objects.bulk_create(
        [Offering(service=name, version=versions[name], withdrawn_at=None) for name in names],
        update_conflicts=True,
        unique_fields=["service"],
        update_fields=["version", "withdrawn_at"],
    )
