"""What this room holds: which identities elsewhere open an account, and which sister systems may sign somebody in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from allauth.idp.oidc.models import Token
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.models import Assurance
from civium.foundation.privacy.rules import declare_kinds
from civium.foundation.privacy.schema import Exported, Holding, Label, Somebody

from .models import LinkedIdentity, SystemConsent
from .rules import SCOPES


class IdentityRow(Exported):
    """An identity elsewhere, and what its provider said."""

    provider: Annotated[str, Label(_("From"))]
    name: Annotated[str, Label(_("Name"))]
    born_on: Annotated[str, Label(_("Born on"))]
    number: Annotated[str, Label(_("Number"))]
    known_there_as: Annotated[str, Label(_("Known there as"))]
    level: Annotated[str, Label(_("How sure we are who you are"), lambda code: Assurance(code).label)]
    linked_at: Annotated[datetime, Label(_("Since"))]
    used_at: Annotated[datetime, Label(_("Last used on"))]


class SystemRow(Exported):
    """A sister system that may sign somebody in, or might once."""

    system: Annotated[str, Label(_("System"))]
    known_there_as: Annotated[str, Label(_("Known there as"))]
    scopes: Annotated[
        list[str],
        Label(_("What it may learn"), lambda scope: SCOPES.get(scope, _("Only that it is you again."))),
    ]
    given_at: Annotated[datetime, Label(_("Agreed on"))]
    used_at: Annotated[datetime, Label(_("Last used on"))]
    ended_at: Annotated[datetime | None, Label(_("Ended on"))]


def _number(owner: str) -> UUID | None:
    kind, _sep, number = owner.partition(":")
    return UUID(number) if kind == "person" else None


def _identities(owner: str) -> Sequence[IdentityRow]:
    number = _number(owner)
    return [
        IdentityRow(
            provider=each.provider,
            name=each.said.get("name", ""),
            born_on=each.said.get("born_on", ""),
            number=each.said.get("number", ""),
            known_there_as=each.said.get("subject", ""),
            level=each.level,
            linked_at=each.linked_at,
            used_at=each.used_at,
        )
        for each in (LinkedIdentity.objects.filter(person=number).order_by("linked_at") if number else ())
    ]


def _forget_identities(owner: str, by: Somebody | None, at: datetime) -> None:
    number = _number(owner)
    if number:
        LinkedIdentity.objects.filter(person=number).delete()


def _systems(owner: str) -> Sequence[SystemRow]:
    number = _number(owner)
    mine = SystemConsent.objects.filter(person=number).select_related("system") if number else ()
    return [
        SystemRow(
            system=each.system.name,
            known_there_as=str(each.subject),
            scopes=sorted(each.scope_names),
            given_at=each.given_at,
            used_at=each.used_at,
            ended_at=each.ended_at,
        )
        for each in sorted(mine, key=lambda each: each.given_at)
    ]


def _forget_systems(owner: str, by: Somebody | None, at: datetime) -> None:
    number = _number(owner)
    if number:
        Token.objects.filter(user=number).delete()
        SystemConsent.objects.filter(person=number).delete()


declare_kinds(
    {"federation.linkedidentity:said_sealed": "identities"},
    lies_at={"linked_identity:said": "federation.linkedidentity:said_sealed"},
)
HOLDINGS = (
    Holding(
        name="identities",
        title=_("Identities from elsewhere"),
        what=_("Which official identity opens your account, and what its provider said of you."),
        purpose=_("To let you sign in with it, and to know who you are."),
        basis="public-task",
        period=_("Until you end the link."),
        end="deleted",
        shape=IdentityRow,
        export=_identities,
        erase=_forget_identities,
        tables=("federation.LinkedIdentity",),
    ),
    Holding(
        name="systems",
        title=_("Other systems that you sign in to"),
        what=_("Which systems of the town may sign you in, what they may learn, and since when."),
        purpose=_("To sign you in there, as you agreed."),
        basis="consent",
        period=_("As long as you have an account."),
        end="deleted",
        shape=SystemRow,
        export=_systems,
        erase=_forget_systems,
        recipients=_("The system that you sign in to"),
    ),
)
