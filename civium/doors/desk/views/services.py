"""What the town offers."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from civium.doors.desk.views.page import reader_language, show
from civium.foundation.identity.policy import SignedInRequest, open_to, staff
from civium.journeys.catalogue.queries import find_offers_ever


@open_to(staff("designer", "administrator", "supervisor", "auditor", "data-protection-officer"))
@require_GET
def services(request: SignedInRequest) -> HttpResponse:
    """What the town offers, and in which version; also what it has withdrawn."""
    return show(request, "services.html", offers=find_offers_ever(), language=reader_language())
