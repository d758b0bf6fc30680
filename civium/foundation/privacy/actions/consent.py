"""Agree to a purpose, and agree no longer: one press each."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from civium.foundation.journal.actions.record import Actor, record

from ..events import ConsentGiven, ConsentWithdrawn
from ..models import Consent, ConsentText


@transaction.atomic
def give_consent(
    owner: str,
    *,
    purpose: str,
    version: int,
    title: str,
    words: str,
    language: str,
    by: Actor | None,
    at: datetime,
) -> Consent:
    """Keep that the owner agrees, and the words as they were read. Whoever agreed to older words agrees to these instead."""
    standing = Consent.objects.filter(owner=owner, purpose=purpose, withdrawn_at=None).first()
    if standing is not None and standing.version == version:
        return standing
    if standing is not None:
        withdraw_consent(owner, purpose=purpose, how="person", by=by, at=at)
    ConsentText.objects.get_or_create(
        purpose=purpose, version=version, language=language, defaults={"title": title, "words": words}
    )
    given = Consent.objects.create(
        owner=owner, purpose=purpose, version=version, language=language, given_at=at
    )
    record(ConsentGiven(given.id, owner, purpose, version), by=by, at=at)
    return given


@transaction.atomic
def withdraw_consent(owner: str, *, purpose: str, how: str, by: Actor | None, at: datetime) -> None:
    """Let the owner agree no longer, from this moment. Whoever did not agree is not asked why."""
    for standing in Consent.objects.filter(owner=owner, purpose=purpose, withdrawn_at=None):
        standing.withdrawn_at, standing.how = at, how
        standing.save(update_fields=["withdrawn_at", "how"])
        record(ConsentWithdrawn(standing.id, owner, purpose, how), by=by, at=at)
