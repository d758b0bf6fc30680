"""Opening one file of a case to work on it."""

from __future__ import annotations

from uuid import UUID

from civium.engines.cases.models import Case
from civium.engines.cases.rules import may_work_on
from civium.foundation.files.models import StoredFile
from civium.foundation.identity.models import Person
from civium.foundation.kit.refusals import NotFound, require

from ..queries import get_file_of_case
from .work_on_case import work_on_case


def open_file_of_case(case: Case, id: UUID, *, by: Person) -> StoredFile:
    """Give a member of staff a file of the case. Opening it is on the record, where the applicant sees it."""
    require(may_work_on(by, case), NotFound)
    case.require_usable()
    work_on_case(case, by=by, channel="file")
    return get_file_of_case(case, id)
