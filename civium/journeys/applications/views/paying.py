"""Paying, and the page after sending."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from civium.engines.cases.models import Case
from civium.engines.cases.queries import get_case_of_subject
from civium.engines.payments.actions.ask_for_payment import ask_again
from civium.engines.payments.actions.start_checkout import start_checkout
from civium.engines.payments.models import Payment
from civium.engines.payments.queries import get_payment_of
from civium.foundation.design.showing import day
from civium.foundation.identity.policy import open_to
from civium.foundation.kit.money import Money
from civium.foundation.kit.refusals import NotFound

from ..actions.make_way_back import shown_code
from ..actions.note_act import note_act
from ..actions.reopen_answers import reopen_answers
from ..models import Application, State, Way
from ..policy import ApplicantRequest, applicant_of, applicant_or_who_may, may
from ..queries import find_way_of, get_application
from ..rules import promise
from ._where import home_of, is_helper, language, offer_of, where_it_stands


def shown_money(amount: Money) -> str:
    """An amount in the language of the page."""
    return str(amount.shown(language()))


@open_to(applicant_or_who_may(read="view", send="pay", change="fill"))
@require_http_methods(["GET", "POST"])
def pay(request: ApplicantRequest, id: UUID) -> HttpResponse:
    """What is to be paid, and the way to the provider's page. Only the provider's own word settles it."""
    application, now = get_application(id, for_=applicant_of(request)), timezone.now()
    if application.state != State.TO_PAY:
        return where_it_stands(application)
    payment = get_payment_of(application.subject)
    if payment is None:
        raise NotFound
    if payment.is_paid or payment.state == "pending":
        return redirect("applications:sent", id=application.pk)
    if request.method == "POST" and request.POST.get("do") == "change":
        return where_it_stands(reopen_answers(application, by=applicant_of(request), at=now))
    if request.method == "POST":
        again = ask_again(payment, at=now) if payment.is_declined else payment
        note_act(application, what="pay", by=applicant_of(request), at=now)
        return redirect(start_checkout(again, at=now))
    return render(
        request,
        "applications/pay.html",
        {
            "said": offer_of(application).words(language()),
            "fee_lines": [(text, shown_money(amount)) for text, amount in payment.priced_lines],
            "total": payment.amount,
            "declined": payment.is_declined,
            "home": home_of(request),
            "may_pay": may(request, "pay"),
            "may_change": may(request, "fill"),
            "applicant": application.applicant,
            "left": "left" in request.GET and payment.state == "started",
        },
    )


@open_to(applicant_or_who_may(read="view"))
@require_GET
def sent(request: ApplicantRequest, id: UUID) -> HttpResponse:
    """After sending, or after paying: the reference, or that the bank's answer is still awaited."""
    application = get_application(id, for_=applicant_of(request))
    payment, waiting = get_payment_of(application.subject), ""
    if application.state == State.TO_PAY and payment and payment.state in ("started", "pending", "paid"):
        waiting = payment.state
    if application.state != State.SENT and not waiting:
        return where_it_stands(application)
    case, person = get_case_of_subject(application.subject), application.applicant
    way = find_way_of(application, Way.CASE, at=timezone.now()) if person.is_guest else None
    return render(
        request,
        "applications/sent.html",
        {
            "home": home_of(request),
            "is_guest": person.is_guest,
            "is_helper": is_helper(request, application),
            "mail_address": person.mail_address,
            "code": shown_code(way.code) if way else "",
            "come_back": settings.CIVIUM_ORIGIN + reverse("applications:come_back"),
            "waiting": waiting,
            "application": application,
            "case": case,
            "promised": promise(case) if case else "",
            "confirmed": _confirmed(application, case, payment) if not waiting else [],
            "said": offer_of(application).words(language()),
        },
    )


def _confirmed(application: Application, case: Case | None, payment: Payment | None) -> list[dict[str, Any]]:
    """What the confirmation says on paper, without the answers themselves."""
    offer = offer_of(application)
    said = [
        (_("Service"), offer.words(language()).title),
        (_("Name"), application.applicant.name),
        (_("About"), offer.retell_about(case.about, language=language()) if case else ""),
        (_("Sent on"), day(case.opened_at) if case else ""),
        (_("Paid"), shown_money(payment.amount) if payment and payment.is_paid else ""),
        (_("Reference"), case.shown_reference if case else ""),
    ]
    return [{"key": key, "value": value} for key, value in said if value]
