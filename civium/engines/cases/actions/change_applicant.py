"""Give a case that a guest applied for to the account of whoever it was."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record

from ..events import ApplicantChanged
from ..models import Case
from ._finding import put_other_words


@transaction.atomic
def change_applicant(case: Case, *, to: Person, by: Person, at: datetime) -> None:
    """Make the case the person's. Only a guest's case changes hands; the caller has made sure that it is theirs."""
    if not Case.objects.filter(pk=case.pk, applicant__is_guest=True).update(applicant=to):
        raise ValueError("only what a guest applied for can be kept in an account")
    case.applicant = to
    if case.words.exists():
        put_other_words([case])
    record(ApplicantChanged(case.id, case.subject, to.id), by=by, at=at)
