"""Telling the applicant what happened, in their language, by the notice that the document has for the moment."""

from __future__ import annotations

from datetime import datetime

from civium.engines.cases.models import Case
from civium.engines.notices.actions.send_notice import send_notice
from civium.engines.notices.models import Notice
from civium.engines.notices.rules import fill, fill_line
from civium.journeys.catalogue.queries import get_offer_version

from ..notice_values import case_values


def tell_applicant(case: Case, *, moment: str, at: datetime, once: str, **extra: str) -> Notice | None:
    """Send the notice of the moment; None when the document has none. ``extra`` fills what only this moment knows."""
    offer = get_offer_version(case.service, case.version)
    kind = offer.document.notices.get(moment)
    if kind is None:
        return None
    message = offer.words(case.language).notices[kind]
    values = {**case_values(case, language=case.language), **extra}
    return send_notice(
        to=case.applicant,
        about=case.subject,
        kind=kind,
        subject_line=fill_line(message.title, values, language=message.language),
        body=fill(message.body, values, language=message.language),
        language=message.language,
        at=at,
        once=once,
    )
