"""What browsers report of the content-security policy: what they refused on which kind of page. Nothing of what was sent is repeated:
anybody can send a report, and an address in it may name somebody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve

# As long as a browser's longest, with room.
LONGEST: Final = 16_384
MOST_IN_ONE: Final = 20
_DIRECTIVES: Final = {
    *settings.CONTENT_SECURITY_POLICY["DIRECTIVES"],
    *("script-src-elem", "script-src-attr", "style-src-elem", "style-src-attr", "frame-src", "worker-src", "media-src"),
}  # fmt: skip
_BY_NAME: Final = {
    "inline",
    "eval",
    "wasm-eval",
    "data",
    "blob",
    "trusted-types-policy",
    "trusted-types-sink",
}


class Violation(NamedTuple):
    """What was refused, in words of our own: by which directive, what kind of thing, on which of our pages (its route)."""

    directive: str
    blocked: str
    page: str


class NoReport(Exception):
    """It is not what a browser sends."""


def read_violations(sent: bytes) -> Iterator[Violation]:
    """The violations in what a browser sent, in either of the two ways in which they do (CSP 2 ``report-uri``, Reporting API)."""
    try:
        report = json.loads(sent)
    except (ValueError, RecursionError):
        raise NoReport from None
    if isinstance(report, dict) and isinstance(report.get("csp-report"), dict):
        yield _of(report["csp-report"], "effective-directive", "blocked-uri", "document-uri")
        return
    if not isinstance(report, list):
        raise NoReport
    for each in report[:MOST_IN_ONE]:
        if (
            isinstance(each, dict)
            and each.get("type") == "csp-violation"
            and isinstance(each.get("body"), dict)
        ):
            yield _of(each["body"], "effectiveDirective", "blockedURL", "documentURL")


def _of(said: dict[str, Any], directive: str, blocked: str, page: str) -> Violation:
    by = str(said.get(directive) or said.get("violated-directive") or "").partition(" ")[0]
    return Violation(
        by if by in _DIRECTIVES else "another directive",
        _kind(str(said.get(blocked) or "")),
        _route(str(said.get(page) or "")),
    )


def _kind(blocked: str) -> str:
    if blocked in _BY_NAME:
        return blocked
    place = _split(blocked)
    if place.scheme in ("data", "blob"):
        return place.scheme
    if place.scheme not in ("http", "https"):
        return "something else"
    return "this site" if f"{place.scheme}://{place.netloc}" == settings.CIVIUM_ORIGIN else "another site"


def _route(page: str) -> str:
    place = _split(page)
    try:
        return str(resolve(place.path or "/").route) or "/"
    except Resolver404:
        return "no page of ours"


def _split(address: str) -> Any:
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")
