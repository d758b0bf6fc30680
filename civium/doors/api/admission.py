"""Who is this program, and may it do that: a bearer token with its scopes (RFC 6750)."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja.security import HttpBearer

from civium.foundation.identity.rules import scope_that
from civium.foundation.journal.queries import require_signed_record
from civium.foundation.kit.refusals import Refusal
from civium.foundation.kit.town import the_town
from civium.foundation.privacy.actions.declare_reading import read_through

from .models import Token
from .pace import keep_pace
from .queries import find_token_of_secret
from .rules import SHOW_READINGS


class ScopeMissing(Refusal):
    """The token is good, and not for this."""

    message = _("This token may not do that.")
    what_next = _("Make a token with this right.")
    status = 403


class TokenFor(HttpBearer):
    """Lets in whoever brings a good token with the scope. Looked up each time: an ended token is refused at once."""

    openapi_name = "token"

    def __init__(self, action: str, kind: str) -> None:
        super().__init__()
        self.scopes = frozenset({scope_that(action, kind)})

    def __or__(self, other: TokenFor) -> TokenFor:
        """Lets in whoever has the one scope or the other."""
        either = copy(self)
        either.scopes = self.scopes | other.scopes
        return either

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        now = timezone.now()
        found = find_token_of_secret(token[:200], at=now)
        if found is None:
            return None
        if self.scopes.isdisjoint(found.scopes):
            raise ScopeMissing
        # Staff, and the national portal, read about people only while the record is being signed.
        if found.person.roles or SHOW_READINGS in found.scopes:
            require_signed_record(at=now)
        request.user = found.person
        keep_pace("token", str(found.pk), most=settings.CIVIUM_API_PER_MINUTE)
        read_through("api")
        _note_use(found, the_town().today(now))
        return found


def _note_use(token: Token, today: Any) -> None:
    """Once a day, so that its owner sees whether it is still needed."""
    if token.used_on != today:
        Token.objects.filter(pk=token.pk).update(used_on=today)
