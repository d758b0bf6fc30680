"""Taking back what was sent."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from civium.engines.cases.queries import get_case_of_subject
from civium.engines.cases.rules import may_withdraw
from civium.engines.payments.queries import get_payment_of
from civium.foundation.design.showing import money
from civium.foundation.identity.policy import open_to
from civium.foundation.kit.refusals import NotFound, require

from ..actions.withdraw_application import withdraw_application
from ..policy import ApplicantRequest, applicant_of, applicant_or_who_may
from ..queries import get_application
from ._where import language, offer_of, where_it_stands


@open_to(applicant_or_who_may(read="sign", send="sign"))
@require_http_methods(["GET", "POST"])
def withdraw(request: ApplicantRequest, id: UUID) -> HttpResponse:
    """Ask once what withdrawing means, and what becomes of the money; then do it."""
    person = applicant_of(request)
    application = get_application(id, for_=person)
    case = get_case_of_subject(application.subject)
    if case is None:
        return where_it_stands(application)
    require(may_withdraw(person, case), NotFound)
    if case.is_decided:
        return redirect("portal:case", reference=case.reference)
    if request.method == "POST":
        withdraw_application(case, by=person, at=timezone.now())
        messages.success(request, _("You withdrew your application. We have stopped working on it."))
        return redirect("portal:case", reference=case.reference)
    payment, offer = get_payment_of(application.subject), offer_of(application)
    return render(
        request,
        "applications/withdraw.html",
        {
            "case": case,
            "said": offer.words(language()),
            "about": offer.retell_about(case.about, language=language()),
            "paid": money(payment.amount) if payment and payment.is_paid else "",
        },
    )
