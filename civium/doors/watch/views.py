"""Answers for programs that watch: alive, ready, and numbers in Prometheus's text format (version 0.0.4)."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from civium.foundation.identity.policy import Policy, address_of, anyone, open_to

from .queries import Measure, find_measures, find_parts

# What proxies add to a request that they pass on.
_PASSED_ON: Final = (
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Real-IP",
    "Forwarded",
    "Via",
)
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
