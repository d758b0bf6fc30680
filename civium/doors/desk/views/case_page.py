"""The page of one case, for every view that shows it: again after a refusal, with what was typed and what has changed."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from civium.doors.desk.lists import QUEUES, list_of
from civium.doors.desk.rows import late_words, other_rows
from civium.doors.desk.side import CHECKERS
from civium.doors.desk.views.page import reader_language, show
from civium.engines.cases.actions.be_present import be_present, be_present_among
from civium.engines.cases.actions.look_at_case import look_at_case
from civium.engines.cases.actions.read_messages import read_messages
from civium.engines.cases.actions.see_mentions import see_mentions
from civium.engines.cases.models import Case
from civium.engines.cases.queries import get_case_among_others
from civium.engines.cases.rules import may_hand_over, may_reopen, may_withdraw_certificate, may_work_on
from civium.engines.forms.rules import rows_wanted
from civium.foundation.identity.models import Person
from civium.foundation.identity.policy import SignedInRequest
from civium.foundation.kit.refusals import Refusal
from civium.foundation.kit.town import the_town
from civium.journeys.applications.actions.open_case_file import open_case_file
from civium.journeys.rights.queries import CheckedReading, find_reading_asked_about, read_request

# What happened last, and how far back one can go on one page.
FEW_LINES, MOST_LINES = 20, 1_000


def open_file(request: SignedInRequest, found: Case) -> Any:
    """The file of the case; that it was read is on the record."""
    return open_case_file(found, by=request.user, language=reader_language(), at=timezone.now())


def case_page(
    request: SignedInRequest,
    found: Case,
    *,
    file: Any = None,
    status: int = 200,
    others: list[Case] | None = None,
    **extra: Any,
) -> HttpResponse:
    """One case with everything about it. ``said`` tells what was refused, ``typed`` gives back words that found no place.

    ``others``: the applicant's other cases, where they were read with this one.
    """
    now, user = timezone.now(), request.user
    if others is None:
        _same, others = get_case_among_others(found.reference, for_=user)
    shown = file or open_file(request, found)
    here = be_present_among(found, people=shown.people, by=user, at=now)
    shown.names = here.names
    look_at_case(found, by=user, at=now)
    shown.rows_from = rows_wanted(request.GET)
    thread = shown.thread(request.GET.get("before") if request.method == "GET" else None)
    if thread.unread or found.has_message_to_see(user):
        read_messages(found, by=user, at=now)
    if any(note.is_new for note in shown.notes):
        see_mentions(found, by=user, at=now)
    return show(
        request,
        "case.html",
        status=status,
        counts=True,
        case=found,
        file=shown,
        late=late_words(found, today=the_town().today(now), language=reader_language()),
        thread=thread,
        is_first_page="before" not in request.GET,
        **where_from(request),
        links=shown.links_for(user),
        present=here.others,
        **story(request, shown),
        others=other_rows(
            [other for other in others if may_work_on(user, other)],
            today=the_town().today(now),
            language=reader_language(),
        ),
        is_mine=found.assigned_to_id == user.pk,
        may_hand_over=may_hand_over(user, found),
        may_reopen=may_reopen(user, found, shown.reopening),
        may_withdraw=may_withdraw_certificate(user, found),
        data_request=read_request(found, for_=user, at=now),
        **_asked_about(find_reading_asked_about(found, by=user), user),
        **extra,
    )


def _asked_about(reading: CheckedReading | None, reader: Person) -> dict[str, Any]:
    """The reading that the case asks about; whoever checks readings gets the way to those of its day."""
    if reading is None or reader.roles.isdisjoint(CHECKERS):
        return {"reading": reading}
    day = the_town().today(reading.at).isoformat()
    query = urlencode({"of": reading.of_id, "from": day, "to": day})
    return {"reading": reading, "readings_at": f"{reverse('desk:readings')}?{query}"}


def story(request: SignedInRequest, file: Any) -> dict[str, Any]:
    """What happened last; and more each time that somebody asks for it."""
    asked = _number(request.GET.get("story", ""))
    most = min(max(asked, FEW_LINES), MOST_LINES)
    lines, is_more = file.latest(most)
    return {"story": lines, "more_of_story": most * 5 if is_more and most < MOST_LINES else 0}


def where_from(request: SignedInRequest) -> dict[str, Any]:
    """The list that the case was opened from, and what it is called."""
    asked = list_of(request.COOKIES)
    return {"came_from": asked, "came_from_title": QUEUES[asked.which]}


def form_page(
    request: SignedInRequest,
    found: Case,
    template: str,
    *,
    file: Any = None,
    refusal: Refusal | None = None,
    **extra: Any,
) -> HttpResponse:
    """A page on which something about the case is written; after a refusal with what was typed, why not, and what has changed."""
    now = timezone.now()
    shown = file or open_file(request, found)
    return show(
        request,
        template,
        case=found,
        file=shown,
        revision=found.revision,
        present=be_present(found, by=request.user, at=now),
        refusal=refusal,
        changes=changes_seen(request, shown) if refusal and refusal.status == 409 else [],
        **extra,
    )


def changes_seen(request: SignedInRequest, file: Any) -> list[Any]:
    """What happened to the case since the page was made that this request was sent from."""
    seen = _number(request.POST.get("seen", ""))
    return list(file.changes_since(seen)) if seen else []


def refused(
    request: SignedInRequest, found: Case, refusal: Refusal, *, typed: str = "", file: Any = None
) -> HttpResponse:
    """The case as it is now, with why it was not done; words that somebody typed are there to copy, never lost."""
    shown = file or open_file(request, found)
    changes = changes_seen(request, shown)
    said = f"{refusal.message} {refusal.what_next}".strip()
    if typed.strip() or changes:
        return case_page(
            request, found, file=shown, status=refusal.status, said=said, typed=typed, changes=changes
        )
    messages.error(request, said)
    return redirect("desk:case", reference=found.reference)


def revision_of(request: SignedInRequest) -> int:
    """The revision that the page was made from; what is no number is older than any."""
    return _number(request.POST.get("revision", ""))


def _number(typed: str) -> int:
    return int(typed) if re.fullmatch(r"[0-9]{1,18}", typed) else 0
