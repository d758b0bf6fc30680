"""Where sessions are kept: sealed, found by a digest, with the person beside them.

Whoever reads the table can neither take a session over nor read the codes that wait in it, and a signed-in request reads its
session and its person in one statement. A visit ends when nothing happens for a while, and after so many hours in any case.
"""

from __future__ import annotations

import datetime as dt
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import connection
from django.db.models import CharField, DateTimeField, F
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from civium.foundation.identity.devices import keep_device
from civium.foundation.identity.first_things import what_comes_first
from civium.foundation.identity.models import Person, Session
from civium.foundation.kit.prepared import Prepared
from civium.foundation.vault.actions.passing import SealBroken, open_passing, seal_passing
from civium.foundation.vault.actions.tokens import token_digest

BEGAN, SIGN_IN = "began", "sign_in"
# In the session after a visit that ended by itself: whose it was; and how long something waits in it, in seconds.
WHOSE_ENDED: Final = "whose_visit_ended"
WAITS_FOR: Final = 60 * 60
# A visit that goes on is noted this often, not with every page: a page that is only read costs no write.
NOTED_EVERY = dt.timedelta(minutes=1)


class Limits(NamedTuple):
    """How long a visit lasts when nothing happens, and at most."""

    idle: dt.timedelta
    absolute: dt.timedelta


def limits_for(person: Person | None) -> Limits:
    """Whoever works here opens other people's cases: their visits are shorter."""
    is_staff = person is not None and person.works_here
    idle, absolute = settings.CIVIUM_STAFF_SESSION if is_staff else settings.CIVIUM_SESSION
    return Limits(dt.timedelta(minutes=idle), dt.timedelta(minutes=absolute))


class Stay(NamedTuple):
    """Until when this visit lasts if nothing more happens, and until when at most."""

    ends_at: dt.datetime
    ends_for_good_at: dt.datetime

    @property
    def seconds_left(self) -> int:
        """How long, from now, if nothing more happens."""
        return max(0, int((self.ends_at - timezone.now()).total_seconds()))

    @property
    def is_almost_over(self) -> bool:
        """Whether the end that nothing puts off is so close that every page should say so."""
        return self.ends_for_good_at - timezone.now() <= dt.timedelta(minutes=15)


class SessionStore(DatabaseStore):
    """Django's store on our table. ``person`` is whoever the loaded row belongs to."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self.person: Person | None = None
        self.ends_at: dt.datetime | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, Any]:
        """What the session holds; nothing, and a new key, when there is no such session or it does not open."""
        row_key = _row_of(self.session_key)
        found = _living(key=row_key, now=timezone.now())
        if not found:
            self._session_key = None
            return self._after_the_end(row_key)
        row = found[0]
        self.person, self.ends_at = row.person, row.expire_date
        if self.person is not None and self.person.works_here:
            self.person.works_in((each.agency, each.role, each.shown_as) for each in found if each.role)
        return self.decode(row.session_data)

    def _after_the_end(self, row_key: str) -> dict[str, Any]:
        """What a new session begins with: of a visit that ended by itself, whose it was, so that what they still send can wait for them.

        Nobody's, where somebody ended it: then its row is gone.
        """
        ended = Session.objects.filter(session_key=row_key).values_list("session_data", flat=True).first()
        whose = self.decode(ended).get(SESSION_KEY) if ended else None
        if whose is None:
            return {}
        return {WHOSE_ENDED: whose, "_session_expiry": WAITS_FOR}

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(session_key=_row_of(session_key)).exists()

    def delete(self, session_key: str | None = None) -> None:
        gone = session_key or self.session_key
        if gone:
            Session.objects.filter(session_key=_row_of(gone)).delete()

    def flush(self) -> None:
        self.person = None
        super().flush()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        now = timezone.now()
        self.ends_at = self._stay(data, now).ends_at if SESSION_KEY in data else self.get_expiry_date()
        return Session(
            session_key=_row_of(self._get_or_create_session_key()),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=self.ends_at,
            person_id=data.get(SESSION_KEY),
            sign_in=data.get(SIGN_IN),
            last_used_at=now,
        )

    def get_expire_at_browser_close(self) -> bool:
        """Whoever signed in is forgotten with the window; what a guest began is not."""
        return SESSION_KEY in self

    def goes_on(self, *, by_itself: bool = False) -> Stay | None:
        """Until when the visit lasts. Something happened, so it lasts longer, unless the page asked ``by_itself``."""
        data = self._session  # type: ignore[attr-defined]
        if self.ends_at is None or self.session_key is None or SESSION_KEY not in data:
            return None
        now = timezone.now()
        stay = self._stay(data, now)
        if not by_itself and stay.ends_at - self.ends_at >= NOTED_EVERY:
            _note(_row_of(self.session_key), ends_at=stay.ends_at, at=now)
            self.ends_at = stay.ends_at
        return Stay(self.ends_at, stay.ends_for_good_at)

    def _stay(self, data: dict[str, Any], now: dt.datetime) -> Stay:
        limits = limits_for(self.person)
        began = dt.datetime.fromtimestamp(data.get(BEGAN, now.timestamp()), dt.UTC)
        return Stay(min(now + limits.idle, began + limits.absolute), began + limits.absolute)

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

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """A page is asked for: the visit goes on, unless something must be done first."""
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            request.user = person_of(request)  # no proxy, which would be asked hundreds of times for a page
            request.stay = request.session.goes_on(by_itself=getattr(view, "by_itself", False))  # type: ignore[attr-defined]
            return what_comes_first(request, view)
        return None

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        keep_device(request, response)
        if getattr(request, "has_left", False):
            # Not its cookies: the language and the device that it is stay known.
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


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


# A row for each role of its person, or one.
_living: Prepared[Any] = Prepared(
    lambda key, now: (
        Session.objects.select_related("person")
        .filter(session_key=key, expire_date__gt=now)
        .annotate(
            agency=F("person__memberships__agency"),
            role=F("person__memberships__role"),
            shown_as=F("person__memberships__shown_as"),
        )
    ),
    key=CharField(),
    now=DateTimeField(),
)


def _note(row: str, *, ends_at: dt.datetime, at: dt.datetime) -> None:
    """Written out: most visits begin a new minute with it."""
    field = Session._meta.get_field("expire_date")
    moments = [field.get_db_prep_value(moment, connection) for moment in (ends_at, at)]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE identity_session SET expire_date = %s, last_used_at = %s WHERE session_key = %s",
            [*moments, row],
        )


def _row_of(session_key: str | None) -> str:
    """How a session's row is called: a digest of the key that only the visitor's browser knows."""
    return token_digest(session_key or "")[:40]
