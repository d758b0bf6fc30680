"""Reading cases in a list: each line shows what its case is about, and that is somebody's data. That a case is found says something
of its applicant, too: of each that a search shows there is a reading, whether or not its line says anything.
"""

from __future__ import annotations

from collections.abc import Iterable

from civium.foundation.identity.models import Person
from civium.foundation.identity.rules import role_in
from civium.foundation.privacy.actions.declare_reading import declare_reading, note_shown

from .models import Case


def read_in_list(cases: Iterable[Case], *, by: Person, channel: str = "list") -> None:
    """Let a member of staff read the lines of these cases. Whose lines they see is on the record."""
    roles: dict[str, str] = {}
    for case in cases:
        agency = case.agency_id
        if case.has_party(by):
            continue
        if agency not in roles:
            roles[agency] = role_in(by, agency)
        declare_reading(
            of=case.subject,
            subject=case.subject,
            purpose="find-case",
            by=by,
            agency=agency,
            role=roles[agency],
            service=case.service,
            channel=channel,
        )
        if channel == "search":
            note_shown({"about"}, of=case.applicant_id, about=case.subject)
