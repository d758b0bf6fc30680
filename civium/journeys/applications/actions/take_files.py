"""Taking files that come with an answer to a question of the agency."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from civium.engines.cases.models import Case
from civium.foundation.files.actions.take_upload import take_upload
from civium.foundation.files.models import StoredFile
from civium.foundation.identity.models import Person
from civium.foundation.kit.refusals import NotFound, require

ACCEPTED: Final = ("pdf", "jpg", "png")
MOST_BYTES: Final = 10 * 1024 * 1024
MOST_FILES: Final = 5


def take_files(case: Case, uploads: Sequence[Any], *, by: Person, at: datetime) -> list[StoredFile]:
    """Store the files under the case's own key. Refuses what no file may be, worded for whoever sent it."""
    require(by.pk == case.applicant_id, NotFound)
    return [
        take_upload(upload, under=case.subject, accept=ACCEPTED, max_bytes=MOST_BYTES, by=by, at=at)
        for upload in uploads[:MOST_FILES]
    ]
