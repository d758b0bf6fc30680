"""What the town holds about people and when it is erased: for the data-protection officer. Nobody's data is on these pages."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from civium.doors.desk.side import CONTROLLERS
from civium.doors.desk.views.page import reader_language, show
from civium.foundation.identity.policy import SignedInRequest, open_to, staff
from civium.journeys.rights import queries as rights

# They count what the whole town holds.
controllers = staff(*CONTROLLERS, for_whole_town=True)


@open_to(controllers)
@require_GET
def register(request: SignedInRequest) -> HttpResponse:
    """The register of processing activities, made from what the site's own parts declare."""
    return show(
        request,
        "register.html",
        rows=rights.held_rows(),
        kept=rights.kept_rows(language=reader_language()),
        officer=rights.officer(),
    )


@open_to(controllers)
@require_GET
def register_file(request: SignedInRequest) -> HttpResponse:
    """The same for a program, or for the authority that asks for it."""
    answer = JsonResponse(
        rights.register(language=reader_language()), json_dumps_params={"indent": 2, "ensure_ascii": False}
    )
    answer["Content-Disposition"] = 'attachment; filename="register-of-processing.json"'
    return answer


@open_to(controllers)
@require_GET
def retention(request: SignedInRequest) -> HttpResponse:
    """What will be erased because its time is over, when and how many; and what was."""
    rows, is_more = rights.find_to_be_done(language=reader_language(), at=timezone.now())
    done = rights.find_was_done(language=reader_language())
    return show(request, "retention.html", rows=rows, is_more=is_more, done=done)
