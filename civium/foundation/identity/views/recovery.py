"""For whoever knows the password and has lost every second factor; and for whoever must stop somebody who says so."""

from __future__ import annotations

from allauth.account.internal.decorators import login_stage_required
from allauth.mfa.stages import AuthenticateStage
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from civium.foundation.design.showing import moment
from civium.foundation.identity.actions.recover import ask_recovery, finish_recovery, stop_recovery
from civium.foundation.identity.adapters.mails import (
    recovery_of_link,
    tell_about_recovery,
    tell_that_factors_are_gone,
)
from civium.foundation.identity.models import Recovery
from civium.foundation.identity.policy import anyone, open_to
from civium.foundation.identity.queries import find_open_recovery
from civium.foundation.kit.refusals import NotFound


@open_to(anyone)
@login_stage_required(stage=AuthenticateStage.key, redirect_urlname="account_login")  # type: ignore[untyped-decorator]
@require_http_methods(["GET", "POST"])
def recovery(request: HttpRequest) -> HttpResponse:
    """Ask, see how long it still takes, or come in when the wait is over. Only after the right password."""
    stage = request._login_stage  # type: ignore[attr-defined]
    person, now = stage.login.user, timezone.now()
    waiting = find_open_recovery(person, at=now)
    if request.method == "POST":
        if waiting is None:
            waiting = ask_recovery(person, by=person, at=now)
            tell_about_recovery(waiting)
        elif waiting.ripe_at <= now:
            finish_recovery(waiting, by=person, at=now)
            tell_that_factors_are_gone(person)
            messages.warning(
                request, _("Your lost passkeys, app and codes no longer count. Set up new ones soon.")
            )
            return stage.exit()
    return render(
        request,
        "identity/recovery.html",
        {
            "waits_until": moment(waiting.ripe_at) if waiting else "",
            "is_ripe": waiting is not None and waiting.ripe_at <= now,
        },
    )


@open_to(anyone)
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """From the link in the mail: it was somebody else."""
    found = Recovery.objects.filter(pk=recovery_of_link(token)).select_related("person").first()
    if found is None:
        raise NotFound
    if request.method == "POST":
        stop_recovery(found, by=found.person, at=timezone.now())
        return redirect(request.path)
    return render(
        request,
        "identity/stop_recovery.html",
        {"is_open": found.ended_at is None, "was_done": found.ended_how == "done"},
    )
