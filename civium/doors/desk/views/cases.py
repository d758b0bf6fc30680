"""The page of one case, and what can be done from it."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from civium.doors.desk.rows import queue_row
from civium.doors.desk.views.page import caseworkers, get_work, reader_language, show
from civium.engines.cases.actions.claim_case import claim_case
from civium.engines.cases.actions.give_back_case import give_back_case
from civium.engines.cases.models import Case
from civium.foundation.design.showing import moment
from civium.foundation.files.actions.serve_file import download_response
from civium.foundation.identity.policy import SignedInRequest, open_to, staff
from civium.foundation.identity.rules import works_for
from civium.foundation.kit.refusals import NotFound, Refusal, require
from civium.foundation.kit.town import the_town
from civium.journeys.applications.actions.move_the_case import move_the_case
from civium.journeys.applications.actions.open_case_file import open_case_file
from civium.journeys.applications.actions.withdraw_certificate import AlreadyWithdrawn, withdraw_certificate
from civium.journeys.applications.queries import find_other_cases, get_certificate_of_case, get_file_of_case
from civium.journeys.catalogue.queries import get_offer_version


def _open(request: SignedInRequest, found: Case) -> Any:
    return open_case_file(
        found, purpose="work-on-case", by=request.user, language=reader_language(), at=timezone.now()
    )


def _case_page(
    request: SignedInRequest,
    found: Case,
    *,
    file: Any = None,
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    now = timezone.now()
    return show(
        request,
        "case.html",
        status=status,
        case=found,
        file=file or _open(request, found),
        others=[
            queue_row(other, today=the_town().today(now), language=reader_language())
            for other in find_other_cases(found, for_=request.user)
        ],
        is_mine=found.assigned_to_id == request.user.pk,
        may_give_back=found.assigned_to_id == request.user.pk
        or works_for(request.user, found.agency_id, "supervisor"),
        may_withdraw=works_for(request.user, found.agency_id, "officer", "supervisor"),
        **extra,
    )


@open_to(caseworkers)
@require_GET
def case(request: SignedInRequest, reference: str) -> HttpResponse:
    """One case with its answers, files, story and payment, and what this person can do with it."""
    return _case_page(request, get_work(request, reference))


@open_to(caseworkers)
@require_POST
def holder(request: SignedInRequest, reference: str) -> HttpResponse:
    """Take the case, or give it back to the team."""
    found, now = get_work(request, reference), timezone.now()
    change = give_back_case if request.POST.get("do") == "give-back" else claim_case
    try:
        change(found, by=request.user, at=now)
    except Refusal as refusal:
        messages.error(request, f"{refusal.message} {refusal.what_next}")
    else:
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
            revision=_revision(request.POST.get("revision", "")),
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
    file = _open(request, found)
    offered = next((each for each in file.moves_for(request.user) if each.name == move), None)
    typed = request.POST.get("question") or request.POST.get("reason") or ""
    if offered is not None:
        return show(
            request,
            "move.html",
            status=refusal.status if refusal else 200,
            case=found,
            file=file,
            move=offered,
            title=_move_words(found, move),
            revision=found.revision,
            refusal=refusal,
            typed=typed,
        )
    said = f"{refusal.message} {refusal.what_next}" if refusal else _not_offered(file, move)
    if typed.strip():
        return _case_page(request, found, file=file, status=409, said=said, typed=typed)
    messages.error(request, said)
    return redirect("desk:case", reference=found.reference)


def _not_offered(file: Any, move: str) -> str:
    """Why a move is not there, and what happened to the case last."""
    last = file.last_change
    return _("“%(move)s” cannot be done with the case as it is now. Last: %(what)s, %(when)s%(who)s.") % {
        "move": file.move_words(move),
        "what": last.title.rstrip("."),
        "when": moment(last.at),
        "who": f", {last.by}" if last.by else "",
    }


def _revision(typed: str) -> int:
    """The revision that the page was made from; what is no number is older than any."""
    return int(typed) if re.fullmatch(r"[0-9]{1,9}", typed) else 0


def _move_words(case: Case, move: str) -> str:
    return str(get_offer_version(case.service, case.version).words(reader_language()).moves[move])


@open_to(caseworkers)
@require_GET
def file(request: SignedInRequest, reference: str, id: UUID) -> HttpResponseBase:
    """Download a file of the case."""
    return download_response(get_file_of_case(get_work(request, reference), id))


@open_to(staff("officer", "supervisor"))
@require_http_methods(["GET", "POST"])
def withdrawal(request: SignedInRequest, reference: str, code: str) -> HttpResponse:
    """Withdraw a document that should not have been issued, or no longer holds: say why, then do it."""
    found = get_work(request, reference)
    require(works_for(request.user, found.agency_id, "officer", "supervisor"), NotFound)
    certificate, typed = get_certificate_of_case(found, code), request.POST.get("reason", "")
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            withdraw_certificate(certificate, reason=typed, by=request.user, at=timezone.now())
        except AlreadyWithdrawn as refused:
            return _case_page(request, found, status=refused.status, said=refused.message, typed=typed)
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, _("The document is withdrawn. Its public page says so from now on."))
            return redirect("desk:case", reference=found.reference)
    elif certificate.withdrawn_at:
        messages.error(request, str(AlreadyWithdrawn.message))
        return redirect("desk:case", reference=found.reference)
    return show(
        request,
        "withdrawal.html",
        status=refusal.status if refusal else 200,
        case=found,
        file=_open(request, found),
        code=code,
        refusal=refusal,
        typed=typed,
    )
