"""``/my/sign-in/``: how one signs in, where one is signed in, when one came in; and what to do when that was somebody else."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from civium.foundation.design.links import in_language
from civium.foundation.design.showing import moment, reading_language
from civium.foundation.identity.actions.end_sessions import disown_sign_in, end_other_sessions, end_session
from civium.foundation.identity.adapters.mails import sign_in_of_link, tell_about_disowned_sign_in
from civium.foundation.identity.models import Person, Session, SignIn
from civium.foundation.identity.passwords import has_second_factor
from civium.foundation.identity.policy import SignedInRequest, anyone, freshly_signed_in, open_to, signed_in
from civium.foundation.identity.queries import find_sign_ins, find_visits, get_sign_in, is_undone
from civium.foundation.identity.rules import how_in_words
from civium.foundation.identity.sessions import SIGN_IN
from civium.foundation.kit.paths import is_of_this_site
from civium.foundation.kit.refusals import NotFound
from civium.foundation.privacy.actions.declare_reading import act_as

SHOWN: Final = 20
# Where somebody goes on who has just signed up, also when they look at their recovery codes first.
ONWARD: Final = "onward_after_sign_up"


@open_to(signed_in)
@require_GET
def sign_in(request: SignedInRequest) -> HttpResponse:
    """One page for everything about signing in."""
    person, now = request.user, timezone.now()
    came = find_sign_ins(person, limit=SHOWN)
    visits = find_visits(person, at=now)
    known = {each.id: each for each in came} | {
        each.id: each
        for each in SignIn.objects.filter(
            person=person, pk__in=[visit.sign_in for visit in visits if visit.sign_in]
        ).select_related("person")
    }
    here = request.session.get(SIGN_IN)
    return render(
        request,
        "identity/sign_in.html",
        {
            "ways": _ways(person),
            "visits": [
                _visit(each, known.get(each.sign_in) if each.sign_in else None, here) for each in visits
            ],
            "history": [_history(each, here) for each in came],
        },
    )


def _ways(person: Person) -> list[dict[str, Any]]:
    kinds = [each.type for each in Authenticator.objects.filter(user=person)]
    passkeys = kinds.count(Authenticator.Type.WEBAUTHN)
    return [
        {"key": _("Passkeys"), "value": passkeys or _("None yet")},
        {"key": _("Password"), "value": _("Set") if person.has_usable_password() else _("None")},
        {"key": _("Codes from an app"), "value": _("On") if Authenticator.Type.TOTP in kinds else _("Off")},
        {
            "key": _("Recovery codes"),
            "value": _("Ready") if Authenticator.Type.RECOVERY_CODES in kinds else _("None yet"),
        },
    ]


def _visit(session: Session, began: SignIn | None, here: str | None) -> dict[str, Any]:
    about = began.about if began else {}
    return {
        "id": session.sign_in,
        "device": about.get("browser") or _("A device we do not know"),
        "network": about.get("network", ""),
        "since": moment(began.at) if began else "",
        "used": moment(session.last_used_at) if session.last_used_at else "",
        "is_here": bool(session.sign_in) and str(session.sign_in) == here,
    }


def _history(came: SignIn, here: str | None) -> dict[str, Any]:
    return {
        "id": came.id,
        "when": moment(came.at),
        "how": how_in_words(came.how),
        "device": came.about.get("browser") or _("A device we do not know"),
        "network": came.about.get("network", ""),
        "is_new": came.is_new_device,
        "is_here": str(came.id) == here,
        "disowned": bool(came.disowned_at),
    }


@open_to(signed_in)
@require_POST
def end(request: SignedInRequest, id: UUID) -> HttpResponse:
    """End the visit that began with this sign-in."""
    if str(id) == request.session.get(SIGN_IN):
        logout(request)
        return redirect("portal:home")
    get_sign_in(id, for_=request.user)
    end_session(request.user, sign_in=id, by=request.user, at=timezone.now())
    messages.success(request, _("That device is signed out."))
    return redirect("identity:sign_in")


@open_to(signed_in)
@require_POST
def end_others(request: SignedInRequest) -> HttpResponse:
    """End every visit but this one."""
    here = request.session.get(SIGN_IN)
    end_other_sessions(request.user, but=UUID(here) if here else None, by=request.user, at=timezone.now())
    messages.success(request, _("You are signed out everywhere else."))
    return redirect("identity:sign_in")


@open_to(freshly_signed_in())
@require_http_methods(["GET", "POST"])
def not_me(request: SignedInRequest, id: UUID) -> HttpResponse:
    """One of the sign-ins was somebody else: say what will happen, then do it."""
    return _not_me(request, get_sign_in(id, for_=request.user))


@open_to(anyone)
@require_http_methods(["GET", "POST"])
def not_me_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The same from the link in the mail, by whoever can read the person's mail."""
    found = SignIn.objects.filter(pk=sign_in_of_link(token)).select_related("person").first()
    if found is None:
        raise NotFound
    act_as(found.person_id)
    return _not_me(request, found)


def _not_me(request: HttpRequest, found: SignIn) -> HttpResponse:
    if is_undone(found):
        return render(request, "identity/not_me_done.html")
    if request.method != "POST":
        return render(request, "identity/not_me.html", {"came": _history(found, None)})
    person, addresses_are_back = disown_sign_in(found, by=found.person, at=timezone.now())
    tell_about_disowned_sign_in(person)
    logout(request)
    return render(request, "identity/not_me_done.html", {"lacks_address": not addresses_are_back})


@open_to(signed_in)
@require_GET
def second_factor(request: SignedInRequest) -> HttpResponse:
    """For whoever works here: how to set up what is asked beside the password."""
    return render(request, "identity/second_factor.html")


@open_to(signed_in)
@require_GET
def offer_passkey(request: SignedInRequest) -> HttpResponse:
    """Right after signing up: the best way to sign in next time, or on to where one wanted to go."""
    wanted = request.GET.get("next", "")
    onward = wanted if is_of_this_site(wanted) else resolve_url(settings.LOGIN_REDIRECT_URL)
    onward = in_language(onward, reading_language())  # it may have been changed on the way
    if has_second_factor(request.user):
        return redirect(onward)
    request.session[ONWARD] = onward
    return render(request, "identity/offer_passkey.html", {"onward": onward})


@open_to(signed_in)
@require_POST
def stay(request: SignedInRequest) -> HttpResponse:
    """Somebody is still there: how many seconds the visit now lasts."""
    lasts = getattr(request, "stay", None)
    return JsonResponse({"seconds": lasts.seconds_left if lasts else 0})
