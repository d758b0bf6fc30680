"""Give a guest's payments to the account of whoever it was."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record

from ..events import PayerChanged
from ..models import Payment


@transaction.atomic
def change_payer(subject: str, *, to: Person, by: Person, at: datetime) -> None:
    """Make every payment for the subject the person's, as far as a guest was asked for it."""
    for payment in Payment.objects.select_for_update(of=("self",)).filter(
        subject=subject, payer__is_guest=True
    ):
        payment.payer = to
        payment.save(update_fields=["payer"])
        record(PayerChanged(payment.id, subject, to.id), by=by, at=at)
