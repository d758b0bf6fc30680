"""The living style guide: every component in every state, on two pages (citizens', staff's). A door mounts it in the demo town."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from civium.foundation.kit.money import Money

LONG_NAME = "Maximiliana-Alexandrina Ochieng-Featherstonehaugh-Wolfeschlegelsteinhausenbergerdorff"
_THEN = dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC)


def guide_page(request: HttpRequest) -> HttpResponse:
    """The style guide; ``?part=desk`` shows the staff's half."""
    part = "desk" if request.GET.get("part") == "desk" else "citizen"
    return render(request, f"design/style_guide_{part}.html", guide_context())


def guide_context() -> dict[str, Any]:
    """What the guide's examples are about: plausible, long, empty, and never a real person."""
    return {
        "long_name": LONG_NAME,
        "then": _THEN,
        "today": _THEN.date(),
        "fee": Money(Decimal("15.00"), "EUR"),
        "licence": Money(Decimal("25.00"), "EUR"),
        "discount": Money(Decimal("-10.00"), "EUR"),
        "stops": [
            {"text": _("Received"), "state": "done"},
            {"text": _("Checked"), "state": "done"},
            {"text": _("In review"), "state": "now"},
            {"text": _("Decided"), "state": "ahead"},
        ],
        "entries": [
            {"title": _("We received your application"), "at": _THEN, "tone": "leaf", "icon": "check"},
            {
                "title": _("Carla asked you a question"),
                "at": _THEN + dt.timedelta(days=1),
                "tone": "sun",
                "icon": "message-circle",
                "text": _("The clock is paused until you answer."),
            },
            {"title": _("Refused"), "at": _THEN + dt.timedelta(days=2), "tone": "coral", "icon": "x"},
            {"title": _("Closed"), "at": _THEN + dt.timedelta(days=3), "tone": "grey"},
        ],
        "thread": [
            {
                "from_name": "Carla",
                "at": _THEN,
                "text": _("Which vet put in the chip? The number seems to lack a digit."),
                "mine": False,
            },
            {
                "from_name": LONG_NAME,
                "at": _THEN + dt.timedelta(hours=3),
                "text": _("Sorry! It is 981000012345678."),
                "mine": True,
            },
        ],
    }
