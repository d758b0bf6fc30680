"""Reopening a case that was decided, with what became of the decision."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from civium.engines.cases.actions.reopen_case import reopen_case
from civium.engines.cases.models import Case
from civium.engines.cases.rules import may_reopen
from civium.foundation.identity.models import Person
from civium.journeys.catalogue.queries import get_offer_version

from ..models import Certificate
from .refuse_own_hands import refuse_own_hands
from .withdraw_certificate import end_certificate


@transaction.atomic
def reopen_the_case(case: Case, *, reason: str, revision: int, by: Person, at: datetime) -> Case:
    """Set the decision aside by the document's own rule. Documents that the decision gave no longer hold, from this moment.

    The applicant is told once, by reaction: of the case and of the documents. Whoever helped them, or may act for them, does not
    decide that (NeedsOtherEyes).
    """
    offer = get_offer_version(case.service, case.version)
    end = offer.steps.steps[case.step] if case.is_decided and case.step in offer.steps.steps else None
    if end is not None and may_reopen(by, case, end.reopen):
        refuse_own_hands(case, able=lambda each: may_reopen(each, case, end.reopen), by=by, at=at)
    reopened = reopen_case(case, steps=offer.steps, reason=reason, revision=revision, by=by, at=at)
    number = case.subject.partition(":")[2]
    for certificate in Certificate.objects.select_related("application").filter(
        application_id=number, withdrawn_at=None
    ):
        end_certificate(certificate, reason=reason.strip(), by=by, at=at)
    return reopened
