"""Take everything along: asked for, made by a job, fetched, and forgotten."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from civium.engines.notices.actions.send_notice import send_notice
from civium.foundation.files.actions.remove_file import remove_file
from civium.foundation.files.actions.store_document import store_document
from civium.foundation.identity.models import Person
from civium.foundation.jobs.actions.enqueue import job
from civium.foundation.journal.actions.record import record
from civium.foundation.vault.actions.destroy_key import destroy_key
from civium.foundation.vault.actions.keys import make_key

from ..copying import as_archive, gather
from ..events import ExportAsked, ExportForgotten, ExportReady
from ..models import Export
from ..rules import EXPORT_LIES_FOR


@transaction.atomic
def ask_for_export(person: Person, *, language: str, at: datetime) -> Export:
    """Have a copy made of everything about the person. While one is being made, or lies ready, it is that one."""
    Person.objects.select_for_update().get(pk=person.pk)
    standing = Export.objects.filter(person=person, forgotten_at=None).order_by("-asked_at").first()
    if standing is not None:
        return standing
    export = Export.objects.create(person=person, language=language, asked_at=at)
    record(ExportAsked(export.id, person.id), by=person, at=at)
    make_export.enqueue(str(export.id), once=f"export:{export.id}")
    return export


@job(attempts=5)
def make_export(export_id: str) -> None:
    """Gather, pack and seal the copy, and tell its owner that it is there."""
    export = Export.objects.select_related("person").filter(pk=UUID(export_id), file=None).first()
    if export is None or export.forgotten_at is not None:
        return
    at = timezone.now()

    def tell(done: int, parts: int) -> None:
        Export.objects.filter(pk=export.pk).update(done=done, parts=parts)

    with override(export.language):
        packed = as_archive(gather(export.person.vault_key, at=at, tell=tell), language=export.language)
    _hand_over(export, packed, at=timezone.now())


@transaction.atomic
def _hand_over(export: Export, packed: bytes, *, at: datetime) -> None:
    export = Export.objects.select_for_update(of=("self",)).select_related("person").get(pk=export.pk)
    if export.forgotten_at is not None:
        return  # something in it was erased while it was packed
    person, owner = export.person, f"export:{export.id}"
    make_key(owner, parent=person.vault_key)  # erased with its owner
    export.file = store_document(
        packed,
        name=f"my-data-{at:%Y-%m-%d}.zip",
        media_type="application/zip",
        under=owner,
        by=None,
        at=at,
    )
    export.ready_at, export.expires_at = at, at + EXPORT_LIES_FOR
    export.done = export.parts
    export.save()
    record(ExportReady(export.id, person.id), by=None, at=at)
    with override(export.language):
        send_notice(
            to=person,
            about=f"export:{export.id}",
            kind="export-ready",
            subject_line=_("Your data is ready"),
            body=_(
                "Everything that we hold about you is ready in one file.\n\n"
                "Go to “My data”, “Take it with me”. We delete the file after three days.\n\n"
                "You did not ask for this? Change your password, and tell us."
            ),
            language=export.language,
            at=at,
            once=f"export-ready:{export.id}",
        )


@transaction.atomic
def forget_export(export: Export, *, by: Person | None, at: datetime) -> None:
    """Delete the copy: its time is over, or its owner does not want it to lie there."""
    if export.forgotten_at is not None:
        return
    if export.file is not None:
        file, export.file = export.file, None
        export.save(update_fields=["file"])
        remove_file(file, by=by, at=at)
        destroy_key(f"export:{export.id}", by=by, at=at)
    export.forgotten_at = at
    export.save(update_fields=["forgotten_at"])
    record(ExportForgotten(export.id, export.person_id), by=by, at=at)
