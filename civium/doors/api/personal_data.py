"""What this room holds: the ways in that people gave to programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from civium.foundation.privacy.rules import declare_kinds
from civium.foundation.privacy.schema import Exported, Holding, Label, Somebody

from .models import KeptAnswer, Token


class TokenRow(Exported):
    """A way in for a program. The secret itself is not kept."""

    name: Annotated[str, Label(_("Name"))]
    scopes: Annotated[list[str], Label(_("What it may do"))]
    made_at: Annotated[datetime, Label(_("Since"))]
    expires_at: Annotated[datetime, Label(_("Until"))]
    used_on: Annotated[date | None, Label(_("Last used on"))]


def _tokens(owner: str) -> list[Token]:
    kind, _sep, number = owner.partition(":")
    if kind != "person":
        return []
    mine = Token.objects.filter(Q(person=UUID(number)) | Q(made_by=UUID(number)))
    return list(mine.order_by("made_at"))


def _export(owner: str) -> Sequence[TokenRow]:
    return [
        TokenRow(
            name=each.name,
            scopes=list(each.scopes),
            made_at=each.made_at,
            expires_at=each.expires_at,
            used_on=each.used_on,
        )
        for each in _tokens(owner)
    ]


def _forget(owner: str, by: Somebody | None, at: datetime) -> None:
    for token in _tokens(owner):
        token.delete()
    kind, _sep, number = owner.partition(":")
    if kind == "person":
        KeptAnswer.objects.filter(person=UUID(number)).delete()


declare_kinds({"api.keptanswer:answer_sealed": "programs"})
HOLDINGS = (
    Holding(
        name="programs",
        title=_("Access for programs"),
        what=_("The name that you gave it, what it may do, and when it was used last."),
        purpose=_("To let in only the programs that you chose."),
        basis="public-task",
        period=_("Until it ends, or you end it."),
        end="deleted",
        shape=TokenRow,
        export=_export,
        erase=_forget,
    ),
)
