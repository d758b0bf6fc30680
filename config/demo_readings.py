"""The demo town's staff read the cases they work on, as anybody at a desk does: so that citizens see who looked."""

from __future__ import annotations

from datetime import datetime

from civium.engines.cases.models import Case
from civium.foundation.identity.models import Person
from civium.foundation.privacy.actions.watch_readings import readings
from civium.journeys.applications.actions.open_case_file import open_case_file


def read_the_case(case: Case, *, by: Person, at: datetime) -> None:
    """Open the case at the desk, which is on the record from then on."""
    with readings(at=at):
        file = open_case_file(case, by=by, language=by.language, at=at)
        assert file.answers is not None
        assert file.applicant_name is not None
