"""What a token may allow, and for how long."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.rules import CASEWORKERS, Worker, may, relations_by_role

READ_APPLICATIONS = "applications:read"
WRITE_APPLICATIONS = "applications:write"
READ_CASES = "cases:read"
WRITE_CASES = "cases:write"
READ_READINGS = "readings:read"
SHOW_READINGS = "readings:show"

SCOPES: Mapping[str, str | Promise] = {
    READ_APPLICATIONS: _("Read applications and where they stand"),
    WRITE_APPLICATIONS: _("Apply for services, and answer what you are asked about them"),
    READ_CASES: _("Read cases: answers, messages, files"),
    WRITE_CASES: _("Work on cases: move them, write messages, send files"),
    READ_READINGS: _("See who read your data"),
}
# What the same scopes allow whoever works on nobody's cases: their own cases, and nothing else.
OF_ONES_OWN: Mapping[str, str | Promise] = {
    READ_CASES: _("Read your cases: answers, messages, files"),
    WRITE_CASES: _("Write messages about your cases, and send files"),
}
# What the national portal's program may do, and nobody chooses.
PORTAL_SCOPES = {SHOW_READINGS: _("Show people, on the national portal, who read their data")}
# An agency's program works on cases; it applies for nothing.
AGENCY_SCOPES = (READ_CASES, WRITE_CASES)
LIFETIMES = {"30": timedelta(days=30), "90": timedelta(days=90), "365": timedelta(days=365)}
MOST_TOKENS = 20
# What an application program is known by in a list of found secrets, so that a leaked one is recognised.
PREFIX = "civium_"
# How long the answer to a request with an idempotency key is kept.
KEPT_FOR = timedelta(days=2)


def scopes_for(roles: Collection[str]) -> dict[str, str | Promise]:
    """Each scope with what it allows somebody with these roles."""
    return {**SCOPES, **({} if set(roles) & set(CASEWORKERS) else OF_ONES_OWN)}


def may_make_for(person: Worker, agency: str) -> bool:
    """Whether the person may let programs work for the agency."""
    return may("make a token for", "agency", relations_by_role(person, agency))


def may_make_for_portal(person: Worker) -> bool:
    """Whether the person may let the national portal show people who read their data."""
    return may("make a token for", "national portal", relations_by_role(person, ""))
