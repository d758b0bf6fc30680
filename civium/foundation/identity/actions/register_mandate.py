"""Letting somebody act for a child or an organisation, because a register says that they may."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import IntegrityError, transaction

from civium.foundation.identity.actions._mandates import held
from civium.foundation.identity.actions.rename_person import clean_name
from civium.foundation.identity.actions.represent import represent
from civium.foundation.identity.events import MandateConfirmed, MandateRegistered, PartyRegistered
from civium.foundation.identity.models import (
    Assurance,
    Basis,
    Mandate,
    MandateState,
    Organisation,
    Person,
    RegisteredParty,
)
from civium.foundation.identity.queries import party_index, possible_party_indexes
from civium.foundation.identity.rules import POWERS
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import NotAllowed, require
from civium.foundation.vault.actions.sealing import seal

REGISTERED: Final = (Basis.GUARDIAN, Basis.OFFICER)


@dataclass(frozen=True)
class Party:
    """Whom a register named: what it calls them, and what it is asked with again; their ``number`` there is one of these."""

    register: str
    name: str
    asked_with: Mapping[str, str]

    @property
    def number(self) -> str:
        """The number under which the register has them."""
        return self.asked_with["number"]


@transaction.atomic
def register_mandate(
    holder: Person, *, basis: Basis, party: Party, until: date, by: Person, at: datetime
) -> Mandate:
    """Let the holder do everything for the party until that day, in every service. Only for oneself, and only with a proved identity.

    The caller has asked the register. Somebody who acts for the party already goes on, until the new day.
    """
    require(by.pk == holder.pk and by.hands is None and holder.is_verified, NotAllowed)
    require(basis in REGISTERED, NotAllowed)
    registered = _registered(party, basis=basis, language=holder.language, by=by, at=at)
    giver = Person.objects.select_for_update().get(pk=registered.person_id)  # one at a time
    if giver.is_erased:  # in this very moment, because nobody acted for them
        registered = _registered(party, basis=basis, language=holder.language, by=by, at=at)
        giver = Person.objects.select_for_update().get(pk=registered.person_id)
    standing = Mandate.objects.filter(
        giver=giver, to_person=holder, basis=basis, state=MandateState.ACTIVE
    ).first()
    if standing is not None:
        return confirm_mandate(standing, until=until, by=by, at=at)
    mandate = Mandate.objects.create(
        id=uuid.uuid4(),
        giver=giver,
        to_person=holder,
        basis=basis,
        powers=list(POWERS),
        until=until,
        state=MandateState.ACTIVE,
        made_at=at,
        answered_at=at,
        checked_at=at,
    )
    if registered.organisation is not None:
        represent(holder, organisation=registered.organisation, by=by, at=at)
    record(MandateRegistered(mandate.id, giver.id, str(basis), party.register), by=by, at=at)
    return mandate


@transaction.atomic
def confirm_mandate(mandate: Mandate, *, until: date, by: Person | None, at: datetime) -> Mandate:
    """Note that the register was asked again and still says so, and until which day it may be used now.

    What ended meanwhile stays ended. That it was asked is on the holder's record; here only what changed, or who wanted it.
    """
    current = held(mandate.pk)
    require(current.basis in REGISTERED, NotAllowed)
    if current.state != MandateState.ACTIVE:
        return current
    is_news = by is not None or until != current.until
    if until > current.until:
        current.reminded_at = None
    current.until, current.checked_at = until, at
    current.save(update_fields=["until", "checked_at", "reminded_at"])
    if is_news:
        record(MandateConfirmed(current.id, current.giver_id), by=by, at=at)
    return current


def _registered(party: Party, *, basis: Basis, language: str, by: Person, at: datetime) -> RegisteredParty:
    index = party_index(party.register, party.number)
    possible = possible_party_indexes(party.register, party.number)
    known = RegisteredParty.objects.select_related("organisation").filter(number_index__in=possible)
    found = known.first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return _new_party(party, index, basis=basis, language=language, by=by, at=at)
    except IntegrityError:  # another parent was quicker
        return known.get()


def _new_party(
    party: Party, index: str, *, basis: Basis, language: str, by: Person, at: datetime
) -> RegisteredParty:
    id = uuid.uuid4()
    person = Person(
        id=id,
        email=f"{id.hex}@represented.invalid",
        language=language,
        is_active=False,
        is_represented=True,
        joined_at=at,
        assurance=Assurance.VERIFIED,
        assured_at=at,
        assured_by=party.register[:40],
    )
    person.name_sealed = seal(clean_name(party.name), under=person.vault_key, at=f"person:name:{person.id}")
    person.set_unusable_password()
    person.save(force_insert=True)
    organisation = Organisation.objects.create(name=party.name[:200]) if basis == Basis.OFFICER else None
    registered = RegisteredParty(
        person=person, register=party.register, number_index=index, organisation=organisation
    )
    registered.asked_with_sealed = seal(dict(party.asked_with), under=person.vault_key, at=registered.place)
    registered.save(force_insert=True)
    record(PartyRegistered(person.id, party.register), by=by, at=at)
    return registered
