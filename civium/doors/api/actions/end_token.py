"""Letting a program in no more."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from civium.foundation.identity.actions.grant_role import end_role
from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import NotFound, require

from ..events import TokenEnded
from ..models import Token


@transaction.atomic
def end_token(token: Token, *, by: Person, at: datetime) -> None:
    """End the token at once: the very next request with it is refused. Ended already, nothing happens."""
    require(token.made_by_id == by.pk, NotFound)
    if not Token.objects.filter(pk=token.pk, ended_at=None).update(ended_at=at):
        return
    if token.agency_id:
        for membership in token.person.memberships.all():
            end_role(membership, by=by, at=at)
    record(TokenEnded(by.id, token.id), by=by, at=at)
