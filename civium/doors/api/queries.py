"""Reads about tokens and kept answers."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import CharField, Q, QuerySet

from civium.foundation.identity.models import Person
from civium.foundation.identity.policy import those_that
from civium.foundation.identity.rules import Relation
from civium.foundation.kit.prepared import Prepared
from civium.foundation.kit.refusals import NotFound
from civium.foundation.vault.actions.tokens import token_digest

from .models import KeptAnswer, Token


def find_tokens_made_by(person: Person) -> list[Token]:
    """The tokens that the person made and did not end, the newest first."""
    found = list(person_tokens(person).filter(ended_at=None).order_by("-made_at")[:100])
    for token in found:
        token.made_by = person  # whose roles are known, for all of them
    return found


def person_tokens(person: Person) -> QuerySet[Token]:
    """The tokens that the person may see and end: those they made."""
    return Token.objects.filter(
        those_that("see and end", "token", {Relation.OWNER: Q(made_by=person)})
    ).select_related("agency", "person")


def get_token(id: UUID, *, for_: Person) -> Token:
    """A token that the person made."""
    found = person_tokens(for_).filter(pk=id).first()
    if found is None:
        raise NotFound
    return found


def find_token_of_secret(secret: str, *, at: datetime) -> Token | None:
    """The token that a secret belongs to, while it and whose it is are good; else None."""
    token = next(iter(_by_digest(digest=token_digest(secret))), None)
    return token if token is not None and token.is_good(at) and token.person.is_active else None


_by_digest = Prepared(
    lambda digest: Token.objects.select_related("person", "made_by").filter(digest=digest), digest=CharField()
)


def find_kept_answer(person: Person, key: str) -> KeptAnswer | None:
    """What was answered to this key before."""
    return (
        KeptAnswer.objects.select_related("person")
        .filter(person=person, key_digest=token_digest(key))
        .first()
    )
