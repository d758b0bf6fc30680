"""The queues of cases."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET

from civium.doors.desk.rows import queue_row
from civium.doors.desk.side import QUEUES
from civium.doors.desk.views.page import get_work, reader_language, show
from civium.engines.cases.queries import find_queue
from civium.foundation.identity.policy import SignedInRequest, open_to, staff
from civium.foundation.identity.rules import CASEWORKERS
from civium.foundation.kit.references import parse_reference
from civium.foundation.kit.refusals import NotFound
from civium.foundation.kit.town import the_town


@open_to(staff(*CASEWORKERS, "finance", "administrator", "designer", "auditor", "data-protection-officer"))
@require_GET
def queue(request: SignedInRequest) -> HttpResponse:
    """A queue, the most urgent case first. Whoever works no cases is shown to their own part of the desk."""
    roles = request.user.roles
    if roles.isdisjoint(CASEWORKERS):
        elsewhere = {"finance": "desk:money", "administrator": "desk:stuck"}
        return redirect(next((page for role, page in elsewhere.items() if role in roles), "desk:services"))
    typed = request.GET.get("q", "").strip()
    if parse_reference(typed) and _has_case(request, typed):
        return redirect("desk:case", reference=parse_reference(typed))
    which, now = request.GET.get("which", "team"), timezone.now()
    page = find_queue(request.user, which=which, at=now, after=request.GET.get("after"), limit=50)  # type: ignore[arg-type]
    return show(
        request,
        "queue.html",
        title=str(QUEUES[which]),
        which=which,
        rows=[
            queue_row(case, today=the_town().today(now), language=reader_language()) for case in page.cases
        ],
        next=page.next,
        is_first_page="after" not in request.GET,
        typed=typed,
        is_unknown=bool(parse_reference(typed)),
    )


def _has_case(request: SignedInRequest, typed: str) -> bool:
    try:
        get_work(request, typed)
    except NotFound:
        return False
    return True
