"""Consenting to a sister system, signing in to it, and ending that."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from allauth.idp.oidc.models import Client, Token
from django.db import transaction

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record

from ..events import SystemConsentEnded, SystemConsentGiven, SystemSignInDone
from ..models import SystemConsent


@transaction.atomic
def sign_in_to_system(
    person: Person, *, system: Client, scopes: Collection[str], by: Person, at: datetime
) -> SystemConsent:
    """Note that the person signs in to the system with these scopes: consent to what is new, and the sign-in itself."""
    consent, is_new = SystemConsent.objects.select_for_update().get_or_create(
        person=person,
        system=system,
        defaults={"scopes": " ".join(sorted(scopes)), "given_at": at, "used_at": at},
    )
    agreed = consent.scope_names if consent.is_given and not is_new else frozenset()
    if not set(scopes) <= agreed:
        consent.scopes = " ".join(sorted({*agreed, *scopes}))
        consent.given_at, consent.ended_at = at, None
        record(SystemConsentGiven(person=person.id, system=system.id, scopes=consent.scopes), by=by, at=at)
    consent.used_at = at
    consent.save()
    record(SystemSignInDone(person=person.id, system=system.id), by=by, at=at)
    return consent


@transaction.atomic
def end_consent(consent: SystemConsent, *, by: Person, at: datetime) -> None:
    """End it at once: every token of the system about this person is worthless from now on. Ending twice changes nothing."""
    consent = SystemConsent.objects.select_for_update().get(pk=consent.pk)
    if not consent.is_given:
        return
    consent.ended_at = at
    consent.save(update_fields=["ended_at"])
    Token.objects.filter(user_id=consent.person_id, client_id=consent.system_id).delete()
    record(SystemConsentEnded(person=consent.person_id, system=consent.system_id), by=by, at=at)


def end_tokens_since(since: datetime, *, of: Person) -> None:
    """Tokens about the person that systems got since then are worthless, also where the consent is older and stays."""
    Token.objects.filter(user_id=of.pk, created_at__gte=since).delete()
