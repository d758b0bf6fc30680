"""Reminding people of what they began, before it is deleted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from civium.engines.notices.actions.send_notice import send_notice
from civium.engines.notices.models import Notice
from civium.engines.notices.rules import Address
from civium.engines.payments.queries import get_payment_of
from civium.foundation.design.showing import day
from civium.foundation.kit.town import the_town
from civium.journeys.catalogue.queries import get_offer_version

from ..models import Application, State, Way
from ..notice_values import service_values
from ._changing import is_being_paid

REMIND_BEFORE: Final = timedelta(days=7)


@transaction.atomic
def remind_of_expiry(application: Application, *, at: datetime) -> Notice | None:
    """Say until when the application is kept, and how to go on. Once for each day it would be deleted on; saving begins anew.

    None when there is no use in it: it is sent, its money is on its way, it was begun only just now, or nobody would get it.
    """
    expires_at = application.draft.expires_at
    if not application.is_open or expires_at is None or not application.applicant.mail_address:
        return None
    is_to_pay = application.state == State.TO_PAY
    if is_to_pay and is_being_paid(get_payment_of(application.subject)):
        return None
    offer = get_offer_version(application.service, application.version)
    language = application.language_of_letters
    last_day = the_town().today(expires_at)
    with override(language):
        values = {
            **service_values(offer, to=application.applicant, language=language),
            "day": day(last_day),
            "link": Address(f"{settings.CIVIUM_ORIGIN}{_way_to(application, at=at)}"),
        }
        return send_notice(
            to=application.applicant,
            about=application.subject,
            kind="draft-expires",
            subject_line=_("Kept until ((day)): your application for ((service))"),
            body=_(
                "Dear ((name)),\n\nyou applied for “((service))” and did not pay for it yet, so the team does not have it. We keep your "
                "answers until ((day)). Then we delete them for good.\n\nPay here:\n\n((link))\n\n"
                "If you do not want it any more, you do not have to do anything."
            )
            if is_to_pay
            else _(
                "Dear ((name)),\n\nyou began to apply for “((service))” and did not send it yet. We keep your answers until "
                "((day)). Then we delete them for good.\n\nGo on here:\n\n((link))\n\n"
                "If you do not want it any more, you do not have to do anything."
            ),
            values=values,
            language=language,
            at=at,
            once=f"draft-expires:{application.id}:{last_day.isoformat()}",
        )


def _way_to(application: Application, *, at: datetime) -> str:
    """Where to go on: the application itself for whoever signs in; for a guest, the page for codes or the link they had."""
    if not application.applicant.is_guest:
        return reverse("applications:resume", args=[application.pk])
    link = application.ways_back.filter(way=Way.LINK, expires_at__gt=at).first()
    return (
        reverse("applications:come_back_by_link", args=[link.code])
        if link
        else reverse("applications:come_back")
    )
