"""What every request passes on its way in and every page on its way out."""

from __future__ import annotations

import logging
import secrets
import sys
import traceback
from collections.abc import Callable
from typing import TypeGuard

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseRedirect
from django.urls import is_valid_path
from django.utils import translation
from django.utils.cache import patch_vary_headers

from civium.foundation.design.caching import KeptPage, keep_page, shelf
from civium.foundation.design.compression import compress
from civium.foundation.design.links import language_of
from civium.foundation.design.pages import refusal_page, try_again_page, went_wrong_page
from civium.foundation.kit.outages import is_outage
from civium.foundation.kit.refusals import Refusal

log = logging.getLogger(__name__)
# What our pages, and whatever stands in them, may ask a browser for: a place on a map, and nothing else.
PERMISSIONS = "geolocation=(self), " + ", ".join(
    f"{feature}=()"
    for feature in (
        "camera",
        "microphone",
        "payment",
        "usb",
        "serial",
        "midi",
        "display-capture",
    )
)
GetResponse = Callable[[HttpRequest], HttpResponseBase]


class PublicPageCache:
    """Answers anonymous visitors from the shelf of public pages, and sees to caching and compression of all others.

    It stands before everything else, so a page from the shelf costs neither session nor template nor query.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.get_host()  # refuses a host that is not ours before anything is answered
        cookies = request.META.get("HTTP_COOKIE", "")
        is_personal = bool(cookies) and (
            settings.SESSION_COOKIE_NAME in request.COOKIES or "messages" in request.COOKIES
        )
        may_keep = (
            request.method in ("GET", "HEAD")
            and not is_personal
            and not request.META.get("QUERY_STRING")
            # A page that was made for a health check without TLS lacks what others must get (HSTS).
            and not (settings.SECURE_HSTS_SECONDS and not request.is_secure())
        )
        if may_keep and (page := shelf.find(request.path)):
            return self._from_shelf(page, request)
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if may_keep and request.method == "GET" and self._is_public(response):
            self._mark_public(response)
            page = keep_page(response)
            shelf.put(request.path, page)
            return self._from_shelf(page, request)
        self._mark_private(response, is_personal=is_personal)
        return compress(request, response)

    @staticmethod
    def _from_shelf(page: KeptPage, request: HttpRequest) -> HttpResponse:
        if request.META.get("HTTP_IF_NONE_MATCH") == page.etag:
            unchanged = HttpResponseNotModified()
            _put_headers(unchanged, page)
            unchanged["ETag"] = page.etag
            del unchanged["Content-Type"]
            return unchanged
        body, encoding = page.body_for(request.META.get("HTTP_ACCEPT_ENCODING", ""))
        response = HttpResponse(body)
        _put_headers(response, page)
        response["ETag"] = page.etag
        response["Content-Length"] = str(len(body))
        if encoding:
            response["Content-Encoding"] = encoding
        return response

    @staticmethod
    def _is_public(response: HttpResponseBase) -> TypeGuard[HttpResponse]:
        return (
            hasattr(response, "public_stamp")
            and response.status_code == 200
            and isinstance(response, HttpResponse)
            and not response.cookies
            and not response.has_header("Content-Encoding")
        )

    @staticmethod
    def _mark_public(response: HttpResponseBase) -> None:
        """Others may keep it too, but ask us each time: who signs in sees another header on the same page."""
        response["Cache-Control"] = "no-cache"
        response["Vary"] = "Accept-Encoding, Cookie"

    @staticmethod
    def _mark_private(response: HttpResponseBase, *, is_personal: bool) -> None:
        if response.has_header("Cache-Control"):
            return
        signs_in = settings.SESSION_COOKIE_NAME in response.cookies
        response["Cache-Control"] = "no-store" if is_personal or signs_in else "private, no-cache"


def _put_headers(response: HttpResponse, page: KeptPage) -> None:
    for name, value in page.headers:
        response[name] = value


class ContentPolicy:
    """Content-Security-Policy: the usual one is written once; a page that changed something in it gets its own from the library.

    Nothing inline is allowed at all, so no page has a nonce.
    """

    OWN = frozenset({"_csp_exempt", "_csp_config", "_csp_update", "_csp_replace"})

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self._library = CSPMiddleware(get_response)
        self._usual = build_policy()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if settings.DEBUG or not self.OWN.isdisjoint(vars(response)):
            return self._library.process_response(request, response)
        response.headers.setdefault(HEADER, self._usual)
        return response


class ProgramsComeEncrypted:
    """A program that comes without TLS is refused: led on to the right address, it would send its secret in the clear for ever."""

    PLACES = ("/api/", "/sign-in/token", "/sign-in/userinfo", "/sign-in/revoke", "/webhooks/")

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if (
            settings.SECURE_HSTS_SECONDS
            and not request.is_secure()
            and request.path_info.startswith(self.PLACES)
        ):
            return HttpResponse(
                "Use https. What you just sent was not encrypted: replace the secret in it.\n",
                status=403,
                content_type="text/plain; charset=utf-8",
            )
        return self.get_response(request)


class ChosenLanguage:
    """The language is in the address; where it is not, the remembered or the browser's language decides."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        addressed = language_of(request.path_info)
        language = addressed or translation.get_language_from_request(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        if not addressed:
            if response.status_code == 404 and is_valid_path(f"/{language}{request.path_info}"):
                response = HttpResponseRedirect(f"/{language}{request.get_full_path()}")
            patch_vary_headers(response, ["Accept-Language", "Cookie"])
        response.headers.setdefault("Content-Language", translation.get_language() or language)
        return response


class RefusalsAsPages:
    """A refusal becomes a page that says so in its own words. A defect becomes a page with a reference to quote; and when it was
    the database that could not, a page that sends the same once more.

    The log gets the reference, the kind of error and where it happened: no message (it may quote an answer), no query, no form.
    """

    EXPECTED = (Http404, PermissionDenied, SuspiciousOperation, BadRequest, MultiPartParserError)

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """Django calls this with whatever a view raised."""
        if isinstance(exception, Refusal):
            return refusal_page(request, exception)
        if isinstance(exception, self.EXPECTED) or settings.DEBUG:
            return None
        got_request_exception.send(sender=type(self), request=request)
        if is_outage(exception):
            return try_again_page(request, note_defect(request), may_resend=True)
        return went_wrong_page(request, note_defect(request))


def note_defect(request: HttpRequest) -> str:
    """Log the error being handled, without anybody's data, and return the reference to quote."""
    reference = secrets.token_hex(4)
    kind, _error, trace = sys.exc_info()
    route = getattr(request.resolver_match, "route", "") or "(no route)"
    log.error(
        "defect %s: %s in %s %s\n%s",
        reference,
        kind.__name__ if kind else "unknown",
        request.method,
        route,
        "\n".join(f"  {at.filename}:{at.lineno} in {at.name}" for at in traceback.extract_tb(trace)),
    )
    return reference
