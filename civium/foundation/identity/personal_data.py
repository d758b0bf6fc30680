"""What identity holds about people: the account, how they sign in, where they are signed in, and who acts for whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import Q
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from civium.foundation.privacy.queries import find_people_asking_to_lie
from civium.foundation.privacy.rules import (
    agency_words,
    declare_kinds,
    declare_roles,
    language_words,
    role_words,
)
from civium.foundation.privacy.schema import Ageing, Exported, Holding, Label, Somebody

from .actions.end_mandate import end_mandate, end_mandates_of
from .models import (
    Assurance,
    Basis,
    Mandate,
    MandateState,
    Person,
    Recovery,
    RegisteredParty,
    Role,
    Session,
    SignIn,
)
from .queries import find_mandates_naming, how_long_visits_last
from .rules import POWER_WORDS, how_in_words

KEPT_FOR = timedelta(days=365)


def _role_in_words(code: str) -> str:
    role, _sep, agency = code.partition(" ")
    return " · ".join(filter(None, (role_words(role), agency_words(agency) if agency else "")))


# The ways to sign in as they are kept, in words.
_KINDS_OF_WAYS = {
    "webauthn": _("passkey"),
    "totp": _("code from an app"),
    "recovery_codes": _("recovery code"),
    "session": _("Signed in"),
    "recovery": _("Lost second step reported"),
}


def _basis_in_words(code: str) -> str:
    """What it rests on; whether an invitation was accepted, its state says."""
    return str(_("An invitation") if code == Basis.GIVEN else Basis(code).label)


class AccountRow(Exported):
    """An account."""

    name: Annotated[str, Label(_("Name"))]
    email: Annotated[str, Label(_("E-mail address"))]
    other_emails: Annotated[list[str], Label(_("Other e-mail addresses"))]
    language: Annotated[str, Label(_("Language"), language_words)]
    joined_at: Annotated[datetime, Label(_("Account since"))]
    assurance: Annotated[str, Label(_("How sure we are who you are"), lambda code: Assurance(code).label)]
    roles: Annotated[list[str], Label(_("Roles in the town"), _role_in_words)]
    organisations: Annotated[list[str], Label(_("You act for"))]


class SignInRow(Exported):
    """A way to sign in, or a place where somebody is signed in. Secrets are not in it."""

    kind: Annotated[str, Label(_("Kind"), lambda code: _KINDS_OF_WAYS.get(code, code))]
    name: Annotated[str, Label(_("What you call it"))]
    since: Annotated[datetime | None, Label(_("Since"))]
    until: Annotated[datetime | None, Label(_("Until"))]


class ComingRow(Exported):
    """A time somebody came in."""

    at: Annotated[datetime, Label(_("When"))]
    how: Annotated[str, Label(_("How"), how_in_words)]
    browser: Annotated[str, Label(_("Browser"))]
    network: Annotated[str, Label(_("From this part of the network"))]
    was_me: Annotated[bool, Label(_("You said that it was not you"), lambda me: "" if me else _("Yes"))]


class MandateRow(Exported):
    """Somebody acts for somebody, or was asked to. What the other side is called is theirs, and not in it."""

    side: Annotated[
        str, Label(_("Your side"), lambda side: _("You gave it") if side == "gave" else _("You hold it"))
    ]
    invited: Annotated[str, Label(_("The address that you invited"))]
    organisation: Annotated[str, Label(_("Organisation"))]
    powers: Annotated[list[str], Label(_("What it allows"), lambda code: POWER_WORDS[code])]
    service: Annotated[str, Label(_("Service"), names="service")]
    basis: Annotated[str, Label(_("What it rests on"), _basis_in_words)]
    state: Annotated[str, Label(_("State"), lambda code: MandateState(code).label)]
    made_at: Annotated[datetime, Label(_("Since"))]
    until: Annotated[date, Label(_("Until"))]
    answered_at: Annotated[datetime | None, Label(_("Answered on"))]
    ended_at: Annotated[datetime | None, Label(_("Ended on"))]


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
            SignInRow(kind=each.type, name=each.data.get("name", ""), since=each.created_at, until=None)
            for each in Authenticator.objects.filter(user=person).order_by("created_at")
        ),
        *(
            SignInRow(kind="session", name="", since=None, until=each.expire_date)
            for each in Session.objects.filter(person=person).order_by("expire_date")
        ),
        *(
            SignInRow(kind="recovery", name="", since=each.asked_at, until=each.ended_at or each.stops_at)
            for each in Recovery.objects.filter(person=person).order_by("asked_at")
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


def _forget_account(owner: str, by: Somebody | None, at: datetime) -> None:
    """An empty place stays, because others' records point to it: no name, no address, nobody can sign in."""
    person = person_of(owner)
    if person is None:
        return
    EmailAddress.objects.filter(user=person).delete()
    person.representations.all().delete()
    person.memberships.all().delete()
    RegisteredParty.objects.filter(person=person).delete()
    person.email = person.address_when_erased
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
        Recovery.objects.filter(person=person).delete()


def _mandates_of(person: Person) -> list[Mandate]:
    mine = Mandate.objects.filter(Q(giver=person) | Q(to_person=person))
    return list(mine.select_related("giver", "to_organisation").order_by("made_at", "pk"))


def _mandates(owner: str) -> Sequence[MandateRow]:
    person = person_of(owner)
    if person is None:
        return []
    return [
        MandateRow(
            side="gave" if each.giver_id == person.pk else "holds",
            invited=each.address if each.giver_id == person.pk else "",
            organisation=each.to_organisation.name if each.to_organisation else "",
            powers=list(each.powers),
            service=each.service,
            basis=each.basis,
            state=each.state,
            made_at=each.made_at,
            until=each.until,
            answered_at=each.answered_at,
            ended_at=each.ended_at,
        )
        for each in _mandates_of(person)
    ]


def _forget_mandates(owner: str, by: Somebody | None, at: datetime) -> None:
    """Whoever acts for them, or whom they act for, does so no longer; nobody keeps the address that was invited."""
    person = person_of(owner)
    if person is None:
        return
    end_mandates_of(person, by=None, at=at)
    theirs = find_mandates_naming(person)
    for invitation in theirs.filter(state=MandateState.INVITED):
        end_mandate(invitation, by=None, at=at)
    theirs.update(address_sealed=None, address_index="", code_sealed=None, code_index="")


def _everybody(scope: str) -> Iterable[str]:
    if scope == "person":
        for number in Person.objects.values_list("pk", flat=True).iterator():
            yield f"person:{number}"


declare_roles(dict(Role.choices))
declare_kinds(
    {
        "identity.person:name_sealed": "name",
        "identity.person:contact_sealed": "contact",
        "identity.mandate:address_sealed": "contact",
        "identity.mandate:code_sealed": "codes",
        "identity.registeredparty:asked_with_sealed": "registers",
        "identity.signin:about_sealed": "sign-ins",
        "identity.signin:account_sealed": "contact",
    },
    lies_at={
        "person:name": "identity.person:name_sealed",
        "person:contact": "identity.person:contact_sealed",
        "identity.mandate:address": "identity.mandate:address_sealed",
        "identity.mandate:code": "identity.mandate:code_sealed",
        "identity.registeredparty:asked-with": "identity.registeredparty:asked_with_sealed",
        "sign-in:about": "identity.signin:about_sealed",
        "sign-in:account": "identity.signin:account_sealed",
    },
)
HOLDINGS = (
    Holding(
        name="account",
        title=_("Your account"),
        what=_("Name, e-mail address, language, and whether you proved who you are."),
        purpose=_("To know who you are, and to write to you."),
        basis="public-task",
        period=_("As long as you have an account. Without one: as long as what you applied for."),
        end="erased",
        shape=AccountRow,
        export=_account,
        erase=_forget_account,
        owners=_everybody,
        tables=(
            "identity.Person",
            "account.EmailAddress",
        ),
    ),
    Holding(
        name="sign-ins",
        title=_("How you sign in"),
        what=_("Passkeys, codes and passwords in a form that nobody can read, and where you are signed in."),
        purpose=_("So that nobody else signs in as you."),
        basis="public-task",
        period=format_lazy("{} {}", _("As long as you use them."), lazy(how_long_visits_last, str)()),
        end="deleted",
        shape=SignInRow,
        export=_sign_ins,
        erase=_forget_sign_ins,
        tables=(
            "identity.Session",
            "mfa.Authenticator",
        ),
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
        # A device that was not used for so long is new again.
        ages=(
            Ageing(
                "sign-in-history",
                _("When people signed in"),
                lambda at: SignIn.objects.filter(at__lt=at - KEPT_FOR).exclude(
                    person__in=find_people_asking_to_lie()
                ),
            ),
        ),
        tables=("identity.SignIn",),
    ),
    Holding(
        name="mandates",
        title=_("Acting for one another"),
        what=_("Whom you let act for you, for whom you act, what is allowed, and until when."),
        purpose=_("To let only those act for you whom you or the law allow."),
        basis="consent",
        period=_("As long as you have an account. After an erasure nothing in it leads to you."),
        end="made-anonymous",
        shape=MandateRow,
        export=_mandates,
        erase=_forget_mandates,
        tables=(
            "identity.Mandate",
            "identity.RegisteredParty",
        ),
    ),
)
