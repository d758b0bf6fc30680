"""The public check of a certificate."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from civium.foundation.identity.policy import anyone, open_to
from civium.foundation.kit.refusals import NotFound
from civium.foundation.kit.town import the_town

from ..queries import check_certificate
from ._where import language


@open_to(anyone)
@require_GET
def find_certificate(request: HttpRequest) -> HttpResponse:
    """For those who have a paper and no camera: type its code."""
    typed = request.GET.get("code", "").strip()
    if not typed:
        return _ask_for_code(request)
    code = _as_printed(typed)
    try:
        check_certificate(code, today=the_town().today(timezone.now()), language=language())
    except NotFound as refusal:
        return _ask_for_code(request, typed=typed, error=str(refusal.message))
    return redirect("applications:certificate", code=code)


def _ask_for_code(
    request: HttpRequest, *, typed: str = "", error: str = "", status: int = 200
) -> HttpResponse:
    shown = {"typed": typed[:60], "error": error}
    return render(request, "applications/find_certificate.html", shown, status=status)


def _as_printed(typed: str) -> str:
    letters = "".join(character for character in typed.upper() if character.isalnum())[:32].replace("O", "0")
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


@open_to(anyone)
@require_GET
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """Whether a document is genuine, and still holds. Anyone with its code may ask; a code we never gave is named as such."""
    try:
        found = check_certificate(code, today=the_town().today(timezone.now()), language=language())
    except NotFound as refusal:
        return _ask_for_code(request, typed=code, error=str(refusal.message), status=404)
    return render(request, "applications/certificate.html", {"found": found})
