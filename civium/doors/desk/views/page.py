"""What the pages of the desk share: the side navigation, the reader's language, and the cases one may work on."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from civium.doors.desk.side import side_groups
from civium.engines.cases.models import Case
from civium.engines.cases.queries import get_case
from civium.foundation.identity.policy import SignedInRequest, staff
from civium.foundation.identity.rules import CASEWORKERS
from civium.foundation.kit.references import parse_reference
from civium.foundation.kit.refusals import Refusal
from civium.journeys.applications.actions.work_on_case import work_on_case

caseworkers = staff(*CASEWORKERS)


def reader_language() -> str:
    """The language in which the page is shown."""
    return get_language() or "en"


def show(
    request: SignedInRequest,
    template: str,
    *,
    status: int = 200,
    refusal: Refusal | None = None,
    counts: bool = False,
    **shown: Any,
) -> HttpResponse:
    """A page of the desk with its side navigation. ``counts``: how many each queue has is said beside its name.

    ``refusal``: why what was sent was not done. A form is shown again with it, in its status, and with what was typed.
    """
    now = timezone.now() if counts else None
    side = side_groups(request.user, here=request.get_full_path(), counted_at=now)
    words = {"side": side, "refusal": refusal, **shown}
    return render(request, f"desk/{template}", words, status=refusal.status if refusal else status)


def get_work(request: SignedInRequest, reference: str) -> Case:
    """A case this member of staff may work on; for anybody else, their own case included, it is not there."""
    case = get_case(parse_reference(reference) or "", for_=request.user)
    work_on_case(case, by=request.user)
    return case
