"""The page of one case, and what can be done from it."""

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

from civium.doors.desk.rows import Saying
from civium.doors.desk.views.asking import ask_context, named_reasons, typed_day
from civium.doors.desk.views.case_page import (
    case_page,
    form_page,
    open_file,
    refused,
    revision_of,
    where_from,
)
from civium.doors.desk.views.page import caseworkers, get_work, reader_language, show
from civium.engines.cases.actions.claim_case import claim_case
from civium.engines.cases.actions.give_back_case import give_back_case
from civium.engines.cases.actions.move_case import MoveNotOffered
from civium.engines.cases.models import Case
from civium.engines.cases.queries import get_case_among_others
from civium.engines.cases.rules import may_move, may_withdraw_certificate, may_work_on
from civium.foundation.design.showing import moment
from civium.foundation.files.actions.serve_file import download_response
from civium.foundation.identity.models import Person
from civium.foundation.identity.policy import SignedInRequest, open_to, staff
from civium.foundation.kit.refusals import NotFound, Refusal, require
from civium.foundation.kit.town import the_town
from civium.foundation.privacy.queries import LiesStill
from civium.foundation.vault.actions.sealing import KeyDestroyed
from civium.journeys.applications.actions.move_the_case import move_the_case
from civium.journeys.applications.actions.open_file_of_case import open_file_of_case
from civium.journeys.applications.actions.refuse_own_hands import NeedsOtherEyes, refuse_own_hands
from civium.journeys.applications.actions.withdraw_certificate import AlreadyWithdrawn, withdraw_certificate
from civium.journeys.applications.queries import get_certificate_of_case
from civium.journeys.catalogue.queries import get_offer_version
from civium.journeys.rights import queries as rights


@open_to(caseworkers)
@require_GET
def case(request: SignedInRequest, reference: str) -> HttpResponse:
    """One case with its answers, files, story and payment, and what this person can do with it."""
    found, others = get_case_among_others(reference, for_=request.user)
    require(may_work_on(request.user, found), NotFound)
    try:
        return case_page(request, found, others=others)
    except (LiesStill, KeyDestroyed) as refusal:
        saying = Saying(the_town().today(timezone.now()), reader_language())
        return show(
            request,
            "not_to_read.html",
            refusal=refusal,
            case=found,
            is_erased=isinstance(refusal, KeyDestroyed),
            kept_at=_kept_at(found, request.user),
            place=saying.of_place(found),
            **where_from(request),
        )


def _kept_at(case: Case, person: Person) -> str:
    """Where the person may open what only the law keeps; empty for others, and for what is not kept."""
    try:
        rights.get_kept(case.reference, for_=person, language=reader_language())
    except NotFound:
        return ""
    return reverse("desk:kept_case", args=[case.reference])


@open_to(caseworkers)
@require_POST
def holder(request: SignedInRequest, reference: str) -> HttpResponse:
    """Take the case, or give it back to the team."""
    found, now = get_work(request, reference), timezone.now()
    change = give_back_case if request.POST.get("do") == "give-back" else claim_case
    revision = revision_of(request) if "revision" in request.POST else None
    try:
        change(found, by=request.user, at=now, revision=revision)
    except Refusal as refusal:
        return refused(request, get_work(request, reference), refusal)
    messages.success(
        request,
        _("The case is with the team again.") if change is give_back_case else _("The case is yours."),
    )
    return redirect("desk:case", reference=found.reference)


@open_to(caseworkers)
@require_http_methods(["GET", "POST"])
def move(request: SignedInRequest, reference: str, move: str) -> HttpResponse:
    """Move the case: say why, or what is needed from the applicant, then do it."""
    found = get_work(request, reference)
    require(move in get_offer_version(found.service, found.version).words(reader_language()).moves, NotFound)
    if request.method == "GET":
        return _move_page(request, found, move)
    try:
        moved = move_the_case(
            found,
            move=move,
            reason=request.POST.get("reason", ""),
            question=request.POST.get("question", ""),
            corrections=named_reasons(request.POST),
            until=typed_day(request.POST.get("until", "")),
            revision=revision_of(request),
            by=request.user,
            at=timezone.now(),
        )
    except Refusal as refusal:
        return _move_page(request, get_work(request, reference), move, refusal)
    messages.success(request, _("Done: %(move)s") % {"move": _move_words(found, move)})
    return redirect("desk:case", reference=moved.reference)


def _move_page(
    request: SignedInRequest, found: Case, move: str, refusal: Refusal | None = None
) -> HttpResponse:
    """The move as the case is now, with what was typed and why it was refused; when it is not offered, the case instead.

    Words that somebody typed are never lost: when there is no field for them any more, the case shows them to copy.
    """
    file = open_file(request, found)
    offered = next((each for each in file.moves_for(request.user) if each.name == move), None)
    if offered is not None and file.offer.steps.decides(offered):
        try:
            refuse_own_hands(
                found,
                able=lambda each: may_move(each, found, offered),
                by=request.user,
                at=timezone.now(),
            )
        except NeedsOtherEyes as other:
            return refused(request, found, other, typed=_all_typed(request), file=file)
    if offered is None:
        not_offered = refusal or MoveNotOffered(_not_offered(file, move))
        return refused(request, found, not_offered, typed=_all_typed(request), file=file)
    shown = {"file": file, "refusal": refusal, "move": offered, "title": _move_words(found, move)}
    shown["effect"] = rights.find_effect(found, to=offered.to, for_=request.user, at=timezone.now())
    if offered.asks_applicant:
        return form_page(request, found, "ask.html", **shown, **ask_context(request, found, offered, refusal))
    return form_page(request, found, "move.html", **shown, typed=request.POST.get("reason", ""))


def _all_typed(request: SignedInRequest) -> str:
    """Every word that was typed on the page of a move, to copy."""
    words = [request.POST.get("question", ""), request.POST.get("reason", "")]
    words += named_reasons(request.POST).values()
    return "\n\n".join(each.strip() for each in words if each.strip())


def _not_offered(file: Any, move: str) -> str:
    """Why a move is not there, and what happened to the case last."""
    last = file.last_change
    return _("“%(move)s” cannot be done with the case as it is now. Last: %(what)s, %(when)s%(who)s.") % {
        "move": file.move_words(move),
        "what": last.title.rstrip("."),
        "when": moment(last.at),
        "who": f", {last.by}" if last.by else "",
    }


def _move_words(case: Case, move: str) -> str:
    return str(get_offer_version(case.service, case.version).words(reader_language()).moves[move])


@open_to(caseworkers)
@require_GET
def file(request: SignedInRequest, reference: str, id: UUID) -> HttpResponseBase:
    """Download a file of the case; that it was opened is on the record."""
    found = get_work(request, reference)
    opened = open_file_of_case(found, id, by=request.user)
    return download_response(opened)


@open_to(staff("officer", "supervisor"))
@require_http_methods(["GET", "POST"])
def withdrawal(request: SignedInRequest, reference: str, code: str) -> HttpResponse:
    """Withdraw a document that should not have been issued, or no longer holds: say why, then do it."""
    found = get_work(request, reference)
    require(may_withdraw_certificate(request.user, found), NotFound)
    certificate, typed = get_certificate_of_case(found, code), request.POST.get("reason", "")
    if request.method == "GET":
        if certificate.withdrawn_at:
            messages.error(request, str(AlreadyWithdrawn.message))
            return redirect("desk:case", reference=found.reference)
        return form_page(request, found, "withdrawal.html", code=code, typed="")
    try:
        withdraw_certificate(certificate, reason=typed, by=request.user, at=timezone.now())
    except AlreadyWithdrawn as late:
        return refused(request, found, late, typed=typed)
    except Refusal as refusal:
        return form_page(request, found, "withdrawal.html", refusal=refusal, code=code, typed=typed)
    messages.success(request, _("The document is withdrawn. Its public page says so from now on."))
    return redirect("desk:case", reference=found.reference)
