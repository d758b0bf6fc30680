"""The queues of cases: a list, taking several from it, and going on to the next."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from civium.doors.desk.lists import (
    EXPLAINED,
    LIST_COOKIE,
    QUEUES,
    Asked,
    asked_for,
    choices_for,
    list_of,
    without_marks,
)
from civium.doors.desk.rows import queue_rows
from civium.doors.desk.views.page import caseworkers, get_work, reader_language, show
from civium.engines.cases.actions.claim_cases import claim_cases
from civium.engines.cases.queries import (
    agencies_of,
    find_next_case,
    find_queue,
    find_workable_cases,
    find_workers,
)
from civium.foundation.identity.policy import SignedInRequest, open_to, staff
from civium.foundation.identity.rules import CASEWORKERS
from civium.foundation.kit.references import parse_reference
from civium.foundation.kit.refusals import NotFound
from civium.foundation.kit.town import the_town

ROWS = 50


@open_to(staff(*CASEWORKERS, "finance", "administrator", "designer", "auditor", "data-protection-officer"))
@require_GET
def queue(request: SignedInRequest) -> HttpResponse:
    """A queue, the most urgent case first. Whoever works no cases is shown to their own part of the desk."""
    roles = request.user.roles
    if roles.isdisjoint(CASEWORKERS):
        elsewhere = {
            "finance": "desk:money",
            "administrator": "desk:stuck",
            "data-protection-officer": "desk:readings",
            "auditor": "desk:readings",
        }
        return redirect(next((page for role, page in elsewhere.items() if role in roles), "desk:services"))
    asked = asked_for(request.GET)
    if (reference := parse_reference(asked.q)) and _has_case(request, reference):
        return redirect("desk:case", reference=reference)
    response = show(request, "queue.html", counts=True, **_list(request, asked, at=timezone.now()))
    response.set_cookie(
        LIST_COOKIE, without_marks(asked).query(), httponly=True, samesite="Lax", path=_desk()
    )
    return response


def _list(request: SignedInRequest, asked: Asked, *, at: datetime) -> dict[str, Any]:
    reader, today = request.user, the_town().today(at)
    workers = find_workers(agencies_of(reader), today=today)
    page = find_queue(
        reader,
        which=asked.found_as,
        at=at,
        filters=asked.filters(reader),
        sort=asked.sort,
        after=request.GET.get("after"),
        before=request.GET.get("before"),
        limit=ROWS,
    )
    rows = queue_rows(page, reader=reader, workers=workers, today=today, language=reader_language())
    return {
        "title": _("Found") if asked.is_search else str(QUEUES[asked.which]),
        "explained": "" if asked.is_search else EXPLAINED.get(asked.which, ""),
        "asked": asked,
        "rows": rows,
        "columns": _columns(asked),
        "chips": asked.chips(workers),
        "choices": choices_for(asked, reader, workers),
        "page": page,
        "can_take": any(row.may_take for row in rows),
        "is_unknown": parse_reference(asked.q) is not None,
        "goes_back": bool(request.GET.get("before")),
        "here": asked.query(after=request.GET.get("after", ""), before=request.GET.get("before", "")),
    }


def _columns(asked: Asked) -> list[dict[str, Any]]:
    """The heads of the table; those that sort are links to the same list the other way round."""
    received = {"text": _("Received")}
    if asked.is_search:
        due: dict[str, Any] = {"text": _("Due or decided")}
    elif asked.which == "closed":
        due = {"text": _("Decided"), **_sorting(asked, "closed", default="-closed")}
    elif asked.which == "messages":
        due = {"text": _("Due or decided"), **_sorting(asked, "due", default="due")}
    else:
        due = {"text": _("Due"), **_sorting(asked, "due", default="due")}
        received |= _sorting(asked, "opened", default="due")
    return [
        {"text": _("Take"), "hidden": True},
        {"text": _("Reference")},
        {"text": _("Service")},
        {"text": _("About")},
        {"text": _("Step")},
        due,
        received,
        {"text": _("With")},
    ]


def _sorting(asked: Asked, name: str, *, default: str) -> dict[str, str]:
    now = asked.sort or default
    turned = f"-{name}" if now == name else name
    state = {name: "ascending", f"-{name}": "descending"}.get(now, "")
    return {"href": asked.query(sort="" if turned == default else turned), "sort": state}


def _has_case(request: SignedInRequest, typed: str) -> bool:
    try:
        get_work(request, typed)
    except NotFound:
        return False
    return True


@open_to(caseworkers)
@require_POST
def take(request: SignedInRequest) -> HttpResponse:
    """Take the ticked cases, as far as they can be taken, and show the same list again."""
    wanted = list(dict.fromkeys(request.POST.getlist("case")))[:ROWS]
    cases = find_workable_cases(wanted, for_=request.user)
    if not cases:
        messages.error(request, _("Tick the cases that you want to take."))
    else:
        done = claim_cases(cases, by=request.user, at=timezone.now())
        count = len(done.taken)
        if count:
            said = ngettext("%(count)s case is yours now.", "%(count)s cases are yours now.", count)
            messages.success(request, said % {"count": count})
        for case, refusal in done.refused:
            messages.error(request, f"{case.shown_reference}: {refusal.message}")
    return redirect(_desk() + _same_list(request.POST.get("here", "")))


@open_to(caseworkers)
@require_GET
def next_case(request: SignedInRequest, reference: str) -> HttpResponse:
    """Go on to the case that follows in the list that one came from; after the last, back to the list."""
    found = get_work(request, reference)
    asked = list_of(request.COOKIES)
    following = find_next_case(
        request.user,
        beyond=found,
        which=asked.which,
        at=timezone.now(),
        filters=asked.filters(request.user),
        sort=asked.sort,
    )
    if following is not None:
        return redirect("desk:case", reference=following.reference)
    messages.success(request, _("That was the last case of this list."))
    return redirect(_desk() + asked.query())


def _same_list(here: str) -> str:
    """An address within the desk: whatever was sent, only a list that we know comes of it."""
    given = dict(parse_qsl(here.removeprefix("?")))
    try:
        return asked_for(given).query(after=given.get("after", ""), before=given.get("before", ""))
    except NotFound:
        return ""


def _desk() -> str:
    return reverse("desk:queue")
