"""Keep invitations and registered parties findable while the key of blind indexes is replaced."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from civium.foundation.identity.models import Mandate, RegisteredParty
from civium.foundation.identity.queries import address_index, invitation_index, party_index
from civium.foundation.kit.prepared import change_all
from civium.foundation.vault.actions.rotate_index_key import Indexed
from civium.foundation.vault.actions.sealing import KeyDestroyed


def _renew_mandates(mandates: Sequence[Mandate]) -> None:
    for mandate in mandates:
        with suppress(KeyDestroyed):  # forgotten: nobody answers it
            mandate.address_index = address_index(mandate.address) if mandate.address_sealed else ""
            mandate.code_index = invitation_index(mandate.code) if mandate.code_sealed else ""
    change_all(mandates, "address_index", "code_index")


def _renew_parties(parties: Sequence[RegisteredParty]) -> None:
    for party in parties:
        with suppress(KeyDestroyed):  # forgotten: a register that names them again makes them anew
            party.number_index = party_index(party.register, party.asked_with["number"])
    change_all(parties, "number_index")


MANDATES = Indexed(
    "invitations to act",
    fields=("identity.Mandate.address_index", "identity.Mandate.code_index"),
    rows=lambda: Mandate.objects.select_related("giver"),
    renew=_renew_mandates,
)
REGISTERED_PARTIES = Indexed(
    "registered parties",
    fields=("identity.RegisteredParty.number_index",),
    rows=RegisteredParty.objects.all,
    renew=_renew_parties,
)
