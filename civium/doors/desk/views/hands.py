"""From hand to hand: handing a case over, taking it over, reopening it, linking it to another."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from civium.doors.desk.lists import taker_words
from civium.doors.desk.views.case_page import form_page, open_file, refused, revision_of
from civium.doors.desk.views.page import caseworkers, get_work
from civium.engines.cases.actions.hand_over import CannotTakeIt, hand_over
from civium.engines.cases.actions.link_cases import (
    LinkKindMissing,
    LinkReasonMissing,
    link_cases,
    unlink_cases,
)
from civium.engines.cases.actions.take_over import take_over
from civium.engines.cases.models import Case, Link
from civium.engines.cases.queries import find_colleagues, find_workers
from civium.engines.cases.rules import may_hand_over, may_reopen
from civium.foundation.identity.models import Person
from civium.foundation.identity.policy import SignedInRequest, open_to
from civium.foundation.kit.refusals import NotFound, Refusal, require
from civium.foundation.kit.town import the_town
from civium.journeys.applications.actions.reopen_the_case import reopen_the_case

TEAM = "team"


class NoSuchCase(Refusal):
    """No case with this reference on which the person may work."""

    status = 422


@open_to(caseworkers)
@require_http_methods(["GET", "POST"])
def handover(request: SignedInRequest, reference: str) -> HttpResponse:
    """Hand the case to a colleague by name, or to the team, with a note."""
    found, note = get_work(request, reference), request.POST.get("note", "")
    if request.method == "GET":
        require(not found.is_decided and may_hand_over(request.user, found), NotFound)
        return _handover_page(request, found)
    try:
        to = _chosen(request, found)
        hand_over(found, to=to, note=note, by=request.user, at=timezone.now(), revision=revision_of(request))
    except Refusal as refusal:
        now = get_work(request, reference)
        if now.is_decided or not may_hand_over(request.user, now):
            return refused(request, now, refusal, typed=note)
        return _handover_page(request, now, refusal)
    messages.success(
        request,
        _("%(name)s has the case now, and is told.") % {"name": to.shown_as}
        if to
        else _("The case is with the team again."),
    )
    return redirect("desk:case", reference=found.reference)


def _others(request: SignedInRequest, found: Case) -> list[Person]:
    return [each for each in find_colleagues(found) if each.pk != request.user.pk]


def _chosen(request: SignedInRequest, found: Case) -> Person | None:
    typed = request.POST.get("to", "")
    if typed == TEAM:
        return None
    chosen = next((each for each in _others(request, found) if str(each.pk) == typed), None)
    if chosen is None:
        raise CannotTakeIt
    return chosen


def _handover_page(request: SignedInRequest, found: Case, refusal: Refusal | None = None) -> HttpResponse:
    workers = find_workers([found.agency_id], today=the_town().today(timezone.now()))
    names = [
        (str(each.pk), taker_words(each.shown_as, workers.get(each.pk))) for each in _others(request, found)
    ]
    return form_page(
        request,
        found,
        "handover.html",
        refusal=refusal,
        field="to" if isinstance(refusal, CannotTakeIt) else "note",
        choices=[("", _("Choose")), (TEAM, _("The team")), *names],
        chosen=request.POST.get("to", ""),
        typed=request.POST.get("note", ""),
    )


@open_to(caseworkers)
@require_http_methods(["GET", "POST"])
def takeover(request: SignedInRequest, reference: str) -> HttpResponse:
    """Take the case from the colleague who has it, saying why."""
    found, reason = get_work(request, reference), request.POST.get("reason", "")
    if request.method == "GET":
        require(_is_a_colleagues(request, found), NotFound)
        return form_page(request, found, "takeover.html", typed="")
    try:
        take_over(found, reason=reason, by=request.user, at=timezone.now(), revision=revision_of(request))
    except Refusal as refusal:
        now = get_work(request, reference)
        if not _is_a_colleagues(request, now):
            return refused(request, now, refusal, typed=reason)
        return form_page(request, now, "takeover.html", refusal=refusal, typed=reason)
    messages.success(request, _("The case is yours. Your colleague is told."))
    return redirect("desk:case", reference=found.reference)


def _is_a_colleagues(request: SignedInRequest, found: Case) -> bool:
    return not found.is_decided and found.assigned_to_id not in (None, request.user.pk)


@open_to(caseworkers)
@require_http_methods(["GET", "POST"])
def reopening(request: SignedInRequest, reference: str) -> HttpResponse:
    """Open a decided case again: what that means is said first, then why, then it is done."""
    found, reason = get_work(request, reference), request.POST.get("reason", "")
    if request.method == "GET":
        with transaction.atomic():  # who is shown nothing has read nothing
            file = open_file(request, found)
            require(may_reopen(request.user, found, file.reopening), NotFound)
        return form_page(request, found, "reopening.html", file=file, typed="")
    try:
        reopen_the_case(
            found, reason=reason, revision=revision_of(request), by=request.user, at=timezone.now()
        )
    except Refusal as refusal:
        now = get_work(request, reference)
        file = open_file(request, now)
        if not may_reopen(request.user, now, file.reopening):
            return refused(request, now, refusal, typed=reason, file=file)
        return form_page(request, now, "reopening.html", file=file, refusal=refusal, typed=reason)
    messages.success(request, _("The case is open again. The applicant is told."))
    return redirect("desk:case", reference=found.reference)


@open_to(caseworkers)
@require_http_methods(["GET", "POST"])
def link(request: SignedInRequest, reference: str) -> HttpResponse:
    """Tie the case to another one, by its reference, with how and why they belong together."""
    found, posted = get_work(request, reference), request.POST
    if request.method == "GET":
        return _link_page(request, found)
    try:
        link_cases(
            found,
            other=_other(request, posted.get("other", "")),
            kind=posted.get("kind", ""),
            reason=posted.get("reason", ""),
            by=request.user,
            at=timezone.now(),
        )
    except Refusal as refusal:
        return _link_page(request, found, refusal)
    messages.success(request, _("The cases are linked. Each shows the other."))
    return redirect("desk:case", reference=found.reference)


def _link_page(request: SignedInRequest, found: Case, refusal: Refusal | None = None) -> HttpResponse:
    fields = {LinkKindMissing: "kind", LinkReasonMissing: "reason"}
    names = ("other", "kind", "reason")
    return form_page(
        request,
        found,
        "link.html",
        refusal=refusal,
        field=fields.get(type(refusal), "other") if refusal else "",
        kinds=[(each.value, str(each.label)) for each in Link.Kind],
        typed={name: request.POST.get(name, request.GET.get(name, "")) for name in names},
    )


def _other(request: SignedInRequest, typed: str) -> Case:
    if not typed.strip():
        raise NoSuchCase(_("Enter the reference of the other case."))
    try:
        return get_work(request, typed)
    except NotFound:
        raise NoSuchCase(_("No case of yours has this reference. Check for a typing error.")) from None


@open_to(caseworkers)
@require_POST
def unlink(request: SignedInRequest, reference: str, other: str) -> HttpResponse:
    """Untie two cases."""
    found = get_work(request, reference)
    unlink_cases(found, other=get_work(request, other), by=request.user, at=timezone.now())
    messages.success(request, _("The cases are no longer linked."))
    return redirect("desk:case", reference=found.reference)
