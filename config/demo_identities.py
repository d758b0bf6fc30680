"""Who in the demo town signs in with Port Lumen ID already. Amina does not: she shows how one begins."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from civium.foundation.federation.actions.consent import sign_in_to_system
from civium.foundation.federation.actions.link_identity import link_identity, use_identity
from civium.foundation.federation.actions.register_system import register_system
from civium.foundation.federation.adapters.demo import find_resident
from civium.foundation.federation.queries import DEMO_SUBJECTS_OF
from civium.foundation.federation.rules import Proof
from civium.foundation.identity.models import Person


def link_demo_identities(people: Mapping[str, Person], *, now: datetime) -> None:
    """Ben and Layla linked theirs five weeks ago, and have come with them since. Ben signs in to the library with his account here."""
    for who, level in (("ben", "verified"), ("layla", "high")):
        person, at = people[who], now - timedelta(days=35)
        linked = link_identity(person, proof=_proof(who, level, at=at), by=person, at=at)
        use_identity(
            linked,
            proof=_proof(who, level, at=at + timedelta(days=32)),
            by=person,
            at=at + timedelta(days=32),
        )

    library, _secret = register_system(
        name="Port Lumen Library",
        addresses=["https://library.port-lumen.example/signed-in"],
        scopes=["profile", "email"],
        by=people["ada"],
        at=now - timedelta(days=34),
    )
    sign_in_to_system(
        people["ben"],
        system=library,
        scopes=["openid", "profile"],
        by=people["ben"],
        at=now - timedelta(days=12),
    )


def _proof(who: str, level: str, *, at: datetime) -> Proof:
    resident = find_resident(who)
    assert resident is not None
    return Proof(
        provider="port-lumen-id",
        issuer=DEMO_SUBJECTS_OF,
        subject=resident.subject,
        level=level,
        at=at.timestamp(),
        name=resident.name,
        born_on=resident.born_on,
        number=resident.number,
    )
