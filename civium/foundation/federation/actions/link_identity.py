"""Linking an identity elsewhere to an account, coming back with it, and ending that."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from civium.foundation.design.showing import bare_words, moment
from civium.foundation.identity.actions.verify_person import verify_person
from civium.foundation.identity.actions.write_to_person import write_to_person
from civium.foundation.identity.models import Person
from civium.foundation.identity.queries import addresses_of
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import Refusal
from civium.foundation.privacy.actions.declare_reading import act_as
from civium.foundation.vault.actions.sealing import seal

from ..events import IdentityLinked, IdentityUnlinked, IdentityUsed
from ..models import LinkedIdentity
from ..queries import find_linked, number_index_of, subject_index, title_of
from ..rules import Proof
from ..schema import RANK


class ProofTooOld(Refusal):
    """What the provider said was used, or waited too long."""

    message = _("This took too long, or was used already.")
    what_next = _("Start again. Nothing you filled in is lost.")
    status = 409


class OpensAnotherAccount(Refusal):
    """The identity belongs to another account: nobody takes it away from there."""

    message = _("This identity opens another account here.")
    what_next = _(
        "Sign out, then sign in with that identity. If you want one account only, end the link in the other one first."
    )


class LinkedToAnother(Refusal):
    """The account is somebody else's at this provider."""

    message = _("Your account is linked to another identity of this provider.")
    what_next = _("Use the identity that you linked first. If it is not yours any more, call us.")


class OnlyWayIn(Refusal):
    """Ending this would lock the person out."""

    message = _("This is your only way to sign in.")
    what_next = _("Set a password or add a passkey first. Then you can end this link.")


@transaction.atomic
def link_identity(person: Person, *, proof: Proof, by: Person, at: datetime) -> LinkedIdentity:
    """Let the identity open the person's account from now on. The person has proved both: the account and the identity."""
    if not proof.is_good(at):
        raise ProofTooOld
    Person.objects.select_for_update().get(pk=person.pk)
    standing = find_linked(proof)
    if standing is not None and standing.person_id != person.pk:
        raise OpensAnotherAccount
    if standing is not None:
        use_identity(standing, proof=proof, by=by, at=at)
        return standing
    if LinkedIdentity.objects.filter(person=person, provider=proof.provider).exists():
        raise LinkedToAnother
    linked = LinkedIdentity(
        person=person,
        provider=proof.provider,
        subject_index=subject_index(proof.issuer, proof.subject),
        number_index=number_index_of(proof.level, proof.number),
        level=proof.level,
        linked_at=at,
        used_at=at,
    )
    linked.said_sealed = seal(proof.sealed_part, under=person.vault_key, at=linked.place)
    linked.save(force_insert=True)
    record(
        IdentityLinked(person=person.id, identity=linked.id, provider=proof.provider, level=proof.level),
        by=by,
        at=at,
    )
    _raise_assurance(person, proof=proof, by=by, at=at)
    _tell(linked, "identity_linked", at=at)
    return linked


@transaction.atomic
def use_identity(linked: LinkedIdentity, *, proof: Proof, by: Person, at: datetime) -> None:
    """Note that the person came back with the identity, and what the provider says of them now."""
    if not proof.is_good(at):
        raise ProofTooOld
    person = linked.person
    linked.level, linked.used_at = proof.level, at
    linked.number_index = number_index_of(proof.level, proof.number)
    linked.said_sealed = seal(proof.sealed_part, under=person.vault_key, at=linked.place)
    linked.__dict__.pop("said", None)
    linked.save(update_fields=["level", "used_at", "said_sealed", "number_index"])
    record(
        IdentityUsed(person=person.id, identity=linked.id, provider=proof.provider, level=proof.level),
        by=by,
        at=at,
    )
    _raise_assurance(person, proof=proof, by=by, at=at)


def _raise_assurance(person: Person, *, proof: Proof, by: Person, at: datetime) -> None:
    """A stronger proof counts from now on, under the name that it has; a weaker one takes nothing away."""
    act_as(person.pk)
    is_new_name = RANK[proof.level] > 0 and proof.name and proof.name != person.name
    if RANK[proof.level] > RANK[person.assurance] or (
        is_new_name and RANK[proof.level] == RANK[person.assurance]
    ):
        verify_person(
            person, name=proof.name or person.name, how=proof.provider, level=proof.level, by=by, at=at
        )


@transaction.atomic
def unlink_identity(linked: LinkedIdentity, *, by: Person, at: datetime) -> None:
    """Let the identity open the account no more. Refuses when the person could not sign in any other way."""
    person = Person.objects.select_for_update().get(pk=linked.person_id)
    others = LinkedIdentity.objects.filter(person=person).exclude(pk=linked.pk)
    if not (person.has_usable_password() or others.exists() or _has_passkey(person)):
        raise OnlyWayIn
    drop_identity(linked, by=by, at=at)


@transaction.atomic
def drop_identity(linked: LinkedIdentity, *, by: Person, at: datetime) -> None:
    """Let the identity open the account no more, whatever other ways in there are: a stranger linked it."""
    record(
        IdentityUnlinked(person=linked.person_id, identity=linked.id, provider=linked.provider), by=by, at=at
    )
    linked.delete()
    _tell(linked, "identity_unlinked", at=at)


def _tell(linked: LinkedIdentity, what: str, *, at: datetime) -> None:
    """To every address that the person has proved: whoever has taken the account over cannot link or end one in secret."""
    person = linked.person
    if not addresses_of(person):
        return  # the account is being made with this very identity
    with override(person.language):
        name, when = bare_words(title_of(linked.provider)), moment(at)
        place = settings.CIVIUM_ORIGIN + reverse("federation:identities")
    write_to_person(person, what, {"name": name, "when": when, "link": place})


def _has_passkey(person: Person) -> bool:
    from allauth.mfa.models import Authenticator

    return bool(Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN).exists())
