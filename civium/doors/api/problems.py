"""Refusals, mistakes and defects as problem details (RFC 9457)."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from civium.foundation.design.middleware import note_defect
from civium.foundation.design.pages import RETRY_AFTER
from civium.foundation.kit.refusals import Refusal

MEDIA_TYPE = "application/problem+json"
# What every brake lets go after, where it does not say.
HOUR = 3600


def problem(
    status: int, detail: str, *, what_next: str = "", headers: dict[str, str] | None = None, **more: Any
) -> HttpResponse:
    """The answer that says what is wrong."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "what_next": what_next,
        "errors": [],
        "reference": "",
        **more,
    }
    return HttpResponse(
        json.dumps(body, ensure_ascii=False), status=status, content_type=MEDIA_TYPE, headers=headers
    )


def of_refusal(refusal: Refusal) -> HttpResponse:
    """A refusal in its own words; wrong answers one by one."""
    errors = [
        {"pointer": f"answers.{path}", "detail": str(words)}
        for path, words in refusal.details.get("errors", {}).items()
    ]
    headers = {"Retry-After": str(refusal.details.get("wait", HOUR))} if refusal.status == 429 else None
    return problem(
        refusal.status,
        str(refusal.message),
        what_next=str(refusal.what_next),
        errors=errors,
        headers=headers,
    )


def of_mistakes(found: list[dict[str, Any]], *, status: int = 422) -> HttpResponse:
    """What does not fit the schema. Nothing that was sent is repeated."""
    errors = [
        {
            "pointer": ".".join(str(part) for part in each["loc"][1:]) or str(each["loc"][0]),
            "detail": each["msg"],
        }
        for each in found[:50]
    ]
    return problem(status, _("Something in this request is missing or not right."), errors=errors)


def of_defect(request: HttpRequest) -> HttpResponse:
    """Something broke on our side; the log has the reference."""
    return problem(
        500,
        _("Something went wrong on our side. Please try again in a few minutes."),
        reference=note_defect(request),
    )


def of_outage(request: HttpRequest) -> HttpResponse:
    """The database was locked, full or gone: nothing was done, and the same may be sent again."""
    return problem(
        503,
        _("This did not work just now"),
        what_next=_("Try again in a few minutes."),
        headers={"Retry-After": str(RETRY_AFTER)},
        reference=note_defect(request),
    )
