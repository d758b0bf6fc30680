"""Opening one case in an emergency, reading it, and looking at what others opened. What is shown of people here is on the record."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from civium.doors.desk.views.page import reader_language, show
from civium.engines.forms.rules import rows_wanted
from civium.foundation.files.actions.serve_file import download_response
from civium.foundation.files.models import StoredFile
from civium.foundation.identity.models import Role
from civium.foundation.identity.policy import SignedInRequest, freshly_signed_in, open_to, staff
from civium.foundation.kit.languages import listed
from civium.foundation.kit.references import parse_reference
from civium.foundation.kit.refusals import NotFound, Refusal
from civium.foundation.privacy.rules import KINDS
from civium.journeys.catalogue.queries import get_offer_version
from civium.journeys.emergencies.actions.end_emergency import end_emergency
from civium.journeys.emergencies.actions.open_in_emergency import (
    MayReadAnyway,
    ReasonTooLong,
    ReasonTooShort,
    WhyMissing,
    open_in_emergency,
)
from civium.journeys.emergencies.actions.read_in_emergency import read_file_in_emergency, read_in_emergency
from civium.journeys.emergencies.actions.review_emergency import (
    ReviewedAlready,
    VerdictMissing,
    review_emergency,
)
from civium.journeys.emergencies.models import Emergency, Verdict, Why
from civium.journeys.emergencies.queries import (
    LONGEST_REASON,
    SHORTEST_REASON,
    find_own_emergencies,
    find_to_look_at,
    find_what_was_opened,
    get_open_emergency,
    get_own_emergency,
    get_to_review,
    open_own_review,
)

# Who may open a case in an emergency, and who looks at it afterwards: which case, the room itself decides.
OPENERS = ("officer", "supervisor", "data-protection-officer")
REVIEWERS = ("supervisor", "data-protection-officer")
# Of another agency than their own: that is what these doors are for, so the wall between agencies does not stand behind them.
openers = staff(*OPENERS, for_whole_town=True)
reviewers = staff(*REVIEWERS, for_whole_town=True)


@open_to(openers)
@require_GET
def emergencies(request: SignedInRequest) -> HttpResponse:
    """What somebody opened, what is still open of it, and what they look at afterwards. No applicant's data is in the lists, but
    for why a second person said that it was not justified."""
    now, user = timezone.now(), request.user
    own = [
        {**_line(each, now), "review": open_own_review(each, for_=user)}
        for each in find_own_emergencies(user)
    ]
    others = [_line(each, now) for each in find_to_look_at(user, at=now)]
    return show(
        request,
        "emergencies.html",
        own=own,
        others=others,
        to_check=sum(not line["verdict"] for line in others),
        is_reviewer=not user.roles.isdisjoint(REVIEWERS),
    )


def _line(emergency: Emergency, now: Any) -> dict[str, Any]:
    case = emergency.case
    return {
        "emergency": emergency,
        "service": str(get_offer_version(case.service, case.version).words(reader_language()).title),
        "who": _who(emergency),
        "why": str(Why(emergency.why).label),
        "is_open": emergency.is_open(now),
        "ended_at": emergency.ended_at or emergency.until,
        "verdict": str(Verdict(emergency.verdict).label) if emergency.verdict else "",
        "tone": "leaf" if emergency.verdict == Verdict.JUSTIFIED else "coral",
    }


def _who(emergency: Emergency) -> str:
    return f"{emergency.opened_by.shown_as} · {Role(emergency.role).label}"


@open_to(freshly_signed_in(openers))
@require_http_methods(["GET", "POST"])
def emergency_new(request: SignedInRequest) -> HttpResponse:
    """Ask for one case by its reference, with a reason. What it means is said first."""
    typed = {name: request.POST.get(name, "") for name in ("reference", "why", "reason")}
    if request.method == "GET":
        return _new_page(request, typed)
    try:
        opened = open_in_emergency(
            typed["reference"],
            why=typed["why"],
            reason=typed["reason"],
            by=request.user,
            at=timezone.now(),
        )
    except Refusal as refusal:
        return _new_page(request, typed, refusal)
    messages.warning(request, _("The case is open for you. A second person and the applicant are told."))
    return redirect("desk:emergency", id=opened.pk)


def _new_page(
    request: SignedInRequest, typed: dict[str, str], refusal: Refusal | None = None
) -> HttpResponse:
    fields = {WhyMissing: "why", ReasonTooLong: "reason", ReasonTooShort: "reason"}
    return show(
        request,
        "emergency_new.html",
        refusal=refusal,
        field=fields.get(type(refusal), "reference") if refusal else "",
        usual=(parse_reference(typed["reference"]) or "") if isinstance(refusal, MayReadAnyway) else "",
        whys=[(each.value, str(each.label)) for each in Why],
        typed=typed,
        least=SHORTEST_REASON,
        most=LONGEST_REASON,
    )


@open_to(openers)
@require_GET
def emergency(request: SignedInRequest, id: UUID) -> HttpResponse:
    """The case, only to read, while it is open to them; afterwards they are told that it is over."""
    now = timezone.now()
    try:
        found = get_open_emergency(id, for_=request.user, at=now)
    except NotFound:
        get_own_emergency(id, for_=request.user)
        messages.info(request, _("The time is over. You can no longer read this case."))
        return redirect("desk:emergencies")
    file = read_in_emergency(found, by=request.user, language=reader_language(), at=now)

    def place_of(stored: StoredFile) -> str:
        return reverse("desk:emergency_file", args=[found.pk, stored.pk])

    file.files_at = place_of
    file.rows_from = rows_wanted(request.GET)
    return show(
        request,
        "emergency.html",
        emergency=found,
        why=str(Why(found.why).label),
        case=found.case,
        file=file,
        thread=file.thread(request.GET.get("before")),
        story=file.latest(20)[0],
    )


@open_to(openers)
@require_GET
def emergency_file(request: SignedInRequest, id: UUID, file: UUID) -> HttpResponseBase:
    """A file of the case, while it is open to them."""
    now = timezone.now()
    found = get_open_emergency(id, for_=request.user, at=now)
    return download_response(read_file_in_emergency(found, file, by=request.user, at=now))


@open_to(openers)
@require_POST
def emergency_end(request: SignedInRequest, id: UUID) -> HttpResponse:
    """They are done: the case is closed to them."""
    end_emergency(get_own_emergency(id, for_=request.user), by=request.user, at=timezone.now())
    messages.success(request, _("Done. You can no longer read this case."))
    return redirect("desk:emergencies")


@open_to(reviewers)
@require_http_methods(["GET", "POST"])
def emergency_review(request: SignedInRequest, id: UUID) -> HttpResponse:
    """Who opened what, why, and what they read of it; then say whether it was right."""
    now = timezone.now()
    found = get_to_review(id, for_=request.user, at=now)
    typed = {name: request.POST.get(name, "") for name in ("verdict", "words")}
    if request.method == "GET":
        return _review_page(request, found, typed)
    try:
        review_emergency(found, by=request.user, at=now, **typed)
    except ReviewedAlready as late:
        messages.error(request, str(late.message))
        return redirect("desk:emergency_review", id=found.pk)
    except Refusal as refusal:
        return _review_page(request, found, typed, refusal)
    messages.success(request, _("Kept. It is on the record."))
    return redirect("desk:emergencies")


def _review_page(
    request: SignedInRequest, found: Emergency, typed: dict[str, str], refusal: Refusal | None = None
) -> HttpResponse:
    return show(
        request,
        "emergency_review.html",
        refusal=refusal,
        line=_line(found, timezone.now()),
        emergency=found,
        case=found.case,
        reviewer=found.reviewed_by.shown_as if found.reviewed_by else "",
        opened=[(each.at, _kinds(each)) for each in find_what_was_opened(found)],
        verdicts=[(each.value, str(each.label)) for each in Verdict],
        field="verdict" if isinstance(refusal, VerdictMissing) else "words",
        typed=typed,
        most=LONGEST_REASON,
    )


def _kinds(entry: Any) -> str:
    return listed(str(KINDS.get(kind, kind)) for kind in entry.event.kinds.split())
