"""Publish a service: make a wording of it the one that people get."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.models import Person
from civium.foundation.identity.queries import get_agency
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import Refusal

from ..checks import check_loaded
from ..events import ServicePublished
from ..loading import ServiceFolder, digest_of, load_folder
from ..models import Offering, PublishedList, PublishedVersion
from ..offers import Offer
from ..problems import Problem
from ._stamping import stamp_catalogue


class CannotPublish(Refusal):
    """There is something wrong with the document, its words or its examples; ``problems`` says what."""

    message = _("This service cannot be published: some things in it are wrong.")
    status = 422

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__()
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


def publish_folder(path: Path, *, by: Person | None, at: datetime) -> PublishedVersion:
    """Publish the service in a folder. Refuses with `CannotPublish` unless it is without errors; warnings may stay."""
    return publish_service(load_folder(path), by=by, at=at)


def publish_service(folder: ServiceFolder, *, by: Person | None, at: datetime) -> PublishedVersion:
    """Publish what was loaded. A wording that is published already is no new version; a withdrawn service is offered again."""
    if errors := [problem for problem in check_loaded(folder) if not problem.is_warning]:
        raise CannotPublish(errors)
    return _publish(folder, by=by, at=at)


def _keep_lists(lists: Iterable[str]) -> None:
    """Keep lists as they are now, each once, however many versions choose from it."""
    kept = (PublishedList(digest=digest_of(text), content=text) for text in lists)
    PublishedList.objects.bulk_create(kept, ignore_conflicts=True)


@transaction.atomic
def _publish(folder: ServiceFolder, *, by: Person | None, at: datetime) -> PublishedVersion:
    listing = folder.listing
    assert listing is not None  # it was checked
    written = folder.written()
    offering = (
        Offering.objects.select_for_update().filter(service=folder.name).select_related("version").first()
    )
    if offering and offering.version.digest == written.digest:
        if offering.withdrawn_at is None:
            return offering.version
        version = offering.version
    else:
        _keep_lists(written.lists.values())
        version = PublishedVersion.objects.create(
            service=folder.name,
            number=offering.version.number + 1 if offering else 1,
            digest=written.digest,
            document=written.service_json,
            texts=written.texts_json,
            lists=written.lists_json,
            published_at=at,
            published_by=by,
        )
    Offering.objects.update_or_create(
        service=folder.name, defaults={"version": version, "withdrawn_at": None}
    )
    if isinstance(listing, Offer):
        get_agency(listing.document.agency)  # its cases will belong to it
    stamp_catalogue()
    record(ServicePublished(folder.name, version.number, version.digest), by=by, at=at)
    return version
