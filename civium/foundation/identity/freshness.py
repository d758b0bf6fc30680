"""Step-up: what protects an account, money or others' data asks for a sign-in of the last quarter of an hour.

Whoever signed in longer ago is asked to show once more that it is them. What they were sending waits in their (sealed) session
and is sent when they have done so, by their own press of a button.
"""

from __future__ import annotations

import time
from typing import Any, TypedDict

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

_SHOWN_AT = "shown_at"
_WAITING = "waiting_to_be_sent"


class Waiting(TypedDict):
    """A form that somebody sent whose sign-in was too old."""

    address: str
    fields: str
    had_files: bool
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
    if request.method == "GET" or any("password" in name for name in request.POST):
        onward = request.get_full_path()
    else:
        request.session[_WAITING] = Waiting(
            address=request.get_full_path(),
            fields=request.POST.urlencode(),
            had_files=bool(request.FILES),
            came_from=page_before(request),
            at=time.time(),
        )
        onward = reverse("identity:onward")
    return redirect(f"{reverse('identity:confirm')}?{urlencode({'next': onward})}")


def find_waiting(request: HttpRequest) -> Waiting | None:
    """What waits to be sent; nothing once it is as old as a sign-in that no longer counts."""
    waiting: Waiting | None = request.session.get(_WAITING)
    if waiting is None or time.time() - waiting["at"] >= settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
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


def forget_waiting(request: HttpRequest) -> None:
    """Whatever waited is sent, or no longer wanted."""
    request.session.pop(_WAITING, None)


def page_before(request: HttpRequest) -> str:
    """The page of ours that the form stood on; empty when the browser does not say."""
    page: Any = request.headers.get("Referer", "")
    return page.removeprefix(settings.CIVIUM_ORIGIN) if page.startswith(f"{settings.CIVIUM_ORIGIN}/") else ""
