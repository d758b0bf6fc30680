"""Telling of an emergency: a second person at once, the citizen as soon as it is on the record. The reason itself is in no mail."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from civium.engines.notices.actions.send_notice import send_notice
from civium.engines.notices.models import Notice
from civium.engines.notices.rules import Address
from civium.foundation.design.showing import bare_words, moment
from civium.foundation.identity.models import Person, Role
from civium.foundation.kit.town import the_town
from civium.journeys.applications.queries import case_values
from civium.journeys.catalogue.queries import get_offer_version

from ..models import Emergency, Why


def tell_second_person(emergency: Emergency, *, to: Person, at: datetime) -> Notice:
    """Tell who looks at it afterwards: who opened which case, and where it is reviewed. No word about the applicant."""
    case, language = emergency.case, to.language
    with override(language):
        page = reverse("desk:emergency_review", args=[emergency.pk])
        values = {
            "who": emergency.opened_by.shown_as,
            "role": str(Role(emergency.role).label),
            "reference": case.shown_reference,
            "service": str(get_offer_version(case.service, case.version).words(language).title),
            "why": str(Why(emergency.why).label),
            "until": moment(emergency.until),
            "link": Address(f"{settings.CIVIUM_ORIGIN}{page}"),
        }
        subject = _("A case was opened in an emergency: ((reference))")
        body = _(
            "((who)), ((role)), opened the case ((reference)), “((service))”, in an emergency, without the usual right.\n\n"
            "**Why:** ((why))\n\n**Until:** ((until)), only to read.\n\n"
            "Please look at it and say whether it was justified. The applicant is told too.\n\n((link))"
        )
    return send_notice(
        to=to,
        about=case.subject,
        kind="emergency-opened",
        subject_line=subject,
        body=body,
        values=values,
        language=language,
        at=at,
        once=f"emergency:{emergency.pk}:{to.pk}",
    )


def tell_the_citizen(emergency: Emergency, *, at: datetime) -> Notice:
    """Tell whose case it is: who by role and office, why, until when, and where they see it and ask."""
    case = emergency.case
    language = case.language_of_letters
    with override(language):
        values = {
            **case_values(case, language=language),
            "role": str(Role(emergency.role).label),
            "office": office_words(emergency.agency),
            "why": str(Why(emergency.why).label),
            "when": moment(emergency.opened_at),
            "until": moment(emergency.until),
        }
        if not case.applicant.is_guest:
            values["link"] = Address(f"{settings.CIVIUM_ORIGIN}{reverse('rights:who_looked')}")
        subject = _("Your case was opened in an emergency: ((reference))")
        body = _(
            "Dear ((name)),\n\nsomebody who works for the town opened your case “((service))”, reference ((reference)), in an "
            "emergency. Usually they may not see it.\n\n"
            "**Who:** ((role)), ((office))\n\n**Why:** ((why))\n\n**When:** ((when)). They can read it until ((until)) at the "
            "latest, and cannot change anything.\n\n"
            "A second person was told at once and checks whether it was right. You do not have to do anything. You can see what "
            "was read, and ask about it. Questions? Call ((phone)) or write to ((email)).\n\n((link))"
        )
    return send_notice(
        to=case.applicant,
        about=case.subject,
        kind="opened-in-emergency",
        subject_line=subject,
        body=body,
        values=values,
        language=language,
        at=at,
        once=f"emergency:{emergency.pk}:citizen",
    )


def office_words(agency: str) -> str:
    """What people call the office; the town itself when it is none."""
    town = the_town()
    return bare_words(town.agencies[agency].name if agency in town.agencies else town.name)
