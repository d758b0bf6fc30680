"""Saying that a member of staff reads a case to work on it: the one place where such a reading gets its reasons."""

from __future__ import annotations

from civium.engines.cases.models import Case
from civium.engines.cases.rules import may_work_on
from civium.foundation.identity.models import Person
from civium.foundation.identity.rules import role_in
from civium.foundation.kit.refusals import NotFound, require
from civium.foundation.privacy.actions.declare_reading import declare_reading
from civium.journeys.catalogue.queries import get_offer_version


def work_on_case(case: Case, *, by: Person, channel: str = "", purpose: str = "work-on-case") -> None:
    """Let the member of staff open what belongs to the case from now on; what they open, its applicant sees. On the legal
    basis that the service's document says. Refuses NotFound whoever may not work on it."""
    require(may_work_on(by, case), NotFound)
    declare_reading(
        of=case.applicant_id,
        subject=case.subject,
        purpose=purpose,
        by=by,
        agency=case.agency_id,
        role=role_in(by, case.agency_id),
        service=case.service,
        legal_basis=get_offer_version(case.service, case.version).document.basis,
        channel=channel,
    )
