"""Delivering what a decision gives: the document first, then the notice that says it is there."""

from __future__ import annotations

from datetime import datetime

from civium.engines.cases.queries import get_case_of_subject, get_decision
from civium.foundation.jobs.actions.enqueue import job
from civium.journeys.catalogue.queries import get_offer_version

from .issue_certificate import issue_certificate
from .tell_applicant import tell_applicant


@job(attempts=10)
def deliver_outcome(subject: str, step: str, entry_id: int, at: str) -> None:
    """Issue the document of the step, if there is one, and tell the applicant. Done again, it does nothing twice."""
    case = get_case_of_subject(subject)
    decision = get_decision(case) if case else None
    if case is None or decision is None:
        return
    decided_at = datetime.fromisoformat(at)
    output = get_offer_version(case.service, case.version).document.outputs.get(step)
    if output is not None:
        issue_certificate(case, document=output.document, at=decided_at)
    tell_applicant(case, moment=step, at=decided_at, once=f"{entry_id}:{step}", reason=decision.reason)
