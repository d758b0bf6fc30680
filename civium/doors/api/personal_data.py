"""What this room holds: the ways in that people gave to programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from pydantic import JsonValue

from civium.foundation.privacy.rules import declare_kinds
from civium.foundation.privacy.schema import Ageing, Exported, Holding, Label, Somebody

from .models import KeptAnswer, Token
from .rules import KEPT_FOR, PORTAL_SCOPES, SCOPES


def _scope_words(scope: str) -> object:
    return {**SCOPES, **PORTAL_SCOPES}.get(scope, scope)


class TokenRow(Exported):
    """A way in for a program. The secret itself is not kept."""

    name: Annotated[str, Label(_("Name"))]
    scopes: Annotated[list[str], Label(_("What it may do"), _scope_words)]
    made_at: Annotated[datetime, Label(_("Since"))]
    expires_at: Annotated[datetime, Label(_("Until"))]
    used_on: Annotated[date | None, Label(_("Last used on"))]


class AnswerRow(Exported):
    """What a program was answered, kept so that a request sent twice is done once."""

    at: Annotated[datetime, Label(_("When"))]
    status: Annotated[int, Label(_("Status"))]
    answer: dict[str, JsonValue]


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


def _kept(owner: str) -> QuerySet[KeptAnswer]:
    kind, _sep, number = owner.partition(":")
    mine = KeptAnswer.objects.filter(person=UUID(number)) if kind == "person" else KeptAnswer.objects.none()
    return mine.select_related("person").order_by("at")


def _answers(owner: str) -> Sequence[AnswerRow]:
    """For whoever works here without the answers themselves: these are about others."""
    return [
        AnswerRow(at=each.at, status=each.status, answer={} if each.person.works_here else each.answer)
        for each in _kept(owner).exclude(status=0)
    ]


def _forget_answers(owner: str, by: Somebody | None, at: datetime) -> None:
    _kept(owner).delete()


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
    Holding(
        name="program-answers",
        title=_("Answers to programs"),
        what=_("What a program was answered that asked for you."),
        purpose=_("So that a request that is sent twice is done once."),
        basis="public-task",
        period=_("Two days."),
        end="deleted",
        shape=AnswerRow,
        export=_answers,
        erase=_forget_answers,
        ages=(
            Ageing(
                "program-answers",
                _("Answers to programs"),
                lambda at: KeptAnswer.objects.filter(at__lt=at - KEPT_FOR),
            ),
        ),
        tables=("api.KeptAnswer",),
    ),
)
