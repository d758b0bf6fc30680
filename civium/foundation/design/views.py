"""Pages and machine addresses that belong to no room: the door into a language, error pages, health, robots, icons."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
    JsonResponse,
)
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from civium.foundation.design.built import asset
from civium.foundation.design.links import in_language
from civium.foundation.design.middleware import note_defect
from civium.foundation.design.pages import (
    refusal_page,
    send_once_more_page,
    try_again_page,
    went_wrong_page,
)
from civium.foundation.design.showing import bare_words
from civium.foundation.kit.outages import is_outage
from civium.foundation.kit.refusals import NotAllowed, NotFound, Refusal
from civium.foundation.kit.town import the_town

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


@dataclass(frozen=True)
class OpenToAnyone:
    """Identity stands above this room, so these views declare their policy in its shape rather than with its decorator."""

    name: str = "anyone"
    needs_sign_in: bool = False
    is_signed_call: bool = False


def open_to_anyone(view: View) -> View:
    """Declare that a view asks nothing of its visitor."""
    view.policy = OpenToAnyone()  # type: ignore[attr-defined]
    return view


class NotUnderstood(Refusal):
    message = _("We could not read what your browser sent.")
    what_next = _("Go back, reload the page and try again.")
    status = 400


class PageTooOld(Refusal):
    message = _("This page was open for too long.")
    what_next = _("Go back, reload the page and send it again. What you saved before is still there.")
    status = 403


# --- doors -----------------------------------------------------------------------------------------------------------
@open_to_anyone
def start(request: HttpRequest) -> HttpResponse:
    """Lead to the front page in the remembered or the browser's language."""
    return HttpResponseRedirect(f"/{get_language()}/")


@open_to_anyone
def choose_language(request: HttpRequest, code: str, rest: str) -> HttpResponse:
    """Remember the chosen language and show the same page in it, and what follows it (``next``: after signing in) too."""
    if code not in dict(settings.LANGUAGES):
        raise NotFound
    query = request.META.get("QUERY_STRING", "")
    if "next" in request.GET:
        given = request.GET.copy()
        given["next"] = in_language(request.GET.get("next", ""), code)
        query = given.urlencode(safe="/")
    response = HttpResponseRedirect(f"/{code}/{rest}{'?' if query else ''}{query}")
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
        httponly=True,
    )
    return response


# --- when a view cannot answer ---------------------------------------------------------------------------------------
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Not there, or not yours: one page for both."""
    return refusal_page(request, NotFound())


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Known, and not allowed."""
    return refusal_page(request, NotAllowed())


def not_understood(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A request that no browser of good will sends."""
    return refusal_page(request, NotUnderstood())


def page_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is no longer valid, because its sender has signed in since: on a page of ours, one press sends it."""
    return send_once_more_page(request) or refusal_page(request, PageTooOld())


def went_wrong(request: HttpRequest) -> HttpResponse:
    """A defect, or a database that could not, outside every view: what the view did may be done."""
    if is_outage(sys.exc_info()[1]):
        return try_again_page(request, note_defect(request), may_resend=False)
    return went_wrong_page(request, note_defect(request))


# --- machines --------------------------------------------------------------------------------------------------------
@open_to_anyone
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain", headers={"Cache-Control": "no-store"})


@open_to_anyone
def readyz(request: HttpRequest) -> JsonResponse:
    """The process can do its work: the database answers and has every migration."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        ready = _is_migrated()
    except Exception:  # whatever the driver raises: this page reports it, the supervisor acts
        return JsonResponse({"database": "unreachable"}, status=503, headers={"Cache-Control": "no-store"})
    state = "ready" if ready else "migrations are pending"
    return JsonResponse(
        {"database": state}, status=200 if ready else 503, headers={"Cache-Control": "no-store"}
    )


_seen_migrated = False


def _is_migrated() -> bool:
    """True once no migration is pending: new migrations come with new code, that is, with a new process."""
    global _seen_migrated
    if not _seen_migrated:
        executor = MigrationExecutor(connection)
        _seen_migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _seen_migrated


@open_to_anyone
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines may read: the offer, nobody's own pages, and nothing of a demo."""
    private = (
        ["/"]
        if settings.CIVIUM_DEMO
        else [
            f"/{code}/{place}/"
            for code, _name in settings.LANGUAGES
            for place in ("account", "apply", "applications", "my", "desk")
        ]
    )
    lines = ["User-agent: *", *(f"Disallow: {place}" for place in private), ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@open_to_anyone
def favicon(request: HttpRequest) -> HttpResponse:
    """For browsers that ask without reading the page."""
    return HttpResponsePermanentRedirect(asset("mark.svg"))


@open_to_anyone
def site_manifest(request: HttpRequest) -> JsonResponse:
    """How the site looks on a phone's home screen."""
    return JsonResponse(
        {
            "name": bare_words(the_town().name),
            "short_name": bare_words(the_town().name),
            "start_url": "/",
            "display": "minimal-ui",
            "background_color": "#faf7f2",
            "theme_color": "#0a6466",
            "icons": [
                {"src": asset("mark.svg"), "sizes": "any", "type": "image/svg+xml"},
                {
                    "src": asset("mark-maskable.svg"),
                    "sizes": "any",
                    "type": "image/svg+xml",
                    "purpose": "maskable",
                },
            ],
        },
        content_type="application/manifest+json",
    )
