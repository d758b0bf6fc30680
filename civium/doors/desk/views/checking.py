"""Who read what: for the data-protection officer and for auditors. Each of these pages is on the record itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from civium.doors.desk.checked import AskedFor, asked_for, choices, shown_filters
from civium.doors.desk.side import CHECKERS
from civium.doors.desk.views.page import show
from civium.engines.cases.rules import may_work_on
from civium.foundation.identity.policy import SignedInRequest, freshly_signed_in, open_to, staff
from civium.foundation.kit.refusals import NotFound, require
from civium.foundation.kit.town import the_town
from civium.foundation.privacy.queries import URGENT
from civium.journeys.rights import queries as rights
from civium.journeys.rights.actions.export_readings import TooManyReadings, export_readings

# Whose readings are theirs to check is asked of each reading; the cases that people ask with are the data-protection office's.
checkers = staff(*CHECKERS, for_whole_town=True)
# What people ask about is a case of the data-protection officer; an auditor sees those about their own office.
checkers_of_questions = staff(*CHECKERS, for_whole_town=True)
# Of readings in an emergency, so many stand before all others.
MOST_URGENT = 10
PERIODS = {"7": timedelta(days=7), "30": timedelta(days=30)}


@open_to(checkers)
@require_GET
def readings(request: SignedInRequest) -> HttpResponse:
    """Who read whose data, the newest first, those in an emergency before all others."""
    return _readings_page(request, asked_for(request.GET))


def _readings_page(
    request: SignedInRequest, asked: AskedFor, *, problem: str = "", status: int = 200
) -> HttpResponse:
    checker, after = request.user, request.GET.get("after", "")[:40]
    wanted = asked.checked(agencies=rights.agencies_to_check(checker))
    page = rights.check_readings(replace(wanted, is_urgent=False), by=checker, after=after)
    urgent = (
        rights.check_readings(replace(wanted, is_urgent=True), by=checker, limit=MOST_URGENT)
        if not after
        else None
    )
    return show(
        request,
        "readings.html",
        status=status,
        readings=page.readings,
        urgent=urgent,
        urgent_only=asked.query(purpose=URGENT),
        next=asked.query(after=page.after) if page.after else "",
        asked=asked,
        chips=shown_filters(asked, (*page.readings, *(urgent.readings if urgent else ()))),
        choices=choices(rights.agencies_to_check(checker)),
        is_first_page=not after,
        problem=problem,
    )


@open_to(checkers)
@require_POST
def readings_of(request: SignedInRequest) -> HttpResponse:
    """Look for the readings of one person, by a case of theirs or their e-mail address, which no address of a page keeps."""
    asked = request.POST.get("person", "").replace("\0", " ").strip()[:254]
    if not asked:
        return redirect("desk:readings")
    of = rights.find_person_asked_for(asked, by=request.user)
    if of is None:
        return show(
            request,
            "readings.html",
            status=422,
            problem=_("Nobody has this reference or e-mail address."),
            typed=asked,
            asked=asked_for({}),
            choices=choices(rights.agencies_to_check(request.user)),
        )
    return redirect(f"{reverse('desk:readings')}?of={of}")


@open_to(freshly_signed_in(checkers))
@require_POST
def readings_file(request: SignedInRequest) -> HttpResponse:
    """The list as a file for a spreadsheet."""
    asked, now = asked_for(request.POST), timezone.now()
    wanted = asked.checked(agencies=rights.agencies_to_check(request.user))
    try:
        written = export_readings(wanted, by=request.user, at=now)
    except TooManyReadings as refusal:
        return _readings_page(
            request, asked, problem=f"{refusal.message} {refusal.what_next}", status=refusal.status
        )
    answer = HttpResponse(written, content_type="text/csv; charset=utf-8")
    name = f"readings-{the_town().today(now).isoformat()}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


@open_to(checkers)
@require_GET
def by_staff(request: SignedInRequest) -> HttpResponse:
    """Who read how much in the last days, and what is worth a question."""
    period, now = request.GET.get("days", "30"), timezone.now()
    require(period in PERIODS, NotFound)
    asked = asked_for(request.GET)
    wanted = asked.checked(agencies=rights.agencies_to_check(request.user))
    since = now - PERIODS[period]
    table = rights.check_staff(replace(wanted, of=None, by=None, since=since, before=None))
    first, last = rights.OFFICE_HOURS
    return show(
        request,
        "readings_by_staff.html",
        rows=table.rows,
        is_cut=table.is_cut,
        days=period,
        asked=asked,
        since=the_town().today(since).isoformat(),
        choices=choices(rights.agencies_to_check(request.user)),
        hours={"first": f"{first:02}:00", "last": f"{last:02}:00"},
    )


@open_to(checkers_of_questions)
@require_GET
def asked_readings(request: SignedInRequest) -> HttpResponse:
    """What people asked about readings of their data: what waits, what is late, what was answered."""
    which, now = request.GET.get("which", "open"), timezone.now()
    require(which in rights.WHICH, NotFound)
    page = rights.find_asked(which, by=request.user, at=now, after=request.GET.get("after", "")[:80])
    return show(
        request,
        "asked_readings.html",
        page=page,
        which=which,
        how_many=rights.count_asked(by=request.user, at=now),
        titles=_titles(),
        may_open={each.case.pk for each in page.asked if may_work_on(request.user, each.case)},
    )


def _titles() -> dict[str, Any]:
    return {
        "open": _("Waiting for an answer"),
        "late": _("Late"),
        "answered": _("Answered"),
        "withdrawn": _("Withdrawn"),
    }
