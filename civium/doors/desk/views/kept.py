"""What the law keeps after an erasure: a list, and opening one of them with a reason, which is on the record."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from civium.doors.desk.views.page import reader_language, show
from civium.engines.forms.rules import rows_wanted
from civium.foundation.files.actions.serve_file import download_response
from civium.foundation.files.models import StoredFile
from civium.foundation.identity.policy import SignedInRequest, freshly_signed_in, open_to, staff
from civium.foundation.kit.refusals import NotFound, Refusal, require
from civium.journeys.applications.queries import get_file_of_case, read_case_file
from civium.journeys.rights import queries as rights
from civium.journeys.rights.actions.open_kept import LONGEST_REASON, OccasionMissing, open_kept

# Of every agency.
officers = staff("data-protection-officer", for_whole_town=True)


@open_to(officers)
@require_GET
def kept(request: SignedInRequest) -> HttpResponse:
    """What is kept, until when and why. No data of anybody is in the list."""
    return show(request, "kept.html", rows=rights.find_kept(request.user, language=reader_language()))


@open_to(freshly_signed_in(officers))
@require_http_methods(["GET", "POST"])
def kept_case(request: SignedInRequest, reference: str) -> HttpResponse:
    """Say why it is opened; then, for an hour, read it."""
    found, now = rights.get_kept(reference, for_=request.user, language=reader_language()), timezone.now()
    typed = {name: request.POST.get(name, "") for name in ("occasion", "reason")}
    if request.method == "GET":
        return _kept_page(request, found, typed)
    try:
        open_kept(found, by=request.user, at=now, **typed)
    except Refusal as refusal:
        return _kept_page(request, found, typed, refusal)
    return redirect("desk:kept_case", reference=found.case.reference)


def _kept_page(
    request: SignedInRequest, found: rights.Kept, typed: dict[str, str], refusal: Refusal | None = None
) -> HttpResponse:
    opened: dict[str, Any] = {"file": None}
    if rights.is_open_to(found, request.user, at=timezone.now()):
        opened = _opened(request, found)
    return show(
        request,
        "kept_case.html",
        refusal=refusal,
        kept=found,
        case=found.case,
        occasions=[(code, str(words)) for code, words in rights.OCCASIONS.items()],
        field="occasion" if isinstance(refusal, OccasionMissing) else "reason",
        typed=typed,
        most=LONGEST_REASON,
        **opened,
    )


def _opened(request: SignedInRequest, found: rights.Kept) -> dict[str, Any]:
    rights.read_kept(found, by=request.user)
    file = read_case_file(found.case, language=reader_language(), is_staff=True, reader=request.user)

    def place_of(stored: StoredFile) -> str:
        return reverse("desk:kept_file", args=[found.case.reference, stored.pk])

    file.files_at = place_of
    file.rows_from = rows_wanted(request.GET)
    return {
        "file": file,
        "thread": file.thread(request.GET.get("before")),
        "story": file.latest(20)[0],
        "openings": rights.find_openings(found),
    }


@open_to(officers)
@require_GET
def kept_file(request: SignedInRequest, reference: str, id: UUID) -> HttpResponseBase:
    """One of its files, for whoever said why within the hour."""
    found = rights.get_kept(reference, for_=request.user, language=reader_language())
    require(rights.is_open_to(found, request.user, at=timezone.now()), NotFound)
    rights.read_kept(found, by=request.user)
    return download_response(get_file_of_case(found.case, id))
