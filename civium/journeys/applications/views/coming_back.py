"""Finishing later, and coming back: by a code, by a link, at the counter; keeping in an account what was begun without one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from civium.engines.cases.queries import get_case_of_subject
from civium.foundation.identity.actions.limit_tries import limit_tries
from civium.foundation.identity.policy import anyone, household_of, open_to
from civium.foundation.kit.refusals import NotFound, Refusal, require

from ..actions.claim_application import claim_application
from ..actions.help_at_counter import end_help
from ..actions.make_way_back import make_way_back, shown_code, ways_to_make
from ..actions.send_link import send_link
from ..actions.take_way_back import WrongCode, find_way_back, take_link, take_way_back
from ..models import Application, CheckQuestion, State, Way, WayBack
from ..policy import ApplicantRequest, applicant, applicant_of, let_in, posted_path, shut_out
from ..queries import find_way_of, get_application
from ..reading import shown_address
from ._where import actor_of, home_of, is_guest, is_helper, kept_words, language, offer_of, where_it_stands


@open_to(applicant)
@require_http_methods(["GET", "POST"])
def later(request: ApplicantRequest, id: UUID) -> HttpResponse:
    """Stopping for now: until when it is kept, and the ways back. A POST makes one of them.

    Whoever helps at the counter finds it for a guest, whom they hand their first way back.
    """
    application = get_application(id, for_=applicant_of(request))
    require(application.applicant.is_guest or not is_helper(request, application), NotFound)
    if application.state != State.DRAFT:
        return where_it_stands(application)
    if request.method == "POST":
        return _make(request, application)
    return _show_later(request, application)


def _make(request: ApplicantRequest, application: Application) -> HttpResponse:
    do, now, by = request.POST.get("do", ""), timezone.now(), actor_of(request, application)
    said = {"question": request.POST.get("question", ""), "answer": request.POST.get("answer", "")}
    try:
        if do == "code":
            make_way_back(application, way=Way.DRAFT, **said, by=by, at=now)
        elif do == "link":
            send_link(application, email=request.POST.get("email", ""), **said, by=by, at=now)
            messages.success(request, _("We have sent you the link by e-mail."))
        elif do == "counter":
            make_way_back(application, way=Way.COUNTER, by=by, at=now)
        elif do == "end-help":
            end_help(application, by=by, at=now)
    except Refusal as refusal:
        if refusal.status not in (422, 429):
            raise
        return _show_later(request, application, problem=str(refusal.message), wrong=do)
    return redirect(reverse("applications:later", args=[application.pk]) + (f"#{do}" if do else ""))


def _show_later(
    request: ApplicantRequest, application: Application, *, problem: str = "", wrong: str = ""
) -> HttpResponse:
    application = get_application(application.pk, for_=applicant_of(request))
    now, by = timezone.now(), actor_of(request, application)
    ways = {way.value: find_way_of(application, way, at=now) for way in (Way.DRAFT, Way.LINK, Way.COUNTER)}
    return render(
        request,
        "applications/later.html",
        {
            "application": application,
            "said": offer_of(application).words(language()),
            "until": kept_words(application),
            "is_guest": application.applicant.is_guest,
            "code": _shown(ways["draft"]),
            "counter_code": _shown(ways["counter"]),
            "has_link": ways["link"] is not None,
            "makes": {way.value for way in ways_to_make(application, by=by, at=now)},
            "is_helped": application.helper_id is not None,
            "mail_address": shown_address(application.applicant),
            "asks_email": application.applicant.is_guest
            and not (by.hands and application.applicant.mail_address),
            "questions": CheckQuestion.choices,
            "typed": request.POST,
            "problem": problem,
            "wrong": wrong,
            "come_back": request.build_absolute_uri(reverse("applications:come_back")),
            "home": home_of(request),
        },
        status=422 if problem else 200,
    )


def _shown(way: WayBack | None) -> str:
    return shown_code(way.code) if way else ""


@open_to(applicant)
@require_POST
def leave(request: ApplicantRequest, id: UUID) -> HttpResponse:
    """Forget in this browser what it was let in to: for computers that others use too."""
    application = get_application(id, for_=applicant_of(request))
    shut_out(request, application)
    messages.success(request, _("This computer has forgotten your application."))
    return redirect("portal:home")


@open_to(anyone)
@require_http_methods(["GET", "POST"])
def come_back(request: HttpRequest) -> HttpResponse:
    """Come back with a code; then answer what is asked beside it."""
    typed, answer = request.POST.get("code", "")[:100], request.POST.get("answer", "")[:200]
    if request.method == "GET":
        return _ask_code(request)
    try:
        _count_try(request)
        way = find_way_back(typed, at=timezone.now())
    except Refusal as refusal:
        return _ask_code(request, typed=typed, refusal=refusal)
    return _ask_or_open(request, way, answer, typed=typed)


@open_to(anyone)
@require_http_methods(["GET", "POST"])
def come_back_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Come back with the link from an e-mail: to sign in, to the check question, or straight to what was sent."""
    try:
        _count_try(request)
        way = find_way_back(token, at=timezone.now())
    except WrongCode as refusal:
        return _ask_code(request, refusal=refusal, status=NotFound.status)
    except Refusal as refusal:
        return _ask_code(request, refusal=refusal)
    if way.way == Way.CASE:
        return _open(request, take_link(way, at=timezone.now()))
    if not way.application.applicant.is_guest:
        return redirect("applications:resume", id=way.application_id)
    return _ask_or_open(request, way, request.POST.get("answer", "")[:200], typed=token)


def _count_try(request: HttpRequest) -> None:
    limit_tries(
        "come-back", who=household_of(request), most=30, within=timedelta(minutes=15), at=timezone.now()
    )


def _ask_code(
    request: HttpRequest, *, typed: str = "", refusal: Refusal | None = None, status: int = 0
) -> HttpResponse:
    shown: dict[str, Any] = {"typed": typed, "problem": "", "what_next": ""}
    if refusal is not None:
        shown |= {"problem": refusal.message, "what_next": refusal.what_next}
    status = status or (refusal.status if refusal else 200)
    return render(request, "applications/come_back.html", shown, status=status)


def _ask_or_open(request: HttpRequest, way: WayBack, answer: str, *, typed: str) -> HttpResponse:
    problem = ""
    if request.method == "POST" and "answer" in request.POST:
        try:
            return _open(request, take_way_back(way, answer=answer, at=timezone.now()))
        except Refusal as refusal:
            problem = str(refusal.message)
    shown = {
        "code": typed,
        "question": CheckQuestion(way.question).label if way.question else "",
        "problem": problem,
        "what_next": "",
    }
    return render(request, "applications/come_back.html", shown, status=422 if problem else 200)


def _open(request: HttpRequest, application: Application) -> HttpResponse:
    """Where they go on; once there is a case, to its page: what we ask and what we wrote is there."""
    let_in(request, application, at=timezone.now())
    if path := posted_path(request, application):
        return redirect(path)
    case = get_case_of_subject(application.subject) if application.state == State.SENT else None
    if case is not None:
        return redirect("portal:case", reference=case.reference)
    return redirect("applications:resume", id=application.pk)


@open_to(applicant)
@require_http_methods(["GET", "POST"])
def claim(request: ApplicantRequest, id: UUID) -> HttpResponse:
    """Keep in one's account what was applied for without one, after signing in."""
    guest = applicant_of(request)
    application = get_application(id, for_=guest)
    if not application.applicant.is_guest or not is_guest(request):
        return where_it_stands(application)
    if request.method == "POST":
        require(request.user.is_authenticated, NotFound)
        claimed = claim_application(application, guest=guest, by=request.user, at=timezone.now())
        shut_out(request, claimed)
        messages.success(request, _("It is in your account now. The code and the link no longer open it."))
        return where_it_stands(claimed)
    return render(
        request,
        "applications/claim.html",
        {
            "application": application,
            "said": offer_of(application).words(language()),
            "here": request.path,
            "home": home_of(request),
        },
    )
