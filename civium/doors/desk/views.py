"""The pages of the desk."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from civium.doors.desk.money import cases_of, shown_balances, shown_call
from civium.doors.desk.rows import queue_row
from civium.doors.desk.side import QUEUES, side_groups
from civium.doors.desk.stuck import error_words, stuck_work, work_words
from civium.engines.cases.actions.claim_case import claim_case
from civium.engines.cases.actions.give_back_case import give_back_case
from civium.engines.cases.models import Case
from civium.engines.cases.queries import find_queue, get_case
from civium.engines.cases.rules import may_work_on
from civium.engines.notices.queries import find_stuck_mail
from civium.engines.payments.actions.attend_payment import attend_payment
from civium.engines.payments.actions.close_quarantined import (
    OtherAmount,
    dismiss_quarantined,
    settle_quarantined,
)
from civium.engines.payments.actions.refund_payment import refund_payment
from civium.engines.payments.queries import (
    find_balances,
    find_payments_needing_attention,
    find_quarantined_calls,
    find_recent_payments,
)
from civium.foundation.design.showing import moment
from civium.foundation.files.actions.serve_file import download_response
from civium.foundation.identity.policy import SignedInRequest, open_to, staff
from civium.foundation.identity.rules import CASEWORKERS, works_for
from civium.foundation.jobs.queries import count_waiting, find_dead_jobs, find_failing_jobs, find_stuck
from civium.foundation.journal.actions.settle_dead_letters import (
    discard_dead_job,
    discard_reaction,
    replay_dead_job,
    replay_reaction,
)
from civium.foundation.journal.queries import find_dead_reactions
from civium.foundation.kit.references import parse_reference
from civium.foundation.kit.refusals import NotFound, Refusal, require
from civium.foundation.kit.town import the_town
from civium.journeys.applications.actions.move_the_case import move_the_case
from civium.journeys.applications.actions.open_case_file import open_case_file
from civium.journeys.applications.actions.withdraw_certificate import AlreadyWithdrawn, withdraw_certificate
from civium.journeys.applications.queries import find_other_cases, get_certificate_of_case, get_file_of_case
from civium.journeys.catalogue.queries import find_offers, get_offer_version

caseworkers = staff(*CASEWORKERS)


def _language() -> str:
    return get_language() or "en"


def _page(request: SignedInRequest, template: str, *, status: int = 200, **shown: Any) -> HttpResponse:
    side = side_groups(request.user, here=request.get_full_path(), at=timezone.now())
    return render(request, f"desk/{template}", {"side": side, **shown}, status=status)


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
    return _page(
        request,
        "queue.html",
        title=str(QUEUES[which]),
        which=which,
        rows=[queue_row(case, today=the_town().today(now), language=_language()) for case in page.cases],
        next=page.next,
        is_first_page="after" not in request.GET,
        typed=typed,
        is_unknown=bool(parse_reference(typed)),
    )


def _has_case(request: SignedInRequest, typed: str) -> bool:
    try:
        _case(request, typed)
    except NotFound:
        return False
    return True


def _case(request: SignedInRequest, reference: str) -> Case:
    """A case this member of staff may work on; for anybody else, their own case included, it is not there."""
    case = get_case(parse_reference(reference) or "", for_=request.user)
    require(may_work_on(request.user, case), NotFound)
    return case


def _open(request: SignedInRequest, found: Case) -> Any:
    return open_case_file(
        found, purpose="work-on-case", by=request.user, language=_language(), at=timezone.now()
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
    return _page(
        request,
        "case.html",
        status=status,
        case=found,
        file=file or _open(request, found),
        others=[
            queue_row(other, today=the_town().today(now), language=_language())
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
    return _case_page(request, _case(request, reference))


@open_to(caseworkers)
@require_POST
def holder(request: SignedInRequest, reference: str) -> HttpResponse:
    """Take the case, or give it back to the team."""
    found, now = _case(request, reference), timezone.now()
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
    found = _case(request, reference)
    require(move in get_offer_version(found.service, found.version).words(_language()).moves, NotFound)
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
        return _move_page(request, _case(request, reference), move, refusal)
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
        return _page(
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
    return str(get_offer_version(case.service, case.version).words(_language()).moves[move])


@open_to(caseworkers)
@require_GET
def file(request: SignedInRequest, reference: str, id: UUID) -> HttpResponseBase:
    """Download a file of the case."""
    return download_response(get_file_of_case(_case(request, reference), id))


@open_to(staff("officer", "supervisor"))
@require_http_methods(["GET", "POST"])
def withdrawal(request: SignedInRequest, reference: str, code: str) -> HttpResponse:
    """Withdraw a document that should not have been issued, or no longer holds: say why, then do it."""
    found = _case(request, reference)
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
    return _page(
        request,
        "withdrawal.html",
        status=refusal.status if refusal else 200,
        case=found,
        file=_open(request, found),
        code=code,
        refusal=refusal,
        typed=typed,
    )


@open_to(staff("finance"))
@require_GET
def money(request: SignedInRequest) -> HttpResponse:
    """What finance must look at, then the newest payments and what the ledger holds."""
    return _money_page(request)


def _money_page(request: SignedInRequest, *, status: int = 200, **extra: Any) -> HttpResponse:
    attention = find_payments_needing_attention(for_=request.user)
    recent = find_recent_payments(for_=request.user, after=_place(request.GET.get("after", "")), limit=31)
    last = recent[29] if len(recent) > 30 else None
    balances = find_balances() if request.user.works_as("", "finance") else {}
    return _page(
        request,
        "money.html",
        status=status,
        attention=attention,
        calls=[shown_call(call) for call in find_quarantined_calls(for_=request.user)],
        recent=recent[:30],
        next=f"{last.asked_at.isoformat()}~{last.pk}" if last else "",
        balances=shown_balances(balances, language=_language()),
        cases=cases_of([*attention, *recent], for_=request.user),
        **extra,
    )


def _place(mark: str) -> tuple[datetime, UUID] | None:
    if not mark:
        return None
    at, _sep, id = mark.partition("~")
    try:
        place = datetime.fromisoformat(at), UUID(id)
    except ValueError:
        raise NotFound from None
    require(place[0].tzinfo is not None, NotFound)
    return place


@open_to(staff("finance"))
@require_POST
def payment(request: SignedInRequest, id: UUID) -> HttpResponse:
    """Finance has looked at a payment that needed it, and keeps the money or has sent it back."""
    found = next((each for each in find_payments_needing_attention(for_=request.user) if each.pk == id), None)
    if found is None:
        raise NotFound
    if request.POST.get("do") == "refund":
        refund_payment(found, by=request.user, at=timezone.now())
        messages.success(request, _("The refund is booked. The payment is off the list."))
    else:
        attend_payment(found, by=request.user, at=timezone.now())
        messages.success(request, _("Noted. The payment is off the list."))
    return redirect("desk:money")


@open_to(staff("finance"))
@require_POST
def provider_call(request: SignedInRequest, id: UUID) -> HttpResponse:
    """Settle a payment with a call that did not agree with what was asked, or dismiss the call; with a reason."""
    call = next((each for each in find_quarantined_calls(for_=request.user) if each.pk == id), None)
    if call is None:
        raise NotFound
    reason, accepts = request.POST.get("reason", ""), "accepts_difference" in request.POST
    by, now = request.user, timezone.now()
    try:
        if request.POST.get("do") == "settle" and call.payment is not None:
            settle_quarantined(
                call, payment=call.payment, reason=reason, by=by, at=now, accepts_difference=accepts
            )
            messages.success(request, _("The payment is settled with this call."))
        else:
            dismiss_quarantined(call, reason=reason, by=by, at=now)
            messages.success(request, _("The call is dismissed."))
    except Refusal as refusal:
        if refusal.status == 422:
            field = "difference" if isinstance(refusal, OtherAmount) else "reason"
            wrong = {
                "id": f"{field}-{call.id}",
                "message": refusal.message,
                "typed": reason,
                "ticked": accepts,
            }
            return _money_page(request, status=422, wrong=wrong)
        messages.error(request, f"{refusal.message} {refusal.what_next}")
    return redirect("desk:money")


@open_to(staff("administrator"))
@require_GET
def stuck(request: SignedInRequest) -> HttpResponse:
    """Work that failed for good, work that waits too long, and mail that is not out."""
    now = timezone.now()
    return _page(
        request,
        "stuck.html",
        dead=stuck_work(find_dead_jobs(), find_dead_reactions(), for_=request.user),
        trying=[
            (job, work_words(job.name), error_words(job.why))
            for job in (*find_failing_jobs(), *find_stuck(at=now))
        ],
        mail=find_stuck_mail(),
        waiting=count_waiting(at=now),
    )


@open_to(staff("administrator"))
@require_POST
def unstick(request: SignedInRequest, kind: str, id: str) -> HttpResponse:
    """Try a dead job or reaction again, or let it go."""
    again, now = request.POST.get("do") != "discard", timezone.now()
    try:
        if kind == "job":
            (replay_dead_job if again else discard_dead_job)(UUID(id), by=request.user, at=now)
        elif kind == "reaction":
            (replay_reaction if again else discard_reaction)(int(id), by=request.user, at=now)
        else:
            raise NotFound
    except ValueError:
        raise NotFound from None
    messages.success(request, _("It is tried again now.") if again else _("It is let go."))
    return redirect("desk:stuck")


@open_to(staff("designer", "administrator", "supervisor", "auditor", "data-protection-officer"))
@require_GET
def services(request: SignedInRequest) -> HttpResponse:
    """What the town offers, and in which version."""
    return _page(request, "services.html", offers=find_offers(), language=_language())
