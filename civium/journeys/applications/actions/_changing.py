"""What every change of an application shares: it happens to the application as it is now, and to one's own only."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import UUIDField
from django.utils.translation import gettext_lazy as _

from civium.engines.payments.models import Payment, PaymentState
from civium.foundation.identity.models import Person, Role
from civium.foundation.identity.queries import still_acts_for
from civium.foundation.kit.prepared import Prepared
from civium.foundation.kit.refusals import NotFound, Refusal, require

from ..models import Application, Applications


class NotOpenAnyMore(Refusal):
    """The application was sent or deleted meanwhile, perhaps in another tab."""

    message = _("This application can no longer be changed.")
    what_next = _("Look on your page: it was sent, or deleted in another window.")


class MoneyOnItsWay(Refusal):
    """The payment is made, or the bank is about to say so: what it is for must stay as it is."""

    message = _("Your payment is on its way, so this application cannot be changed or deleted now.")
    what_next = _("As soon as it arrives we send your application. Call us if something must be corrected.")


def is_being_paid(payment: Payment | None) -> bool:
    """Whether its money came, or the provider says that it will."""
    return payment is not None and (payment.is_paid or payment.state == PaymentState.PENDING)


def refuse_while_paying(payment: Payment | None) -> None:
    """Refuse what would take away the thing that money was, or is just being, paid for."""
    if is_being_paid(payment):
        raise MoneyOnItsWay


def locked(id: UUID, *, for_: Person | None = None) -> Application:
    """The application, held until the transaction ends. Not there and not yours are the same refusal.

    It is its applicant's, and the member of staff's who helps them at the counter now, while they are a clerk. Whoever acts for
    the applicant must still do so at this moment.
    """
    found = _held(id=id) if for_ is None else _held_of(person=for_.pk, id=id)
    if not found:
        raise NotFound
    application = found[0]
    if for_ is not None and for_.hands is not None:
        require(_are_allowed(application, for_.hands), NotFound)
    return application


def _to_hold(id: Any) -> Applications:
    return (
        Application.objects.select_for_update(of=("self",)).select_related("draft", "applicant").filter(pk=id)
    )


_held = Prepared(_to_hold, id=UUIDField())
_held_of = Prepared(lambda person, id: _to_hold(id).for_(person), person=UUIDField(), id=UUIDField())


def _are_allowed(application: Application, hands: Person) -> bool:
    if application.helper_id == hands.pk and Role.CLERK in hands.roles:
        return True
    return still_acts_for(application.applicant_id, service=application.service, holder=hands)
