"""What the words of notices and documents may speak of, for one case. The catalogue checks them against the same names."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from civium.engines.cases.models import Case
from civium.engines.notices.rules import Address, MailAddress
from civium.foundation.design.showing import day
from civium.foundation.identity.models import Person
from civium.foundation.kit.languages import pick_text
from civium.foundation.kit.references import shown_reference
from civium.foundation.kit.town import the_town
from civium.journeys.catalogue.queries import Offer, get_offer_version

from .models import Way, WayBack


def service_values(offer: Offer, *, to: Person, language: str) -> dict[str, str]:
    """What is true without a case: the person, the service, the agency, the town."""
    agency = the_town().agencies[offer.document.agency]
    return {
        "name": to.name or _("applicant"),
        "service": str(offer.words(language).title),
        "agency": pick_text(agency.name, language).words,
        "phone": agency.phone,
        "email": MailAddress(agency.email),
        "town": pick_text(the_town().name, language).words,
    }


def case_values(case: Case, *, language: str) -> dict[str, str]:
    """What every notice about a case, and every document of it, may speak of."""
    offer = get_offer_version(case.service, case.version)
    with override(language):
        place = _place_of(case)
        return {
            **service_values(offer, to=case.applicant, language=language),
            "about": case.about,
            "reference": shown_reference(case.reference),
            "due": day(case.expected_on),
            "link": Address(f"{settings.CIVIUM_ORIGIN}{place}"),
        }


def _place_of(case: Case) -> str:
    """Where the applicant follows the case: on a page of their account, or by the secret link of whoever has none."""
    if case.applicant.is_guest:
        way = WayBack.objects.filter(application__id=case.subject.partition(":")[2], way=Way.CASE).first()
        if way is not None:
            return reverse("applications:come_back_by_link", args=[way.code])
    return reverse("portal:case", args=[case.reference])
