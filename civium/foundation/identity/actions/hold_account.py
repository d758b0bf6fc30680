"""Having an account to oneself for the length of a transaction, as long as it is one."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.models import Person
from civium.foundation.kit.refusals import Refusal


class AccountErased(Refusal):
    """What is written to an account that was erased meanwhile would bring it back."""

    message = _("This account was erased.")
    what_next = _("You can make a new one at any time.")


def hold_account(person: UUID) -> Person:
    """The account as it is now. An erasure comes before, or after the transaction ends; refuses (AccountErased) when it came before."""
    held = Person.objects.select_for_update().get(pk=person)
    if held.is_erased:
        raise AccountErased
    return held
