"""Telling the applicant that what somebody filled in for them is ready to be sent."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from civium.engines.notices.actions.send_notice import send_notice
from civium.engines.notices.rules import Address
from civium.foundation.identity.models import Person
from civium.journeys.catalogue.queries import get_offer_version

from ..models import Application, State
from ..notice_values import service_values
from ._changing import NotOpenAnyMore, locked
from .note_act import note_act


@transaction.atomic
def say_ready(application: Application, *, by: Person, at: datetime) -> None:
    """Tell the applicant, at most once a day, that they can check and send it now; put it on the record."""
    current = locked(application.pk, for_=by)
    if current.state != State.DRAFT:
        raise NotOpenAnyMore
    note_act(current, what="ready", by=by, at=at)
    offer, language = get_offer_version(current.service, current.version), current.applicant.language
    with override(language):
        path = reverse("applications:check", args=[current.pk])
        values = {
            **service_values(offer, to=current.applicant, language=language),
            "who": (by.hands or by).name or _("Somebody"),
            "link": Address(f"{settings.CIVIUM_ORIGIN}{path}"),
        }
        send_notice(
            to=current.applicant,
            about=current.subject,
            kind="ready-to-send",
            subject_line=_("Ready for you to send: ((service))"),
            body=_(
                "Dear ((name)),\n\n((who)) filled in your application for “((service))”. Check it and send it:\n\n((link))"
            ),
            values=values,
            language=language,
            at=at,
            once=f"ready-to-send:{current.pk}:{at.date().isoformat()}",
        )
