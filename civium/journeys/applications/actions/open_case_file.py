"""Opening the file of a case to work on it."""

from __future__ import annotations

from datetime import datetime

from civium.engines.cases.models import Case
from civium.engines.cases.rules import may_work_on
from civium.foundation.identity.models import Person
from civium.foundation.kit.refusals import NotFound, require

from ..case_file import CaseFile, read_case_file
from .work_on_case import work_on_case


def open_case_file(case: Case, *, by: Person, language: str, at: datetime) -> CaseFile:
    """Read the case as a member of staff. What is opened of it is on the record, where the applicant sees it."""
    require(may_work_on(by, case), NotFound)
    case.require_usable()
    work_on_case(case, by=by)
    return read_case_file(case, language=language, is_staff=True, at=at, reader=by)
