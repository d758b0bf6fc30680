"""The counter: staff fill in on behalf of whoever shows them a code."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_POST

from civium.foundation.identity.actions.limit_tries import TooManyTries, limit_tries
from civium.foundation.identity.policy import SignedInRequest, open_to, staff
from civium.foundation.kit.refusals import NotFound, Refusal, require
from civium.journeys.catalogue.queries import find_offers

from ..actions.help_at_counter import end_help, help_at_counter
from ..actions.start_at_counter import start_for_account, start_for_visitor
from ..models import Application
from ..queries import find_helped, get_application
from ._where import language, offer_of

# Whoever stands there may want a service of any agency.
at_the_counter = staff("clerk", for_whole_town=True)


@open_to(at_the_counter)
@require_http_methods(["GET", "POST"])
def counter(request: SignedInRequest) -> HttpResponse:
    """Open an application with the code that its applicant shows; what is open at this counter."""
    now, typed, problem = timezone.now(), request.POST.get("code", "")[:100], ""
    if request.method == "POST":
        try:
            limit_tries("counter", who=str(request.user.pk), most=30, within=timedelta(hours=1), at=now)
            application = help_at_counter(typed, by=request.user, at=now)
        except Refusal as refusal:
            if refusal.status not in (422, 429):
                raise
            problem = _("No application shows this code now. Codes are good for 30 minutes, once.")
        else:
            return redirect("applications:resume", id=application.pk)
    helped = find_helped(request.user)
    shown = [
        {
            "id": each.pk,
            "title": offer_of(each).words(language()).title,
            "name": each.applicant.name or _("Somebody without an account"),
            "is_open": each.is_open,
        }
        for each in helped
    ]
    return render(
        request,
        "applications/counter.html",
        {"helped": shown, "typed": typed, "problem": problem},
        status=422 if problem else 200,
    )


@open_to(at_the_counter)
@require_http_methods(["GET", "POST"])
def begin_at_counter(request: SignedInRequest) -> HttpResponse:
    """Begin an application with whoever stands there: by the address of their account, or without one."""
    problem: Refusal | None = None
    if request.method == "POST":
        try:
            return redirect("applications:resume", id=_begin(request).pk)
        except TooManyTries as refusal:
            problem = refusal
        except Refusal as refusal:
            if refusal.status not in (409, 422):
                raise
            problem = refusal
    titles = sorted((str(offer.words(language()).title), offer.name) for offer in find_offers())
    return render(
        request,
        "applications/begin_at_counter.html",
        {
            "services": [("", _("Choose one")), *((name, title) for title, name in titles)],
            "languages": settings.LANGUAGES,
            "typed": {
                name: request.POST.get(name, "")[:300]
                for name in ("service", "who", "email", "name", "language")
            },
            "here": language(),
            "problem": problem,
        },
        status=problem.status if problem else 200,
    )


class NothingChosen(Refusal):
    """No service, or nobody, was named."""

    message = _lazy("Choose the service, and who it is for.")
    status = 422


def _begin(request: SignedInRequest) -> Application:
    now, typed = timezone.now(), request.POST
    email, who = typed.get("email", "")[:300], typed.get("who", "")
    chosen = next((each for each in find_offers() if each.name == typed.get("service")), None)
    if chosen is None or who not in ("account", "visitor") or (who == "account" and not email.strip()):
        raise NothingChosen
    limit_tries("counter", who=str(request.user.pk), most=30, within=timedelta(hours=1), at=now)
    if who == "account":
        return start_for_account(chosen, email=email, by=request.user, at=now)
    spoken = typed.get("language", "")
    return start_for_visitor(
        chosen,
        name=typed.get("name", "")[:300],
        email=email,
        language=spoken if spoken in dict(settings.LANGUAGES) else language(),
        by=request.user,
        at=now,
    )


@open_to(at_the_counter)
@require_POST
def stop_helping(request: SignedInRequest, id: UUID) -> HttpResponse:
    """Be done at the counter with an application."""
    application = get_application(id, for_=request.user)
    require(application.helper_id == request.user.pk, NotFound)
    end_help(application, by=request.user, at=timezone.now())
    messages.success(request, _("You no longer see this application."))
    return redirect("applications:counter")
