"""Withdrawing a certificate."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from civium.engines.cases.queries import get_case_of_subject
from civium.foundation.identity.models import Person
from civium.foundation.identity.rules import works_for
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import NotFound, require

from ..events import CertificateWithdrawn
from ..models import Certificate


@transaction.atomic
def withdraw_certificate(certificate: Certificate, *, by: Person, at: datetime) -> None:
    """Say from now on, on its public page, that the document no longer holds. Twice is once."""
    case = get_case_of_subject(certificate.application.subject)
    require(case is not None and works_for(by, case.agency_id, "officer", "supervisor"), NotFound)
    changed = Certificate.objects.filter(pk=certificate.pk, withdrawn_at=None).update(withdrawn_at=at)
    if changed:
        record(CertificateWithdrawn(certificate.application_id, certificate.document), by=by, at=at)
