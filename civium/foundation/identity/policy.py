"""What a page demands of its visitor before anything else happens. A URL without a policy stops the program at start.

A policy is coarse: who may knock at this door at all. Whether this visitor may see or change *this* object is decided where the
object is read (``for_=``) and where it is changed (``rules``).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import reduce, wraps
from operator import or_
from typing import Any, TypeVar

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from civium.foundation.identity.acting import (
    Acting,
    NotWhileActing,
    acting_of,
    has_stopped,
    start_acting,
    stop_acting,
)
from civium.foundation.identity.freshness import (
    ask_again,
    is_freshly_signed_in,
    keep_after_the_end,
    page_before,
)
from civium.foundation.identity.models import Person
from civium.foundation.identity.rules import Relation, relations_that
from civium.foundation.identity.wall import (
    behind_the_wall,
    beyond_the_wall,
    hangs_from,
    of_agency,
)
from civium.foundation.journal.queries import require_signed_record
from civium.foundation.kit.refusals import NotFound

__all__ = [
    "Acting",
    "NotWhileActing",
    "Policy",
    "SignedInRequest",
    "acting_of",
    "address_of",
    "anyone",
    "ask_again",
    "bearer_token",
    "behind_the_wall",
    "beyond_the_wall",
    "demo_town",
    "freshly_signed_in",
    "hangs_from",
    "has_stopped",
    "household_of",
    "is_freshly_signed_in",
    "of_agency",
    "open_to",
    "signed_call",
    "signed_in",
    "staff",
    "start_acting",
    "stop_acting",
    "those_that",
]
View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def nobody_else(request: HttpRequest) -> bool:
    """The usual answer to who may come in without signing in."""
    return False


class SignedInRequest(HttpRequest):
    """What a view gets whose policy lets only signed-in people in."""

    user: Person


@dataclass(frozen=True)
class Policy:
    """A named demand. ``admits`` sees the request; ``needs_sign_in`` sends anonymous visitors to sign in instead.

    ``lets_in`` admits somebody without an account, such as a guest to the one thing that is theirs; the address's own words
    are in ``request.resolver_match``. ``turned_away`` is told of a request that is sent to sign in, so that nothing is lost.
    ``needs_fresh_sign_in``: see ``freshly_signed_in``. ``reads_people``: behind it staff read about people, which they may only
    while the record is being signed. ``has_wall``: behind it the database itself shows only what is of the visitor's own agencies.
    """

    name: str
    admits: Callable[[HttpRequest], bool]
    needs_sign_in: bool = False
    is_signed_call: bool = False
    lets_in: Callable[[HttpRequest], bool] = nobody_else
    turned_away: Callable[[HttpRequest], object] | None = None
    needs_fresh_sign_in: Callable[[HttpRequest], bool] = nobody_else
    reads_people: bool = False
    has_wall: bool = False


# Who keeps the site running, and who writes services, must get in to mend what is broken.
_MENDERS = {"administrator", "designer"}

anyone = Policy("anyone", lambda request: True)
signed_in = Policy("signed-in", lambda request: request.user.is_authenticated, needs_sign_in=True)
demo_town = Policy("demo-town", lambda request: settings.CIVIUM_DEMO)
signed_call = Policy("signed-call", lambda request: True, is_signed_call=True)
# Programs bring a token with every request instead of a session, so there is nothing that another site could borrow.
bearer_token = Policy("bearer-token", lambda request: True, is_signed_call=True)


def staff(*roles: str, for_whole_town: bool = False) -> Policy:
    """Members of staff with any of the roles, in any agency. ``for_whole_town``: what they do there is not their agency's alone."""

    def admits(request: HttpRequest) -> bool:
        return request.user.is_authenticated and not request.user.roles.isdisjoint(roles)

    reads_people = not _MENDERS.issuperset(roles)
    return Policy(
        f"staff:{','.join(sorted(roles))}",
        admits,
        needs_sign_in=True,
        reads_people=reads_people,
        has_wall=not for_whole_town,
    )


def freshly_signed_in(
    policy: Policy = signed_in,
    *,
    to_read_too: bool = False,
    when: Callable[[HttpRequest], bool] | None = None,
) -> Policy:
    """The policy, and a sign-in of the last 15 minutes: to send something (or, ``to_read_too``, even to see the page).

    ``@open_to(freshly_signed_in())``, ``@open_to(freshly_signed_in(staff("finance")))``. Whoever signed in longer ago confirms with
    password, code or passkey; what they sent is kept and sent then. ``when`` narrows it to some requests. Where only the view can
    know: ``if not is_freshly_signed_in(request): return ask_again(request)``.
    """

    def needs_fresh_sign_in(request: HttpRequest) -> bool:
        is_meant = to_read_too or request.method not in ("GET", "HEAD", "OPTIONS", "TRACE")
        return is_meant and (when is None or when(request))

    return replace(policy, name=f"{policy.name}+fresh", needs_fresh_sign_in=needs_fresh_sign_in)


def open_to(policy: Policy, *, by_itself: bool = False) -> Callable[[View], View]:
    """Declare the policy of a view and enforce it. Whoever is signed in and not admitted is told "not found".

    ``by_itself``: pages call this address without anybody doing anything, so it makes no visit longer.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            # HEAD is answered like GET (RFC 9110, 9.3.2); the server leaves the body out.
            if request.method == "HEAD":
                request.method = "GET"
            is_let_in = policy.lets_in(request)
            if policy.needs_sign_in and not is_let_in and not request.user.is_authenticated:
                if policy.turned_away is not None:
                    policy.turned_away(request)
                elif not policy.needs_fresh_sign_in(request) and keep_after_the_end(request):
                    messages.info(
                        request,
                        _("You were signed out before this was sent. We kept it: sign in, and send it then."),
                        fail_silently=True,
                    )
                    return redirect_to_login(reverse("identity:onward"), resolve_url(settings.LOGIN_URL))
                return redirect_to_login(_page_to_come_back_to(request), resolve_url(settings.LOGIN_URL))
            if not is_let_in and not policy.admits(request):
                raise NotFound
            if policy.reads_people:
                require_signed_record(at=timezone.now())
            if policy.needs_fresh_sign_in(request) and not is_freshly_signed_in(request):
                return ask_again(request)
            if policy.has_wall:
                return behind_the_wall(request.user, lambda: view(request, *args, **kwargs))  # type: ignore[arg-type]
            return view(request, *args, **kwargs)

        guarded.policy, guarded.by_itself = policy, by_itself  # type: ignore[attr-defined]
        return csrf_exempt(guarded) if policy.is_signed_call else guarded  # type: ignore[return-value]

    return decorate


def _page_to_come_back_to(request: HttpRequest) -> str:
    """Where a visitor goes on who signs in now: the page that they asked for, or the one whose form came too late."""
    if request.method == "GET":
        return request.get_full_path()
    if request.headers.get("Sec-Fetch-Mode") == "navigate":
        messages.warning(
            request,
            _("You were signed out before this was sent. Sign in, look at the page, and send it again."),
            fail_silently=True,
        )
    return page_before(request) or request.get_full_path()


def those_that(action: str, kind: str, ways: Mapping[Relation, Q]) -> Q:
    """The condition for everything with which somebody may do this: each relation that the table opens, by what it is in rows."""
    return reduce(or_, (ways[relation] for relation in sorted(relations_that(action, kind))))


def one_household(address: str) -> str:
    """What counts as one visitor on the network: an IPv4 address, or the /64 that a provider gives to one household."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return address
    if parsed.ipv4_mapped:  # as a server that listens to both writes IPv4
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def household_of(request: HttpRequest) -> str:
    """Which visitor on the network a request comes from: what tries are counted by, so that a /64 is not 2^64 visitors."""
    return one_household(address_of(request))


def address_of(request: HttpRequest) -> str:
    """Where on the network a request comes from; behind a proxy, what the proxy wrote last."""
    if settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))
