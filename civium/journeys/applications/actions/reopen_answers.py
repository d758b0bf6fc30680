"""Going back from the payment to the questions."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.engines.payments.actions.cancel_payment import cancel_payment
from civium.engines.payments.models import PaymentState
from civium.engines.payments.queries import get_payment_of
from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import Refusal

from ..events import ApplicationReopened
from ..models import Application, State
from ._changing import NotOpenAnyMore, locked


class MoneyOnItsWay(Refusal):
    """The payment is made, or the bank is about to say so."""

    message = _("Your payment is on its way, so the answers cannot be changed now.")
    what_next = _("As soon as it arrives we send your application. Call us if something must be corrected.")


@transaction.atomic
def reopen_answers(application: Application, *, by: Person, at: datetime) -> Application:
    """Open the answers again and ask for no money until they are sent again. Refuses what is paid or on its way."""
    current = locked(application.pk, for_=by)
    if current.state == State.DRAFT:
        return current
    if current.state != State.TO_PAY:
        raise NotOpenAnyMore
    payment = get_payment_of(current.subject)
    if payment is not None and (payment.is_paid or payment.state == PaymentState.PENDING):
        raise MoneyOnItsWay
    if payment is not None and payment.is_open:
        cancel_payment(payment, by=by, at=at, because="answers-reopened")
    current.state = State.DRAFT
    current.save(update_fields=["state"])
    record(ApplicationReopened(current.id), by=by, at=at)
    return current
