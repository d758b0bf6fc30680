"""Who looked: the pages on which people see who read their data, and ask why."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from civium.foundation.identity.policy import SignedInRequest, open_to, signed_in
from civium.foundation.kit.refusals import NotFound, Refusal, require
from civium.foundation.kit.town import the_town
from civium.foundation.privacy.queries import Looked, get_reading
from civium.journeys.rights.actions.question_reading import LONGEST, question_reading
from civium.journeys.rights.looking import ALSO, Choice, by_day, choices, looks_at, put_into_words

_NARROWED = ("who", "agency", "purpose", "case", "from", "to")


@open_to(signed_in)
@require_GET
def who_looked(request: SignedInRequest) -> HttpResponse:
    """Every reading of one's data by somebody else, the newest first."""
    asked = {name: request.GET.get(name, "")[:120] for name in _NARROWED}
    errors = _wrong_days(asked)
    looks, after = looks_at(
        request.user,
        looked=_looked(asked),
        after=request.GET.get("after", "")[:40],
        language=get_language() or "en",
    )
    if errors:
        looks, after = [], ""
    given = {name: value for name, value in asked.items() if value}
    return render(
        request,
        "rights/who_looked.html",
        {
            "errors": errors,
            "days": by_day(looks),
            "next": f"?{urlencode({**given, 'after': after})}" if after else "",
            "asked": asked,
            "is_narrowed": bool(given),
            "is_first_page": "after" not in request.GET,
            "choices": {
                **choices(request.user.vault_key, language=get_language() or "en"),
                "who": _whose_hands(),
            },
        },
        status=422 if errors else 200,
    )


@open_to(signed_in)
@require_http_methods(["GET", "POST"])
def question(request: SignedInRequest, entry: int) -> HttpResponse:
    """Ask why somebody read one's data: it becomes a case of the data-protection officer."""
    language = get_language() or "en"
    found = get_reading(request.user.vault_key, entry, also=ALSO)
    look = next(iter(put_into_words([found], owner=request.user, language=language)), None)
    require(look is not None, NotFound)
    typed, problem = request.POST.get("asked", ""), ""
    if request.method == "POST":
        try:
            question_reading(entry, words=typed, language=language, by=request.user, at=timezone.now())
        except Refusal as refusal:
            if refusal.status not in (409, 422):
                raise
            problem = str(refusal.message)
        else:
            messages.success(
                request,
                _(
                    "We got your question. The data-protection officer answers within one month. You can follow it here."
                ),
            )
            return redirect("rights:my_data")
    shown = {"look": look, "typed": typed, "problem": problem, "most": LONGEST}
    return render(request, "rights/question_reading.html", shown, status=422 if problem else 200)


def _looked(asked: dict[str, str]) -> Looked:
    first, last = _day(asked["from"]), _day(asked["to"])
    return Looked(
        who=asked["who"],
        agency=asked["agency"],
        purpose=asked["purpose"],
        subject=asked["case"],
        since=_midnight(first) if first else None,
        before=_midnight(last + dt.timedelta(days=1)) if last and last < dt.date.max else None,
    )


def _wrong_days(asked: dict[str, str]) -> dict[str, str]:
    """What is wrong with the days, by their boxes: it must not look as if nobody had read anything."""
    wrong = {
        name: _("Enter a day like 2026-03-31")
        for name in ("from", "to")
        if asked[name] and not _day(asked[name])
    }
    first, last = _day(asked["from"]), _day(asked["to"])
    if first and last and last < first:
        wrong["to"] = _("The last day is before the first. Change one of them.")
    return wrong


def _whose_hands() -> list[Choice]:
    return [Choice("people", _("People")), Choice("system", _("Computers, without a person"))]


def _day(typed: str) -> dt.date | None:
    """The day; what is none narrows nothing."""
    try:
        return dt.date.fromisoformat(typed)
    except ValueError:
        return None


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, tzinfo=the_town().time_zone)
