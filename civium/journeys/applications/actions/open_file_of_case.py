"""Opening one file of a case to work on it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from civium.engines.cases.models import Case
from civium.engines.cases.rules import may_work_on
from civium.foundation.files.models import StoredFile
from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import NotFound, require
from civium.foundation.privacy.queries import LiesStill, lies_still

from ..events import FileOpened
from ..queries import get_file_of_case


@transaction.atomic
def open_file_of_case(case: Case, id: UUID, *, purpose: str, by: Person, at: datetime) -> StoredFile:
    """Give a member of staff a file of the case. Each reading is on the record, with its purpose, where the applicant sees it."""
    require(may_work_on(by, case), NotFound)
    require(not lies_still(case.subject), LiesStill)
    found = get_file_of_case(case, id)
    record(FileOpened(UUID(case.subject.partition(":")[2]), case.id, found.pk, purpose), by=by, at=at)
    return found
