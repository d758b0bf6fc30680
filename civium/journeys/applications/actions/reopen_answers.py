"""Going back from the payment to the questions."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from civium.engines.payments.actions.cancel_payments import cancel_payments_of
from civium.engines.payments.queries import get_payment_of
from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record

from ..events import ApplicationReopened
from ..models import Application, State
from ._changing import NotOpenAnyMore, locked, refuse_while_paying


@transaction.atomic
def reopen_answers(application: Application, *, by: Person, at: datetime) -> Application:
    """Open the answers again and ask for no money until they are sent again. Refuses what is paid or on its way."""
    current = locked(application.pk, for_=by)
    if current.state == State.DRAFT:
        return current
    if current.state != State.TO_PAY:
        raise NotOpenAnyMore
    refuse_while_paying(get_payment_of(current.subject))
    cancel_payments_of(current.subject, by=by, at=at, because="answers-reopened")
    current.state = State.DRAFT
    current.save(update_fields=["state"])
    record(ApplicationReopened(current.id), by=by, at=at)
    return current
