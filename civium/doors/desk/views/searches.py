"""What people searched, and whether they found it: for those who write the services."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from civium.doors.desk.views.page import show
from civium.engines.search.queries import find_told
from civium.foundation.identity.policy import SignedInRequest, open_to, staff
from civium.foundation.kit.languages import direction
from civium.foundation.kit.town import the_town

DAYS = 90


@open_to(staff("designer", "administrator"))
@require_GET
def searches(request: SignedInRequest) -> HttpResponse:
    """Searches that people told us about in the last months, those that found least first."""
    told = find_told(since=the_town().today(timezone.now()) - timedelta(days=DAYS))
    rows = [(each, _name_of(each.language), direction(each.language)) for each in told]
    return show(request, "searches.html", rows=rows, days=DAYS)


def _name_of(language: str) -> str:
    return dict(settings.LANGUAGES).get(language, language)
