"""Letting somebody apply who has no account."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.actions.rename_person import clean_name
from civium.foundation.identity.events import ContactGiven, GuestWelcomed
from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import Refusal
from civium.foundation.vault.actions.destroy_key import destroy_key
from civium.foundation.vault.actions.sealing import seal


class AddressUnusable(Refusal):
    """Mail would not arrive."""

    message = _("Enter an e-mail address like name@example.com, or leave it empty.")
    status = 422


@transaction.atomic
def welcome_guest(*, language: str, at: datetime) -> Person:
    """Make a person for one application, who cannot sign in: no password, no address that mail reaches."""
    id = uuid.uuid4()
    guest = Person(
        id=id,
        email=f"{id.hex}@guest.invalid",
        language=language,
        is_active=False,
        is_guest=True,
        joined_at=at,
    )
    guest.set_unusable_password()
    guest.save(force_insert=True)
    record(GuestWelcomed(person=guest.id), by=None, at=at)
    return guest


@transaction.atomic
def give_contact(guest: Person, *, name: str, email: str, by: Person, at: datetime) -> None:
    """Keep what the guest is called and where mail reaches them, both sealed under the guest's own key; empty: unknown."""
    if not guest.is_guest:
        raise ValueError("whoever has an account changes their name and address there")
    email = address_to_keep(guest, email, by=by)
    guest.name_sealed = (
        seal(clean_name(name), under=guest.vault_key, at=f"person:name:{guest.id}") if name.strip() else None
    )
    guest.contact_sealed = seal(email, under=guest.vault_key, at=guest.contact_place) if email else None
    guest.save(update_fields=["name_sealed", "contact_sealed"])
    for remembered in ("name", "mail_address"):
        guest.__dict__.pop(remembered, None)
    record(ContactGiven(person=guest.id), by=by, at=at)


@transaction.atomic
def forget_guest(guest: Person, *, by: Person | None, at: datetime) -> None:
    """Leave an empty place, because the record points to it: no name, no address, and the key is destroyed."""
    guest.name_sealed = guest.contact_sealed = None
    guest.email = guest.address_when_erased
    guest.save(update_fields=["name_sealed", "contact_sealed", "email"])
    destroy_key(guest.vault_key, by=by, at=at)


def address_to_keep(guest: Person, typed: str, *, by: Person) -> str:
    """The typed address; of a guest who is helped the one that is known: nobody who helps puts another in its place."""
    return usable_address(guest.mail_address if by.hands and guest.mail_address else typed)


def usable_address(typed: str) -> str:
    """The address without spaces around it; empty when none was typed. Refuses what is no address."""
    email = typed.strip()
    if not email:
        return ""
    try:
        if len(email) > 254 or not email.isprintable():
            raise AddressUnusable
        validate_email(email)
    except ValidationError:
        raise AddressUnusable from None
    return email
