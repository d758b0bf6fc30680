"""Step-up: what protects an account, money or others' data asks for a sign-in of the last quarter of an hour.

Whoever signed in longer ago is asked to show once more that it is them. What they were sending waits in their (sealed) session
and is sent when they have done so, by their own press of a button. The same holds for whoever sends something after their visit
has ended by itself: it waits in the session that comes after, for them and for nobody else who signs in there.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any, Final, TypedDict

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from civium.foundation.design.pages import CAME_BACK
from civium.foundation.identity.actions.limit_tries import TooManyTries, limit_tries
from civium.foundation.identity.sessions import WAITS_FOR, WHOSE_ENDED
from civium.foundation.kit.paths import is_of_this_site

_SHOWN_AT = "shown_at"
_WAITING = "waiting_to_be_sent"
# How much waits, at most, of whoever is not signed in.
_MOST_WAITING: Final = 100_000
# Of codes and passkeys none waits, as no password does.
_SECRET: Final = frozenset({"code", "credential"})


class Waiting(TypedDict):
    """A form that somebody sent whose sign-in was too old, or over. ``files``: the fields that had files, and whether several."""

    whose: str
    address: str
    fields: str
    files: list[tuple[str, bool]]
    came_from: str
    at: float


def note_fresh_sign_in(request: HttpRequest) -> None:
    """From now on, for a quarter of an hour, this visitor need not show again who they are."""
    request.session[_SHOWN_AT] = time.time()


def is_freshly_signed_in(request: HttpRequest) -> bool:
    """Whether whoever is signed in showed it in the last quarter of an hour."""
    shown_at = request.session.get(_SHOWN_AT)
    return (
        request.user.is_authenticated
        and isinstance(shown_at, float)
        and time.time() - shown_at < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    )


def ask_again(request: HttpRequest) -> HttpResponseBase:
    """Lead to the page that asks who this is, and from there back; what was sent waits meanwhile. A password never waits."""
    request.session.pop(_WAITING, None)
    waits = request.user.is_authenticated and _keep(request, whose=str(request.user.pk))
    onward = reverse("identity:onward") if waits else request.get_full_path()
    return redirect(f"{reverse('identity:confirm')}?{urlencode({'next': onward})}")


def keep_after_the_end(request: HttpRequest) -> bool:
    """Keep what somebody sent from a page after their visit had ended by itself; False when it cannot wait."""
    if request.headers.get("Sec-Fetch-Mode") != "navigate":
        return False  # a script sent it, and nobody pressed anything
    whose = str(request.session.get(WHOSE_ENDED, ""))
    if not whose or len(request.POST.urlencode()) > _MOST_WAITING:
        return False
    try:
        limit_tries("kept-after-the-end", who=whose, most=20, within=timedelta(hours=1), at=timezone.now())
    except TooManyTries:
        return False
    return _keep(request, whose=whose)


def _keep(request: HttpRequest, *, whose: str) -> bool:
    if request.method == "GET" or any("password" in name or name in _SECRET for name in request.POST):
        return False
    keep_waiting(
        request,
        Waiting(
            whose=whose,
            address=request.get_full_path(),
            fields=request.POST.urlencode(),
            files=[(name, len(files) > 1) for name, files in request.FILES.lists()],
            came_from=page_before(request),
            at=time.time(),
        ),
    )
    return True


def keep_waiting(request: HttpRequest, waiting: Waiting) -> None:
    """Let something wait in this session."""
    request.session[_WAITING] = waiting


def begin_visit(request: HttpRequest, *, whose: str) -> None:
    """Somebody has signed in: what waited for somebody else is gone, and so is what was known of the visit before."""
    waiting = request.session.get(_WAITING)
    if waiting is not None and waiting["whose"] != whose:
        forget_waiting(request)
    ended = request.session.pop(WHOSE_ENDED, None)
    if ended is not None:
        request.session.set_expiry(None)
    request.session[CAME_BACK] = ended == whose


def find_waiting(request: HttpRequest) -> Waiting | None:
    """What waits to be sent by whoever is signed in; nothing after an hour, and nothing of anybody else."""
    waiting: Waiting | None = request.session.get(_WAITING)
    if (
        waiting is None
        or waiting["whose"] != str(request.user.pk)
        or time.time() - waiting["at"] >= WAITS_FOR
    ):
        return None
    return waiting


def fields_of(waiting: Waiting) -> list[tuple[str, str]]:
    """The form's fields in order, without the token that belonged to its old page."""
    return [
        (name, value)
        for name, values in QueryDict(waiting["fields"]).lists()
        for value in values
        if name != "csrfmiddlewaretoken"
    ]


def written_in(waiting: Waiting) -> list[str]:
    """What somebody wrote there, to be shown before it is sent: sentences, names, addresses, accounts; not what only a page says."""
    return [value for _name, value in fields_of(waiting) if _tells_something(value)]


def _tells_something(value: str) -> bool:
    return len(value.split()) > 1 or any(
        sign == "@" or sign.isupper() or not sign.isascii() for sign in value
    )


def forget_waiting(request: HttpRequest) -> None:
    """Whatever waited is sent, or no longer wanted."""
    request.session.pop(_WAITING, None)


def page_before(request: HttpRequest) -> str:
    """The page of ours that the form stood on; empty when the browser does not say."""
    page: Any = request.headers.get("Referer", "")
    path = page.removeprefix(settings.CIVIUM_ORIGIN) if page.startswith(f"{settings.CIVIUM_ORIGIN}/") else ""
    return path if is_of_this_site(path) else ""
