"""Where sessions are kept: sealed, found by a digest, with the person beside them.

Whoever reads the table can neither take a session over nor read the codes that wait in it, and a signed-in request reads its
session and its person in one statement.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models import CharField, DateTimeField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from civium.foundation.identity.models import Person, Session
from civium.foundation.kit.prepared import Prepared
from civium.foundation.vault.actions.passing import SealBroken, open_passing, seal_passing
from civium.foundation.vault.actions.tokens import token_digest


class SessionStore(DatabaseStore):
    """Django's store on our table. ``person`` is whoever the loaded row belongs to."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self.person: Person | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, Any]:
        """What the session holds; nothing, and a new key, when there is no such session or it does not open."""
        found = _living(key=_row_of(self.session_key), now=timezone.now())
        if not found:
            self._session_key = None
            return {}
        row = found[0]
        self.person = row.person
        return self.decode(row.session_data)

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(session_key=_row_of(session_key)).exists()

    def delete(self, session_key: str | None = None) -> None:
        gone = session_key or self.session_key
        if gone:
            Session.objects.filter(session_key=_row_of(gone)).delete()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        return Session(
            session_key=_row_of(self._get_or_create_session_key()),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
            person_id=data.get(SESSION_KEY),
        )

    def encode(self, session_dict: dict[str, Any]) -> str:
        return b64encode(seal_passing(session_dict, at="session")).decode("ascii")

    def decode(self, session_data: str | bytes) -> dict[str, Any]:
        try:
            opened: dict[str, Any] = open_passing(b64decode(session_data), at="session")
        except (SealBroken, ValueError):  # the site has a new secret
            return {}
        return opened


class WhoIsThis(AuthenticationMiddleware):
    """Django's middleware, for whom the session has brought its person already."""

    def process_request(self, request: HttpRequest) -> None:
        request.user = SimpleLazyObject(lambda: person_of(request))  # type: ignore[assignment]


def person_of(request: HttpRequest) -> Person | AnonymousUser:
    """Who is signed in. What Django checks is checked here too; anything unusual is left to it."""
    session = request.session
    claimed = session.get(SESSION_KEY)
    person: Person | None = getattr(session, "person", None)
    if (
        person is not None
        and claimed == str(person.pk)
        and person.is_active
        and session.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
        and constant_time_compare(session.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash())
    ):
        return person
    found: Person | AnonymousUser = get_user(request)
    return found


_living = Prepared(
    lambda key, now: Session.objects.select_related("person").filter(session_key=key, expire_date__gt=now),
    key=CharField(),
    now=DateTimeField(),
)


def _row_of(session_key: str | None) -> str:
    """How a session's row is called: a digest of the key that only the visitor's browser knows."""
    return token_digest(session_key or "")[:40]
