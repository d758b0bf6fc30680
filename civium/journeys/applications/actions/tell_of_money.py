"""Telling the applicant what happens with money that nobody expected any more."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override

from civium.engines.notices.actions.send_notice import send_notice
from civium.engines.notices.models import Notice
from civium.engines.payments.models import Payment
from civium.foundation.design.showing import money
from civium.journeys.catalogue.queries import get_offer_version

from ..models import Application, State
from ..notice_values import service_values


def tell_of_unexpected_money(application_id: UUID, *, payment: Payment, at: datetime) -> Notice | None:
    """Say that money came for answers that were changed, deleted or paid already, and what we do with it. Once per payment.

    None when nobody is left to read it: finance sees the money all the same.
    """
    application = Application.objects.select_related("applicant").filter(pk=application_id).first()
    if application is None or application.applicant.is_erased:
        return None
    offer = get_offer_version(application.service, application.version)
    language = application.language_of_letters
    with override(language):
        values = {
            **service_values(offer, to=application.applicant, language=language),
            "amount": money(payment.amount),
            "reference": payment.shown_reference,
        }
        return send_notice(
            to=application.applicant,
            about=application.subject,
            kind="unexpected-money",
            subject_line=_("We got a payment that we did not expect"),
            body=_words(application),
            values=values,
            language=language,
            at=at,
            once=f"unexpected-money:{payment.id}",
        )


def _words(application: Application) -> str:
    if application.state == State.DRAFT:
        return _(
            "Dear ((name)),\n\nwe got ((amount)) for your application for “((service))”, payment ((reference)). "
            "But you have opened your answers again, so we were not waiting for it. **Your money is safe.**\n\n"
            "If you send your answers and the price is still the same, this payment counts: you do not pay again. "
            "If not, our finance team pays it back.\n\nQuestions? Call ((phone))."
        )
    return _(
        "Dear ((name)),\n\nwe got ((amount)) for your application for “((service))”, payment ((reference)). "
        "We were not waiting for this payment, because your application was changed, deleted or already paid. "
        "**Your money is safe.**\n\nOur finance team looks at it and pays back what you did not have to pay. "
        "You do not have to do anything.\n\nQuestions? Call ((phone))."
    )
