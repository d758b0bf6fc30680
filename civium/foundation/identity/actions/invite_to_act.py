"""Inviting somebody to act for oneself."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.actions.limit_tries import limit_tries
from civium.foundation.identity.actions.welcome_guest import AddressUnusable, usable_address
from civium.foundation.identity.events import MandateInvited
from civium.foundation.identity.models import Mandate, MandateState, Person
from civium.foundation.identity.queries import (
    address_index,
    addresses_of,
    invitation_index,
    possible_address_indexes,
)
from civium.foundation.identity.rules import (
    POWERS,
    is_usable_until,
    services_kept_to_oneself,
    whole_powers,
)
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import NotAllowed, NotUsable, require
from civium.foundation.kit.town import the_town
from civium.foundation.vault.actions.sealing import seal
from civium.foundation.vault.actions.tokens import new_token

ANSWER_WITHIN: Final = timedelta(days=14)
MOST_STANDING: Final = 30
MOST_A_DAY: Final = 10


class AddressMissing(NotUsable):
    message = _("Enter the e-mail address of whoever shall act for you, like name@example.com.")
    field = "email"


class Yourself(NotUsable):
    message = _("This is your own address. You can always act for yourself.")
    field = "email"


class NothingAllowed(NotUsable):
    message = _("Choose at least one thing that they may do.")
    field = "powers"


class OnlyOneself(NotUsable):
    message = _("Nobody else can ask for this in your place. Choose another service.")
    field = "service"


class UntilUnusable(NotUsable):
    message = _("Enter a day that is not in the past and at most three years from now.")
    field = "until"


class InvitedAlready(NotUsable):
    message = _("You have invited this address for this already. Withdraw that invitation first.")
    field = "email"


class NameFirst(NotUsable):
    message = _("Give your name first: an invitation says whom it is from.")
    what_next = _("Your name is under “Your name and details”.")


class TooManyMandates(NotUsable):
    message = _("You have many mandates and invitations already. End or withdraw one first.")


def invite_to_act(
    giver: Person,
    *,
    email: str,
    powers: Iterable[str],
    service: str,
    until: date,
    wants_organisation: bool = False,
    by: Person,
    at: datetime,
) -> Mandate:
    """Invite whoever has this address to act for the giver. Nobody looks here whether anybody has it: a worker writes later.

    Only for oneself: nobody passes on what they may do for somebody else. Refuses (NotUsable) what cannot be.
    """
    require(by.pk == giver.pk and by.hands is None and not giver.is_guest, NotAllowed)
    given = whole_powers(power for power in powers if power in POWERS)
    address = _usable(email)
    if not giver.name:
        raise NameFirst
    if address.casefold() in {each.casefold() for each in addresses_of(giver)}:
        raise Yourself
    if not given:
        raise NothingAllowed
    if service in services_kept_to_oneself():
        raise OnlyOneself
    if not is_usable_until(until, today=the_town().today(at)):
        raise UntilUnusable
    limit_tries("mandate-invitation", who=str(giver.pk), most=MOST_A_DAY, within=timedelta(days=1), at=at)
    return _invite(giver, address, given, service, until, wants_organisation, at=at)


def is_usable_address(typed: str) -> bool:
    """Whether an invitation could go to it; not whether anybody has it."""
    try:
        return bool(usable_address(typed))
    except AddressUnusable:
        return False


def _usable(typed: str) -> str:
    try:
        address = usable_address(typed)
    except AddressUnusable:
        raise AddressMissing from None
    if not address:
        raise AddressMissing
    return address


@transaction.atomic
def _invite(
    giver: Person,
    address: str,
    powers: list[str],
    service: str,
    until: date,
    wants_organisation: bool,
    *,
    at: datetime,
) -> Mandate:
    Person.objects.select_for_update().get(pk=giver.pk)  # one at a time: the limit is counted
    open_ones = Mandate.objects.filter(giver=giver, state__in=[MandateState.INVITED, MandateState.ACTIVE])
    if open_ones.count() >= MOST_STANDING:
        raise TooManyMandates
    waiting = open_ones.filter(
        state=MandateState.INVITED,
        address_index__in=possible_address_indexes([address]),
        service=service,
        answer_until__gt=at,
    )
    if waiting.exists():
        raise InvitedAlready
    code = new_token()
    mandate = Mandate(
        id=uuid.uuid4(),
        giver=giver,
        wants_organisation=wants_organisation,
        powers=powers,
        service=service,
        until=until,
        address_index=address_index(address),
        code_index=invitation_index(code),
        made_at=at,
        answer_until=at + ANSWER_WITHIN,
    )
    mandate.address_sealed = seal(address, under=giver.vault_key, at=mandate.place("address"))
    mandate.code_sealed = seal(code, under=giver.vault_key, at=mandate.place("code"))
    mandate.save(force_insert=True)
    record(MandateInvited(mandate.id, giver.id, "+".join(powers), service), by=giver, at=at)
    return mandate
