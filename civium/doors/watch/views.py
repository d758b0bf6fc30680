"""Answers for programs that watch: alive, ready, and numbers in Prometheus's text format (version 0.0.4)."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from civium.foundation.identity.actions.limit_tries import TooManyTries, limit_tries
from civium.foundation.identity.policy import Policy, address_of, anyone, household_of, open_to

from .queries import Measure, find_measures, find_parts
from .violations import LONGEST, NoReport, read_violations

# What proxies add to a request that they pass on.
_PASSED_ON: Final = (
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Real-IP",
    "Forwarded",
    "Via",
)
# In an hour; what comes beyond is told already.
REPORTS_FROM_ADDRESS, REPORTS = 60, 1_000
_log = logging.getLogger(__name__)
_NOT_KEPT: Final = {"Cache-Control": "no-store"}


def _may_watch(request: HttpRequest) -> bool:
    """Whoever asks from this machine itself, or brings the token in the key folder's ``metrics-token``.

    What a proxy on this machine passes on comes from somewhere else, whatever it says: it needs the token.
    """
    token = Path(settings.CIVIUM_KEYS) / "metrics-token"
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token.is_file() and (wanted := token.read_text("ascii").strip()):
        return hmac.compare_digest(shown.encode("utf-8", "replace"), wanted.encode())
    if any(name in request.headers for name in _PASSED_ON):
        return False
    try:
        return ip_address(address_of(request)).is_loopback
    except ValueError:
        return False


watcher = Policy("watcher", _may_watch)
# Browsers report by themselves, without the visitor: there is no form whose token they could bring, and nothing to gain by it.
browsers = replace(anyone, is_signed_call=True)


@open_to(anyone)
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain", headers=_NOT_KEPT)


@open_to(anyone)
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Whether the site can take work; each part with "ok" or a code."""
    parts = {part.name: part.wrong or "ok" for part in find_parts(at=timezone.now())}
    is_ready = all(said == "ok" for said in parts.values())
    return JsonResponse(parts, status=200 if is_ready else 503, headers=_NOT_KEPT)


@open_to(watcher)
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The numbers."""
    words = as_text(find_measures(at=timezone.now()))
    return HttpResponse(words, content_type="text/plain; version=0.0.4; charset=utf-8", headers=_NOT_KEPT)


@open_to(browsers)
@require_POST
def violations(request: HttpRequest) -> HttpResponse:
    """A browser says that it refused something on one of our pages: into the log, for whoever runs the site to look at."""
    try:
        length = int(request.headers.get("Content-Length") or 0)
    except ValueError:
        length = LONGEST + 1
    if length > LONGEST:
        return HttpResponse(status=413, headers=_NOT_KEPT)
    now, hour = timezone.now(), timedelta(hours=1)
    try:
        limit_tries("csp-report", who=household_of(request), most=REPORTS_FROM_ADDRESS, within=hour, at=now)
        limit_tries("csp-report", who="", most=REPORTS, within=hour, at=now)
        found = list(read_violations(request.body))
    except TooManyTries:
        return HttpResponse(status=429, headers=_NOT_KEPT)
    except NoReport:
        return HttpResponse(status=400, headers=_NOT_KEPT)
    for each in found:
        _log.warning("a browser refused %s (%s) on the page %s", each.blocked, each.directive, each.page)
    return HttpResponse(status=204, headers=_NOT_KEPT)


def as_text(measures: Iterable[Measure]) -> str:
    """The exposition format: help, type, and a line for each value."""
    lines: list[str] = []
    for measure in measures:
        lines += [f"# HELP {measure.name} {measure.help}", f"# TYPE {measure.name} gauge"]
        for labels, value in measure.values.items():
            said = ",".join(f'{name}="{_escaped(word)}"' for name, word in labels)
            lines.append(f"{measure.name}{{{said}}} {value:.10g}" if said else f"{measure.name} {value:.10g}")
    return "\n".join(lines) + "\n"


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
