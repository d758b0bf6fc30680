"""What happens to an application when its money came."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from civium.engines.cases.models import Case
from civium.engines.forms.queries import open_answers
from civium.engines.payments.actions.attend_payment import flag_payment
from civium.engines.payments.models import Payment
from civium.foundation.kit.town import the_town
from civium.journeys.catalogue.queries import get_offer_version

from ..models import State
from ._changing import locked
from .send_application import hand_in


@transaction.atomic
def receive_payment(application_id: UUID, *, payment: Payment, at: datetime) -> Case | None:
    """Hand in the application that was waiting for this money. Money for one that is gone is shown to finance instead."""
    application = locked(application_id)
    if application.state == State.SENT:
        return None
    if application.state != State.TO_PAY:
        flag_payment(payment, at=at)
        return None
    offer = get_offer_version(application.service, application.version)
    # The answers were complete on the day they were sent; a bank that answers after midnight changes nothing.
    journey = offer.form.journey(open_answers(application.draft), today=the_town().today(payment.asked_at))
    return hand_in(application, journey, offer=offer, paid=True, by=None, at=at)
