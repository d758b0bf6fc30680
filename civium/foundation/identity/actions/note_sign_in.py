"""The history of somebody's sign-ins."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.db import transaction

from civium.foundation.identity.actions._account import account_now
from civium.foundation.identity.events import SignedIn
from civium.foundation.identity.models import Person, SignIn
from civium.foundation.journal.actions.record import record
from civium.foundation.vault.actions.sealing import seal


@transaction.atomic
def note_sign_in(
    person: Person, *, how: str, device: str, browser: str, network: str, by: Person, at: datetime
) -> SignIn:
    """Keep that the person came in. It is a new device when they came in before, and never with this one."""
    before = SignIn.objects.filter(person=person)
    is_new = before.exists() and not before.filter(device=device, disowned_at=None).exists()
    sign_in = SignIn(id=uuid4(), person=person, at=at, how=how, device=device, is_new_device=is_new)
    if browser or network:
        about = {"browser": browser, "network": network}
        sign_in.about_sealed = seal(about, under=person.vault_key, at=sign_in.about_place)
    sign_in.account_sealed = seal(account_now(person), under=person.vault_key, at=sign_in.account_place)
    sign_in.save(force_insert=True)
    record(SignedIn(person=person.id, sign_in=sign_in.id, how=how), by=by, at=at)
    return sign_in
