"""What identity holds about people: the account, how they sign in, and where they are signed in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.utils.translation import gettext_lazy as _

from civium.foundation.privacy.rules import declare_kinds
from civium.foundation.privacy.schema import Exported, Holding, Label, Somebody

from .models import Person, Recovery, RegisteredParty, Session, SignIn


class AccountRow(Exported):
    """An account."""

    name: Annotated[str, Label(_("Name"))]
    email: Annotated[str, Label(_("E-mail address"))]
    other_emails: Annotated[list[str], Label(_("Other e-mail addresses"))]
    language: Annotated[str, Label(_("Language"))]
    joined_at: Annotated[datetime, Label(_("Account since"))]
    assurance: Annotated[str, Label(_("How sure we are who you are"))]
    roles: Annotated[list[str], Label(_("Roles in the town"))]
    organisations: Annotated[list[str], Label(_("You act for"))]


class SignInRow(Exported):
    """A way to sign in, or a place where somebody is signed in. Secrets are not in it."""

    kind: Annotated[str, Label(_("What"))]
    since: Annotated[datetime | None, Label(_("Since"))]
    until: Annotated[datetime | None, Label(_("Until"))]


class ComingRow(Exported):
    """A time somebody came in."""

    at: Annotated[datetime, Label(_("When"))]
    how: Annotated[str, Label(_("How"))]
    browser: Annotated[str, Label(_("With"))]
    network: Annotated[str, Label(_("From this part of the network"))]
    was_me: Annotated[bool, Label(_("It was me"))]


def person_of(owner: str) -> Person | None:
    """The person whom the vault calls so; None for any other owner."""
    kind, _sep, number = owner.partition(":")
    try:
        return Person.objects.filter(pk=UUID(number)).first() if kind == "person" else None
    except ValueError:
        return None


def _account(owner: str) -> Sequence[AccountRow]:
    person = person_of(owner)
    if person is None:
        return []
    emails = EmailAddress.objects.filter(user=person).values_list("email", flat=True)
    return [
        AccountRow(
            name=person.name,
            email=person.mail_address,
            other_emails=sorted(set(emails) - {person.mail_address}),
            language=person.language,
            joined_at=person.joined_at,
            assurance=person.assurance,
            roles=sorted(f"{each.role} {each.agency_id or ''}".strip() for each in person.memberships.all()),
            organisations=sorted(
                person.representations.values_list("organisation__name", flat=True),
            ),
        )
    ]


def _sign_ins(owner: str) -> Sequence[SignInRow]:
    person = person_of(owner)
    if person is None:
        return []
    return [
        *(
            SignInRow(kind=each.type, since=each.created_at, until=None)
            for each in Authenticator.objects.filter(user=person).order_by("created_at")
        ),
        *(
            SignInRow(kind="session", since=None, until=each.expire_date)
            for each in Session.objects.filter(person=person).order_by("expire_date")
        ),
    ]


def _comings(owner: str) -> Sequence[ComingRow]:
    person = person_of(owner)
    if person is None:
        return []
    return [
        ComingRow(
            at=each.at,
            how=each.how,
            browser=each.about.get("browser", ""),
            network=each.about.get("network", ""),
            was_me=each.disowned_at is None,
        )
        for each in SignIn.objects.filter(person=person).order_by("at")
    ]


def _forget_comings(owner: str, by: Somebody | None, at: datetime) -> None:
    person = person_of(owner)
    if person is not None:
        SignIn.objects.filter(person=person).delete()
        Recovery.objects.filter(person=person).delete()


def _forget_account(owner: str, by: Somebody | None, at: datetime) -> None:
    """An empty place stays, because others' records point to it: no name, no address, nobody can sign in."""
    person = person_of(owner)
    if person is None:
        return
    EmailAddress.objects.filter(user=person).delete()
    person.representations.all().delete()
    person.memberships.all().delete()
    RegisteredParty.objects.filter(person=person).delete()
    person.email = f"{person.id.hex}@erased.invalid"
    person.name_sealed = person.contact_sealed = None
    person.is_active = person.works_here = False
    person.assured_at, person.assured_by, person.last_login = None, "", None
    person.set_unusable_password()
    person.save()


def _forget_sign_ins(owner: str, by: Somebody | None, at: datetime) -> None:
    person = person_of(owner)
    if person is not None:
        Authenticator.objects.filter(user=person).delete()
        Session.objects.filter(person=person).delete()


def _everybody(scope: str) -> Iterable[str]:
    if scope == "person":
        for number in Person.objects.values_list("pk", flat=True).iterator():
            yield f"person:{number}"


declare_kinds(
    {
        "person:name": "name",
        "person:contact": "contact",
        "identity.mandate:address": "contact",
        "identity.mandate:code": "codes",
        "identity.registeredparty:asked-with": "registers",
        "sign-in:about": "sign-ins",
        "linked_identity:said": "identities",
    }
)
HOLDINGS = (
    Holding(
        name="account",
        title=_("Your account"),
        what=_("Name, e-mail address, language, and whether you proved who you are."),
        purpose=_("To know who you are, and to write to you."),
        basis="public-task",
        period=_("As long as you have an account."),
        end="erased",
        shape=AccountRow,
        export=_account,
        erase=_forget_account,
        owners=_everybody,
    ),
    Holding(
        name="sign-ins",
        title=_("How you sign in"),
        what=_("Passkeys, codes and passwords in a form that nobody can read, and where you are signed in."),
        purpose=_("So that nobody else signs in as you."),
        basis="public-task",
        period=_("As long as you use them. You are signed out after 24 hours."),
        end="deleted",
        shape=SignInRow,
        export=_sign_ins,
        erase=_forget_sign_ins,
    ),
    Holding(
        name="sign-in-history",
        title=_("When you signed in"),
        what=_("When and how you came in, with which kind of browser, and roughly from where."),
        purpose=_("So that you notice when somebody else signs in as you."),
        basis="public-task",
        period=_("One year."),
        end="deleted",
        shape=ComingRow,
        export=_comings,
        erase=_forget_comings,
        owners=_everybody,
    ),
)
