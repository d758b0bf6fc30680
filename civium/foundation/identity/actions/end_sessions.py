"""Ending visits from elsewhere, and saying that one was somebody else's."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import transaction

from civium.foundation.identity.actions._account import put_back
from civium.foundation.identity.actions.end_mandate import OPEN, end_mandate
from civium.foundation.identity.actions.hold_account import hold_account
from civium.foundation.identity.actions.recover import stop_recovery
from civium.foundation.identity.events import SessionsEnded, SignInDisowned
from civium.foundation.identity.models import Basis, Mandate, Person, Recovery, Session, SignIn
from civium.foundation.journal.actions.record import record

# As long as the link in the mail about a new device is good.
ACCOUNT_KEPT: Final = timedelta(days=7)


class Disowned(NamedTuple):
    """What became of the account."""

    person: Person
    addresses_are_back: bool


@transaction.atomic
def end_session(person: Person, *, sign_in: UUID, by: Person, at: datetime) -> int:
    """End the visit that began with this sign-in, at once. How many there were: none when it has ended already."""
    return _end(person, Session.objects.filter(person=person, sign_in=sign_in), by=by, at=at)


@transaction.atomic
def end_other_sessions(person: Person, *, but: UUID | None, by: Person, at: datetime) -> int:
    """End every visit of the person but the one that began with this sign-in; None ends all."""
    sessions = Session.objects.filter(person=person)
    if but is not None:
        sessions = sessions.exclude(sign_in=but)
    return _end(person, sessions, by=by, at=at)


@transaction.atomic
def disown_sign_in(sign_in: SignIn, *, by: Person, at: datetime) -> Disowned:
    """That was somebody else: end every visit, void the password and every factor added since, and know no device any more.

    Addresses, name and level of assurance are again those of that moment, as long as they are kept. Mandates that were given since end, invitations
    that were sent are withdrawn, and no wait for lost factors goes on that began since. What is left is as it was before that sign-in,
    so whoever came in keeps nothing; the owner chooses a new password.
    The person as they are now: a link that lets them do so must be made of no older one. Refuses (AccountErased) whoever was erased.
    """
    person = hold_account(sign_in.person_id)
    SignIn.objects.filter(pk=sign_in.pk, disowned_at=None).update(disowned_at=at)
    SignIn.objects.filter(person=person).update(device="")
    Session.objects.filter(person=person).delete()
    person.set_unusable_password()
    then = sign_in.account
    are_back = then is None or put_back(then, person, by=by, at=at)
    person.save(update_fields=["password", "email", "assurance", "assured_at", "assured_by"])
    removed = Authenticator.objects.filter(user=person, created_at__gte=sign_in.at).delete()[0]
    kept = Authenticator.objects.filter(user=person)
    if not kept.exclude(type=Authenticator.Type.RECOVERY_CODES).exists():
        removed += kept.delete()[0]
    record(SignInDisowned(person=person.id, sign_in=sign_in.id, removed_factors=removed), by=by, at=at)
    for mandate in Mandate.objects.filter(
        giver=person, basis=Basis.GIVEN, made_at__gte=sign_in.at, state__in=OPEN
    ):
        end_mandate(mandate, by=by, at=at)
    for waiting in Recovery.objects.filter(person=person, asked_at__gte=sign_in.at, ended_at=None):
        stop_recovery(waiting, by=by, at=at)
    return Disowned(person, are_back)


def forget_accounts(*, at: datetime) -> None:
    """Nothing is put back after a week."""
    SignIn.objects.filter(at__lt=at - ACCOUNT_KEPT).exclude(account_sealed=None).update(account_sealed=None)


def _end(person: Person, sessions: object, *, by: Person, at: datetime) -> int:
    count: int = sessions.delete()[0]  # type: ignore[attr-defined]
    if count:
        record(SessionsEnded(person=person.id, count=count), by=by, at=at)
    return count
