"""The desk's side navigation: what each role works with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civium.doors.desk.lists import QUEUES
from civium.engines.cases.queries import count_queues
from civium.foundation.design.links import url
from civium.foundation.identity.models import Person
from civium.foundation.identity.rules import CASEWORKERS

# Who looks after what the town holds about people; none of these pages shows anybody's data.
CONTROLLERS = ("data-protection-officer", "administrator", "auditor")
# Who checks what staff read.
CHECKERS = ("data-protection-officer", "auditor")

_MORE: tuple[tuple[Any, str, set[str]], ...] = (
    (gettext_lazy("Who has what"), "desk:team", {"supervisor"}),
    (gettext_lazy("Away"), "desk:away", set(CASEWORKERS)),
    (gettext_lazy("Staff and roles"), "desk:staff", {"supervisor", "administrator"}),
    (gettext_lazy("Help at the counter"), "applications:counter", {"clerk"}),
    (gettext_lazy("Money"), "desk:money", {"finance"}),
    (gettext_lazy("Stuck work"), "desk:stuck", {"administrator"}),
    (gettext_lazy("Sister systems"), "federation:systems", {"administrator"}),
    (
        gettext_lazy("Services"),
        "desk:services",
        {"designer", "administrator", "supervisor", "auditor", "data-protection-officer"},
    ),
    (gettext_lazy("What people search"), "desk:searches", {"designer", "administrator"}),
)
_DATA_PROTECTION: tuple[tuple[Any, str, set[str]], ...] = (
    (gettext_lazy("Who read what"), "desk:readings", set(CHECKERS)),
    (gettext_lazy("Readings by staff"), "desk:readings_by_staff", set(CHECKERS)),
    (gettext_lazy("What people ask"), "desk:asked_readings", set(CHECKERS)),
    (
        gettext_lazy("Emergencies"),
        "desk:emergencies",
        {"officer", "supervisor", "data-protection-officer"},
    ),
    (gettext_lazy("Kept by law"), "desk:kept", {"data-protection-officer"}),
    (gettext_lazy("What the town holds"), "desk:register", set(CONTROLLERS)),
    (gettext_lazy("Erased on time"), "desk:retention", set(CONTROLLERS)),
)
# Counting what is closed helps nobody.
_COUNTED = (*(which for which in QUEUES if which != "closed"), "mentions")


def side_groups(person: Person, *, here: str, counted_at: datetime | None = None) -> list[dict[str, Any]]:
    """Groups of links for ``side_links``; a role that has no use for a page is not shown it.

    ``counted_at``: when the queues are counted, in one statement; where one writes something, their numbers would only call away.
    """
    groups = []
    if not person.roles.isdisjoint(CASEWORKERS):
        counts = count_queues(person, which=_COUNTED, at=counted_at) if counted_at else {}  # type: ignore[arg-type]
        groups.append({"title": _("My work"), "links": _queue_links(counts, here)})
    for title, pages in ((_("Data protection"), _DATA_PROTECTION), (_("More"), _MORE)):
        links = _links(person, pages, here)
        if links:
            groups.append({"title": title, "links": links})
    return groups


def _links(person: Person, pages: tuple[tuple[Any, str, set[str]], ...], here: str) -> list[dict[str, Any]]:
    return [
        {"text": str(text), "href": href, "current": here.startswith(href)}
        for text, name, roles in pages
        if not person.roles.isdisjoint(roles)
        for href in [url(name)]
    ]


def _queue_links(counts: Mapping[str, str], here: str) -> list[dict[str, Any]]:
    desk = url("desk:queue")
    shown = _queue_shown(here, desk)
    mentions = url("desk:mentions")
    return [
        *_links_of_queues(counts, desk, shown),
        {
            "text": _("Mentions"),
            "href": mentions,
            "count": counts.get("mentions"),
            "current": urlsplit(here).path == mentions,
        },
    ]


def _links_of_queues(counts: Mapping[str, str], desk: str, shown: str) -> list[dict[str, Any]]:
    return [
        {
            "text": text,
            "href": f"{desk}?which={which}",
            "count": counts.get(which),
            "current": which == shown,
        }
        for which, text in QUEUES.items()
    ]


def _queue_shown(here: str, desk: str) -> str:
    """The queue that an address shows; none while somebody searches everywhere."""
    address = urlsplit(here)
    given = parse_qs(address.query)
    if address.path != desk or given.get("q"):
        return ""
    return given.get("which", ["team"])[0]
