"""The supervisor's pages: who has what, and handing cases from one person to another; and who is away."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from civium.doors.desk.lists import agency_words, holder_words, services_of, taker_words
from civium.doors.desk.team import count_of, people_rows, step_rows
from civium.doors.desk.views.page import caseworkers, show
from civium.engines.cases.actions.end_absence import end_absence
from civium.engines.cases.actions.hand_cases import MOST_AT_ONCE, hand_cases
from civium.engines.cases.actions.note_absence import UnusableDays, note_absence
from civium.engines.cases.models import Case
from civium.engines.cases.queries import (
    Colleague,
    Filters,
    agencies_of,
    find_absences,
    find_load_of_people,
    find_load_of_steps,
    find_queue,
    find_workers,
    get_absence,
)
from civium.engines.cases.rules import supervised_by
from civium.foundation.identity.policy import SignedInRequest, open_to, staff
from civium.foundation.identity.queries import get_colleague
from civium.foundation.kit.refusals import NotFound, Refusal, require
from civium.foundation.kit.town import the_town

supervisors = staff("supervisor")


def _supervised(request: SignedInRequest) -> list[str]:
    return supervised_by(request.user, agencies_of(request.user))


@open_to(supervisors)
@require_GET
def team(request: SignedInRequest) -> HttpResponse:
    """Load, age and lateness per person and per step, in the agencies that the reader supervises."""
    now = timezone.now()
    agencies, today = _supervised(request), the_town().today(now)
    workers = find_workers(agencies, today=today)
    people = find_load_of_people(agencies, at=now)
    return show(
        request,
        "team.html",
        counts=True,
        people=people_rows(people, workers, several=len(agencies) > 1, today=today),
        steps=step_rows(find_load_of_steps(agencies, at=now), today=today),
    )


@open_to(supervisors)
@require_http_methods(["GET", "POST"])
def hand(request: SignedInRequest, agency: str, holder: str) -> HttpResponse:
    """Hand cases of one person, or those that nobody has, to another person or back to the team."""
    require(agency in _supervised(request) and _holder(holder) is not None, NotFound)
    now = timezone.now()
    workers = find_workers([agency], today=the_town().today(now))
    wrong, field = "", ""
    if request.method == "POST":
        try:
            given = _hand_over(request, agency, holder, workers)
        except Refusal as refusal:
            wrong, field = str(refusal.message), _FIELDS.get(type(refusal), "to")
        else:
            said = ngettext("%(count)s case was handed over.", "%(count)s cases were handed over.", given)
            messages.success(request, said % {"count": given})
            return redirect("desk:team")
    return show(
        request,
        "hand.html",
        status=422 if wrong else 200,
        name=holder_words(holder, workers),
        is_nobody=holder == "nobody",
        agency=agency_words(agency),
        count=count_of(holder, find_load_of_people([agency], at=now)),
        most=MOST_AT_ONCE,
        wrong=wrong,
        field=field,
        typed=request.POST,
        takers=[
            *([("nobody", _("Back to the team"))] if holder != "nobody" else []),
            *(
                (str(each.id), taker_words(each.name, each))
                for each in workers.values()
                if str(each.id) != holder
            ),
        ],
        services=services_of([agency]),
    )


class NobodyChosen(Refusal):
    """It is not said who gets the cases."""

    message = _("Choose who gets the cases.")
    status = 422


class UnusableNumber(Refusal):
    """It is not said how many cases, or too many."""

    message = _("Enter how many cases, from 1 to 100.")
    status = 422


class NothingToHand(Refusal):
    """Nothing is open of what was chosen."""

    message = _("There is no open case like this to hand over.")
    status = 422


_FIELDS: dict[type[Refusal], str] = {UnusableNumber: "number", NothingToHand: "service"}


def _hand_over(request: SignedInRequest, agency: str, holder: str, workers: dict[UUID, Colleague]) -> int:
    """How many were given: the most urgent first."""
    to, number = request.POST.get("to", ""), request.POST.get("number", "")
    require(number.isascii() and number.isdigit() and 0 < int(number) <= MOST_AT_ONCE, UnusableNumber)
    require(to == "nobody" or to in {str(id) for id in workers}, NobodyChosen)
    filters = Filters(agency=agency, service=request.POST.get("service", "")[:80], holder=_holder(holder))
    now = timezone.now()
    taker = None if to == "nobody" else get_colleague(to)
    cases = _most_urgent(request, filters, int(number), now)
    require(bool(cases), NothingToHand)
    return hand_cases(cases, to=taker, by=request.user, at=now)


def _most_urgent(request: SignedInRequest, filters: Filters, most: int, now: datetime) -> list[Case]:
    """Those that are due first; then those whose clock stands still."""
    running = replace(filters, is_running=True)
    cases = find_queue(request.user, which="team", at=now, filters=running, limit=most).cases
    if len(cases) < most:
        left = most - len(cases)
        cases += find_queue(request.user, which="waiting", at=now, filters=filters, limit=left).cases
    return cases


def _holder(holder: str) -> Any:
    if holder == "nobody":
        return holder
    try:
        return UUID(holder)
    except ValueError:
        raise NotFound from None


@open_to(caseworkers)
@require_http_methods(["GET", "POST"])
def away(request: SignedInRequest) -> HttpResponse:
    """Who is away: everybody notes their own days, a supervisor those of the team."""
    now = timezone.now()
    today = the_town().today(now)
    wrong = _note(request, now) if request.method == "POST" else []
    if request.method == "POST" and not wrong:
        messages.success(request, _("Noted. Colleagues see it beside the name."))
        return redirect("desk:away")
    own = agencies_of(request.user)
    workers = find_workers(own, today=today)
    able = {*find_workers(_supervised(request), today=today), request.user.pk}
    absences = find_absences(list(workers), today=today)
    return show(
        request,
        "away.html",
        status=422 if wrong else 200,
        errors=wrong,
        wrong=dict(wrong),
        typed=request.POST,
        people=[(str(id), worker.name) for id, worker in workers.items() if id in able],
        own=str(request.user.pk),
        absences=[
            (workers[id].name, absence, id in able)
            for id, absence in sorted(absences.items(), key=lambda item: item[1].first_on)
        ],
        today=today,
    )


def _note(request: SignedInRequest, now: datetime) -> list[tuple[str, str]]:
    """Note the absence; or the fields that are wrong, each with what to do. Whose it is comes first: nobody else is there."""
    person = get_colleague(_holder(request.POST.get("person", "")))
    first, last = (_day(request.POST.get(name, "")) for name in ("first_on", "last_on"))
    if first is None or last is None:
        asked = [("first_on", first, _("Enter the first day.")), ("last_on", last, _("Enter the last day."))]
        return [(name, words) for name, day, words in asked if day is None]
    try:
        note_absence(person, first_on=first, last_on=last, by=request.user, at=now)
    except UnusableDays as refusal:
        return [("last_on", str(refusal.message))]
    return []


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        return None


@open_to(caseworkers)
@require_POST
def back(request: SignedInRequest, id: UUID) -> HttpResponse:
    """Somebody is back, or will not be away after all."""
    end_absence(get_absence(id, for_=request.user), by=request.user, at=timezone.now())
    messages.success(request, _("Noted. The absence is off the list."))
    return redirect("desk:away")
