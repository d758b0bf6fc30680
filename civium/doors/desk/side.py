"""The desk's side navigation: what each role works with."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.urls import reverse
from django.utils.translation import gettext as _

from civium.doors.desk.lists import QUEUES
from civium.engines.cases.queries import count_queues
from civium.foundation.identity.models import Person
from civium.foundation.identity.rules import CASEWORKERS

# Counting what is closed helps nobody.
_COUNTED = tuple(which for which in QUEUES if which != "closed")


def side_groups(person: Person, *, here: str, counted_at: datetime | None = None) -> list[dict[str, Any]]:
    """Groups of links for ``side_links``; a role that has no use for a page is not shown it.

    ``counted_at``: when the queues are counted; where one works on something else, their numbers would only call away.
    """
    groups = []
    if not person.roles.isdisjoint(CASEWORKERS):
        counts = count_queues(person, which=_COUNTED, at=counted_at) if counted_at else {}  # type: ignore[arg-type]
        links = [_queue_link(which, counts.get(which), here) for which in QUEUES]
        groups.append({"title": _("My work"), "links": links})
    more = [
        (_("Who has what"), reverse("desk:team"), {"supervisor"}),
        (_("Away"), reverse("desk:away"), set(CASEWORKERS)),
        (_("Help at the counter"), reverse("applications:counter"), {"clerk"}),
        (_("Money"), reverse("desk:money"), {"finance"}),
        (_("Stuck work"), reverse("desk:stuck"), {"administrator"}),
        (
            _("Services"),
            reverse("desk:services"),
            {"designer", "administrator", "supervisor", "auditor", "data-protection-officer"},
        ),
        (_("What people search"), reverse("desk:searches"), {"designer", "administrator"}),
    ]
    links = [
        {"text": text, "href": href, "current": here.startswith(href)}
        for text, href, roles in more
        if not person.roles.isdisjoint(roles)
    ]
    if links:
        groups.append({"title": _("More"), "links": links})
    return groups


def _queue_link(which: str, count: str | None, here: str) -> dict[str, Any]:
    return {
        "text": QUEUES[which],
        "href": f"{reverse('desk:queue')}?which={which}",
        "count": count,
        "current": _queue_shown(here) == which,
    }


def _queue_shown(here: str) -> str:
    """The queue that an address shows; none while somebody searches everywhere."""
    address = urlsplit(here)
    given = parse_qs(address.query)
    if address.path != reverse("desk:queue") or given.get("q"):
        return ""
    return given.get("which", ["team"])[0]
