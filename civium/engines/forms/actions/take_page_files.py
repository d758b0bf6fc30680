"""Store the files that came with a page."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from civium.foundation.files.actions.take_upload import take_upload, why_not_taken
from civium.foundation.identity.models import Person
from civium.foundation.kit.refusals import Refusal

from ..reading import PageReading


def take_page_files(reading: PageReading, *, under: str, by: Person | None, at: datetime) -> PageReading:
    """Store every upload of the page, and give the reading with them in its values; what is refused becomes an error of its field.

    Files are stored even when another answer of the page is wrong: save the reading's values then too, and nobody has to
    choose a file twice.
    """
    stored: dict[str, list[dict[str, str]]] = {}
    errors = dict(reading.errors)
    for upload in reading.uploads:
        kept = stored.setdefault(upload.question, [])
        try:
            file = take_upload(
                upload.file, under=under, accept=upload.accept, max_bytes=upload.max_bytes, by=by, at=at
            )
        except Refusal as refusal:
            errors.setdefault(upload.question, why_not_taken(upload.file.name, refusal))
        else:
            kept.append({"id": str(file.id), "name": file.name})
    return replace(reading.with_files(stored), errors=errors)
