"""Withdrawing what was sent: the applicant does not want it any more."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from civium.engines.cases.actions.withdraw_case import withdraw_case
from civium.engines.cases.models import Case
from civium.engines.notices.actions.send_notice import send_notice
from civium.engines.payments.actions.attend_payment import flag_payment
from civium.engines.payments.actions.cancel_payments import cancel_payments_of
from civium.engines.payments.models import Attention, Payment
from civium.engines.payments.queries import get_payment_of
from civium.foundation.design.showing import money
from civium.foundation.identity.models import Person

from ..notice_values import case_values


@transaction.atomic
def withdraw_application(case: Case, *, by: Person, at: datetime) -> Case:
    """Close the applicant's case without a decision, and have finance decide about money that was paid for it.

    Nothing is asked for any more. Whether money goes back depends on the work that was done: people decide that, and write.
    """
    was_open = not case.is_decided
    withdrawn = end_undecided(case, by=by, at=at)
    if was_open:
        _confirm(withdrawn, _paid_for(case), at=at)
    return withdrawn


def end_undecided(case: Case, *, by: Person, at: datetime) -> Case:
    """The same without a letter: for a case whose data goes with it."""
    was_open = not case.is_decided
    withdrawn = withdraw_case(case, by=by, at=at)
    if was_open:
        cancel_payments_of(case.subject, by=by, at=at, because="application-withdrawn")
        if paid := _paid_for(case):
            flag_payment(paid, reason=Attention.WITHDRAWN, by=by, at=at)
    return withdrawn


def _paid_for(case: Case) -> Payment | None:
    payment = get_payment_of(case.subject)
    return payment if payment is not None and payment.is_paid else None


def _confirm(case: Case, paid: Payment | None, *, at: datetime) -> None:
    with override(case.language_of_letters):
        values = {
            **case_values(case, language=case.language_of_letters),
            "amount": money(paid.amount) if paid else "",
        }
        about_money = (
            _(
                "You paid ((amount)). Our finance team looks at how much work was done already and decides what you get back. "
                "They write to you."
            )
            if paid
            else _("You do not have to pay anything for it.")
        )
        send_notice(
            to=case.applicant,
            about=case.subject,
            kind="withdrawn",
            subject_line=_("You withdrew your application ((reference))"),
            body=_(
                "Dear ((name)),\n\nyou withdrew your application for “((service))”, reference ((reference)). "
                "We have stopped working on it."
            )
            + f"\n\n{about_money}\n\n"
            + _("Was this a mistake? Call ((phone)), or apply again."),
            values=values,
            language=case.language_of_letters,
            at=at,
            once=f"withdrawn:{case.id}:{at.isoformat()}",
        )
