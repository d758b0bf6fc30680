"""The counter: staff fill in on behalf of whoever shows them a code."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from civium.foundation.identity.actions.limit_tries import limit_tries
from civium.foundation.identity.policy import SignedInRequest, open_to, staff
from civium.foundation.kit.refusals import NotFound, Refusal, require

from ..actions.help_at_counter import end_help, help_at_counter
from ..queries import find_helped, get_application
from ._where import language, offer_of


@open_to(staff("clerk"))
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


@open_to(staff("clerk"))
@require_POST
def stop_helping(request: SignedInRequest, id: UUID) -> HttpResponse:
    """Be done at the counter with an application."""
    application = get_application(id, for_=request.user)
    require(application.helper_id == request.user.pk, NotFound)
    end_help(application, by=request.user, at=timezone.now())
    messages.success(request, _("You no longer see this application."))
    return redirect("applications:counter")
