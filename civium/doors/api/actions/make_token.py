"""Letting a program in."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.actions.grant_role import grant_role
from civium.foundation.identity.actions.join_machine import join_machine
from civium.foundation.identity.models import Agency, Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import NotFound, Refusal, require
from civium.foundation.vault.actions.tokens import new_token, token_digest

from ..events import TokenMade
from ..models import Token
from ..rules import (
    AGENCY_SCOPES,
    MOST_TOKENS,
    PORTAL_SCOPES,
    PREFIX,
    SCOPES,
    may_make_for,
    may_make_for_portal,
)


class NameMissing(Refusal):
    """Nobody would know later what the token is for."""

    message = _("Enter what the token is for.")
    status = 422


class ScopesMissing(Refusal):
    """A token that may do nothing is of no use."""

    message = _("Choose what the token may do.")
    status = 422


class TooManyTokens(Refusal):
    """The person has as many as one can keep an eye on."""

    message = _("You have many tokens already.")
    what_next = _("End one that is not used any more, then make the new one.")


@transaction.atomic
def make_token(
    *,
    name: str,
    scopes: Collection[str],
    lasts: timedelta,
    agency: Agency | None = None,
    role: str = "clerk",
    for_portal: bool = False,
    by: Person,
    at: datetime,
) -> tuple[Token, str]:
    """Make a token and give it with its secret, which can be read only now.

    Without an agency it has its maker's own rights. For an agency, it works there as a colleague of its own, in the role of a
    clerk or an officer; only the agency's supervisors and administrators make such a one. ``for_portal``: the national portal shows
    people with it who read their data, and does nothing else; only the data-protection officer makes that one.
    """
    name = " ".join(name.split())[:80]
    if not name:
        raise NameMissing
    if agency is not None:
        require(may_make_for(by, agency.name), NotFound)
        require(role in ("clerk", "officer"), NotFound)
    if for_portal:
        require(may_make_for_portal(by), NotFound)
    allowed = (
        list(PORTAL_SCOPES)
        if for_portal
        else [scope for scope in (AGENCY_SCOPES if agency else SCOPES) if scope in scopes]
    )
    if not allowed:
        raise ScopesMissing
    if Token.objects.filter(made_by=by, ended_at=None, expires_at__gt=at).count() >= MOST_TOKENS:
        raise TooManyTokens
    person = join_machine(name=name, at=at) if for_portal else by
    if agency is not None:
        person = join_machine(name=name, at=at)
        grant_role(person, role=role, agency=agency, shown_as=name, by=by, at=at)
    secret = PREFIX + new_token()
    token = Token.objects.create(
        id=uuid4(),
        digest=token_digest(secret),
        person=person,
        made_by=by,
        agency=agency,
        name=name,
        scopes=allowed,
        made_at=at,
        expires_at=at + lasts,
    )
    record(TokenMade(by.id, token.id, " ".join(allowed)), by=by, at=at)
    return token, secret
