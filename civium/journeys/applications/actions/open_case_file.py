"""Opening the file of a case to work on it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from civium.engines.cases.models import Case
from civium.engines.cases.rules import may_work_on
from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import NotFound, require
from civium.foundation.privacy.queries import LiesStill, lies_still

from ..case_file import CaseFile, read_case_file
from ..events import AnswersOpened


@transaction.atomic
def open_case_file(case: Case, *, purpose: str, by: Person, language: str, at: datetime) -> CaseFile:
    """Read the answers as a member of staff. Each reading is on the record, with its purpose, where the applicant sees it."""
    require(may_work_on(by, case), NotFound)
    require(not lies_still(case.subject), LiesStill)
    record(AnswersOpened(UUID(case.subject.partition(":")[2]), case.id, purpose), by=by, at=at)
    return read_case_file(case, language=language, is_staff=True, at=at, reader=by)
