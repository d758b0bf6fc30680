"""Which identities people may sign in with, and whose they are."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from uuid import UUID

import yaml
from allauth.idp.oidc.models import Client
from django.conf import settings
from pydantic import ValidationError

from civium.foundation.identity.models import Person
from civium.foundation.identity.queries import was_disowned_since
from civium.foundation.kit.outgoing import Allowed
from civium.foundation.kit.refusals import NotFound
from civium.foundation.kit.town import Texts
from civium.foundation.vault.actions.indexing import blind_index, possible_indexes
from civium.foundation.vault.queries import read_secret

from .models import LinkedIdentity, SystemConsent
from .rules import Proof
from .schema import EIDAS_LEVELS, RANK, Claims, OpenIdIdentity, SamlIdentity, read_identities

AnyIdentity = OpenIdIdentity | SamlIdentity
# Where the demo town's own national identity answers.
DEMO_ISSUER_PATH = "/demo/identity"
# Its people are the same on whatever port the town is served.
DEMO_SUBJECTS_OF = "https://id.port-lumen.example"
ANYWHERE = (IPv4Network("0.0.0.0/0"), IPv6Network("::/0"))


class IdentitiesUnreadable(Exception):
    """The file of identities is not as it should be; the message says what and where."""


def the_identities() -> tuple[AnyIdentity, ...]:
    """The identities that people of this town may sign in with, in the order of the file; a demo town has one of its own."""
    if settings.CIVIUM_IDENTITIES:
        return _read(Path(settings.CIVIUM_IDENTITIES))
    return (_demo_identity(),) if settings.CIVIUM_DEMO else ()


@lru_cache(maxsize=1)
def _read(path: Path) -> tuple[AnyIdentity, ...]:
    try:
        return read_identities(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise IdentitiesUnreadable(f"{path} cannot be read: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise IdentitiesUnreadable(f"{path} is no YAML") from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole"
        raise IdentitiesUnreadable(f"{path}: {where}: {first['msg']}") from None


def _demo_identity() -> OpenIdIdentity:
    return OpenIdIdentity(
        name="port-lumen-id",
        title={"en": "Port Lumen ID", "es": "Port Lumen ID", "ar": "هوية بورت لومين"},
        protocol="openid-connect",
        issuer=settings.CIVIUM_ORIGIN + DEMO_ISSUER_PATH,
        client="civium",
        formerly=DEMO_SUBJECTS_OF,
        networks=ANYWHERE,  # it is this site itself, wherever that lies
        levels=EIDAS_LEVELS,
        claims=Claims(number="national_number"),
    )


def find_places_to_ask() -> list[Allowed]:
    """The hosts that the site itself may ask: those of the identities by OpenID Connect. By SAML only browsers carry anything."""
    return [place for each in the_identities() if isinstance(each, OpenIdIdentity) for place in each.places]


def find_identities(*, reaching: str = "account") -> list[AnyIdentity]:
    """The identities that can make us that sure of somebody."""
    return [each for each in the_identities() if each.reaches(reaching)]


def get_identity(name: str) -> AnyIdentity:
    """The identity of that name."""
    found = next((each for each in the_identities() if each.name == name), None)
    if found is None:
        raise NotFound
    return found


def find_missing_files(identity: AnyIdentity) -> list[str]:
    """What the identity needs of the key folder and is not there, is empty, or is no certificate: each in words."""
    if isinstance(identity, OpenIdIdentity):
        wanted = {identity.secret: False}
    else:
        wanted = {identity.certificate: True, identity.key: False, identity.own_certificate: True}
    return [problem for name, is_one in wanted.items() if name and (problem := _problem_of(name, is_one))]


def _problem_of(name: str, is_certificate: bool) -> str:
    try:
        found = read_secret(name)
    except (OSError, UnicodeDecodeError):
        return f"{name} is missing or cannot be read"
    if not found:
        return f"{name} is empty"
    if is_certificate and "-----BEGIN CERTIFICATE-----" not in found:
        return f"{name} is no certificate in PEM form"
    return ""


def title_of(provider: str) -> Texts:
    """What a provider is called; its plain name when the town has it no more."""
    return next((each.title for each in the_identities() if each.name == provider), {"en": provider})


def subject_index(issuer: str, subject: str) -> bytes:
    """What a subject is found by. Two subjects that differ in nothing but case are two people (OpenID Connect Core, 2)."""
    return blind_index(_exact(issuer, subject), purpose="federation:subject")


def _possible_subject_indexes(issuer: str, subject: str) -> list[bytes]:
    (found,) = possible_indexes([_exact(issuer, subject)], purpose="federation:subject")
    return found


def number_index_of(level: str, number: str) -> bytes | None:
    """What a national number is found by; None where there is none, or where it is not proved ("low" of eIDAS says little)."""
    plain = _plain(number)
    is_proved = RANK[level] >= RANK["verified"]
    return blind_index(plain, purpose="federation:number") if plain and is_proved else None


def find_people_numbered(number: str) -> list[UUID]:
    """Whose proved national number it is: nobody, somebody, or one human with two accounts. Spaces and dashes do not matter."""
    plain = _plain(number)
    if not plain:
        return []
    (possible,) = possible_indexes([plain], purpose="federation:number")
    found = LinkedIdentity.objects.filter(number_index__in=possible, person__is_active=True)
    return sorted(set(found.values_list("person_id", flat=True)))


def _plain(number: str) -> str:
    return "".join(letter for letter in number if letter.isalnum())


def _exact(issuer: str, subject: str) -> str:
    return hashlib.sha256(f"{issuer}\x00{subject}".encode()).hexdigest()


def find_linked(proof: Proof) -> LinkedIdentity | None:
    """Whose account the identity opens."""
    possible = _possible_subject_indexes(proof.issuer, proof.subject)
    return (
        LinkedIdentity.objects.select_related("person")
        .filter(provider=proof.provider, subject_index__in=possible)
        .first()
    )


def is_disowned(linked: LinkedIdentity) -> bool:
    """Whether it was linked after a sign-in that its owner called somebody else's later."""
    return was_disowned_since(linked.linked_at, of=linked.person_id)


def find_identities_of(person: Person) -> list[LinkedIdentity]:
    """The identities that open the person's account."""
    return list(LinkedIdentity.objects.filter(person=person).order_by("linked_at"))


def get_linked(id: UUID, *, for_: Person) -> LinkedIdentity:
    """One of the person's own linked identities."""
    found = LinkedIdentity.objects.filter(id=id, person=for_).first()
    if found is None:
        raise NotFound
    return found


def find_consents_of(person: Person) -> list[SystemConsent]:
    """The sister systems that may sign the person in, the one used last first."""
    return list(
        SystemConsent.objects.filter(person=person, ended_at=None)
        .select_related("system")
        .order_by("-used_at")
    )


def get_consent(id: UUID, *, for_: Person) -> SystemConsent:
    """One of the person's own consents that is not ended."""
    found = SystemConsent.objects.filter(id=id, person=for_, ended_at=None).select_related("system").first()
    if found is None:
        raise NotFound
    return found


def has_consented(person: Person, *, system: str, scopes: Collection[str]) -> bool:
    """Whether the person lets the system learn all of that already."""
    consent = SystemConsent.objects.filter(person=person, system=system, ended_at=None).first()
    return consent is not None and set(scopes) <= consent.scope_names


def find_systems() -> list[Client]:
    """The sister systems that may sign people in, by name."""
    return list(Client.objects.order_by("name", "id"))


def get_system(id: str) -> Client:
    """The sister system of that id."""
    found = Client.objects.filter(id=id).first() if "\0" not in id else None
    if found is None:
        raise NotFound
    return found
