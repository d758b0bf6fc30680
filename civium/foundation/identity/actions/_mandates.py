"""What every change of a mandate shares."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.models import Mandate, MandateState
from civium.foundation.kit.refusals import NotFound, Refusal


class InvitationOver(Refusal):
    """It opens nothing: never ours, withdrawn, answered, too old, or for somebody else. All of these are one answer."""

    message = _("This invitation cannot be answered.")
    what_next = _(
        "It was withdrawn or answered, its time is over, or it went to another address than the one of your account. "
        "Ask whoever sent it to invite you again."
    )
    status = 404


def held(id: UUID) -> Mandate:
    """The mandate, held until the transaction ends."""
    found = Mandate.objects.select_for_update(of=("self",)).select_related("giver", "to_person")
    mandate = found.filter(pk=id).first()
    if mandate is None:
        raise NotFound
    return mandate


def close(mandate: Mandate, state: MandateState) -> list[str]:
    """Put the mandate into a state in which its code opens nothing. Gives the fields to be saved."""
    mandate.state, mandate.code_index, mandate.code_sealed = state, "", None
    return ["state", "code_index", "code_sealed"]
