"""Read the case that somebody opened in an emergency: each page and file of it is a reading on the record."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from civium.foundation.files.models import StoredFile
from civium.foundation.identity.models import Person
from civium.foundation.kit.refusals import NotFound, require
from civium.foundation.privacy.actions.declare_reading import declare_reading
from civium.journeys.applications.queries import CaseFile, get_file_of_case, read_case_file

from ..models import Emergency
from ..rules import BASES, may_read_in_emergency


def read_in_emergency(emergency: Emergency, *, by: Person, language: str, at: datetime) -> CaseFile:
    """The file of the one case, to read. Refuses NotFound everybody but who opened it, and when the hour is over."""
    _say_why(emergency, by=by, at=at)
    return read_case_file(emergency.case, language=language, is_staff=True, at=at, reader=by)


def read_file_in_emergency(emergency: Emergency, id: UUID, *, by: Person, at: datetime) -> StoredFile:
    """One file of the case, to read."""
    _say_why(emergency, by=by, at=at)
    return get_file_of_case(emergency.case, id)


def _say_why(emergency: Emergency, *, by: Person, at: datetime) -> None:
    case = emergency.case
    may_read = may_read_in_emergency(by, case, opened_by=emergency.opened_by_id)
    require(may_read and emergency.is_open(at), NotFound)
    declare_reading(
        of=case.applicant_id,
        subject=case.subject,
        purpose="break-glass",
        by=by,
        agency=emergency.agency,
        role=emergency.role,
        service=case.service,
        legal_basis=BASES[emergency.why],
        channel="break-glass",
    )
