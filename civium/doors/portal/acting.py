"""What somebody may do who acts for another: only the services of their mandates, and there only what these say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language

from civium.doors.portal.my_page import case_cards
from civium.engines.cases.queries import find_cases_of
from civium.foundation.identity.policy import Acting
from civium.journeys.applications.models import Application, State
from civium.journeys.applications.queries import (
    find_certificates_of,
    find_open_applications,
    mandate_words,
)
from civium.journeys.catalogue.queries import find_offers


@dataclass(frozen=True)
class Begun:
    """An application that is not sent yet, as whoever acts for its owner sees it in the list."""

    title: str
    href: str
    is_to_pay: bool


def what_to_do_for(acting: Acting, *, after: str | None = None) -> dict[str, Any]:
    """Their open applications, cases and documents, as far as the mandates go, and what each mandate lets one do."""
    language, services = get_language() or "en", _services(acting, "view")
    cases = find_cases_of(
        acting.giver, after=after, limit=20, services=services, but=acting.hidden_services, but_kept=True
    )
    begun = [
        _begun(each, language)
        for each in find_open_applications(acting.giver)
        if "view" in acting.powers(each.service)
    ]
    received = _services(acting, "receive")
    certificates = find_certificates_of(acting.giver, language=language, services=received, but_kept=True)
    return {
        "name": mandate_words.named(acting.giver),
        "mandates": [
            {
                "service": mandate_words.service_words(each.service, language),
                "can": mandate_words.can_do(each.powers),
                "start": reverse("applications:start", args=[each.service])
                if each.service and "fill" in each.powers
                else "",
                "until": each.until,
            }
            for each in acting.mandates
        ],
        "begun": begun,
        "cards": case_cards(cases.cases, language=language),
        "next": cases.next,
        "certificates": certificates,
        "offers_all": any(not each.service and "fill" in each.powers for each in acting.mandates)
        and bool(find_offers()),
    }


def _services(acting: Acting, power: str) -> frozenset[str] | None:
    """The services in which the power is given; None for all of them."""
    given = [each.service for each in acting.mandates if power in each.powers]
    return None if "" in given else frozenset(given)


def _begun(application: Application, language: str) -> Begun:
    return Begun(
        title=mandate_words.service_words(application.service, language),
        href=reverse("applications:resume", args=[application.pk]),
        is_to_pay=application.state == State.TO_PAY,
    )
