"""The money page."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from civium.doors.desk.money import cases_of, shown_balances, shown_call, shown_notes, titles_of_services
from civium.doors.desk.views.page import reader_language, show
from civium.engines.cases.queries import find_case
from civium.engines.payments.actions.attend_payment import attend_payment
from civium.engines.payments.actions.close_quarantined import (
    OtherAmount,
    dismiss_quarantined,
    settle_quarantined,
)
from civium.engines.payments.actions.refund_payment import refund_payment
from civium.engines.payments.models import Payment
from civium.engines.payments.queries import (
    find_balances,
    find_finance_notes,
    find_payments_called,
    find_payments_needing_attention,
    find_quarantined_calls,
    find_recent_payments,
)
from civium.foundation.design.showing import bare_words
from civium.foundation.identity.policy import SignedInRequest, freshly_signed_in, open_to, staff
from civium.foundation.kit.marks import moment_of, read_mark
from civium.foundation.kit.refusals import NotFound, Refusal, require
from civium.foundation.kit.town import the_town


@open_to(staff("finance"))
@require_GET
def money(request: SignedInRequest) -> HttpResponse:
    """What finance must look at, then the newest payments and what the ledger holds."""
    return _money_page(request)


def _money_page(request: SignedInRequest, *, status: int = 200, **extra: Any) -> HttpResponse:
    attention = find_payments_needing_attention(for_=request.user)
    asked = request.GET.get("q", "").strip()
    recent = (
        _found(asked, request)
        if asked
        else find_recent_payments(for_=request.user, after=_place(request.GET.get("after", "")), limit=31)
    )
    last = recent[29] if len(recent) > 30 else None
    chosen, agencies = _ledger(request)
    balances = find_balances(agency=chosen)
    titles = titles_of_services(reader_language())
    return show(
        request,
        "money.html",
        status=status,
        attention=attention,
        calls=[shown_call(call) for call in find_quarantined_calls(for_=request.user)],
        recent=recent[:30],
        next=f"{last.asked_at.isoformat()}~{last.pk}" if last else "",
        balances=shown_balances(balances, titles),
        titles=titles,
        reads=reader_language(),
        asked=asked,
        agency=chosen,
        agencies=agencies,
        notes=shown_notes(find_finance_notes(recent[:30]), for_=request.user),
        cases=cases_of([*attention, *recent], for_=request.user),
        **extra,
    )


def _found(asked: str, request: SignedInRequest) -> list[Payment]:
    """What finance is asked about on the phone: a payment by its own reference, its case's, or the payment service's."""
    case = find_case(asked)
    return find_payments_called(asked, subjects=[case.subject] if case else [], for_=request.user)


def _ledger(request: SignedInRequest) -> tuple[str | None, list[tuple[str | None, str]]]:
    """Whose part of the ledger is shown, and what can be chosen: the whole (None) for whoever looks after the town's money."""
    reader, known = request.user, the_town().agencies
    own = [
        (name, bare_words(agency.name)) for name, agency in known.items() if reader.works_as(name, "finance")
    ]
    able: list[tuple[str | None, str]] = [*own]
    if reader.works_as("", "finance"):
        able.insert(0, (None, _("The whole town")))
    asked = request.GET.get("agency") or able[0][0]
    require(asked in [name for name, _words in able], NotFound)
    return asked, able


def _place(mark: str) -> tuple[datetime, UUID] | None:
    return read_mark(mark, moment_of) if mark else None


@open_to(freshly_signed_in(staff("finance")))
@require_POST
def payment(request: SignedInRequest, id: UUID) -> HttpResponse:
    """Finance has looked at a payment that needed it, and keeps the money or has sent it back."""
    found = next((each for each in find_payments_needing_attention(for_=request.user) if each.pk == id), None)
    if found is None:
        raise NotFound
    if request.POST.get("do") == "refund":
        refund_payment(found, by=request.user, at=timezone.now())
        messages.success(request, _("The refund is booked. The payment is off the list."))
        return redirect("desk:money")
    note = request.POST.get("note", "")
    try:
        attend_payment(found, note=note, by=request.user, at=timezone.now())
    except Refusal as refusal:
        wrong = {"id": f"note-{found.id}", "message": refusal.message, "typed": note}
        return _money_page(request, status=refusal.status, wrong=wrong)
    messages.success(request, _("Noted. The payment is off the list."))
    return redirect("desk:money")


@open_to(freshly_signed_in(staff("finance")))
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
