"""To a provider and back: sign in, join, link the identity to an account, or show again who one is."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from typing import Any, Final

from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.signup import complete_signup
from allauth.account.utils import perform_login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal.statekit import get_states
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from civium.foundation.design.showing import day, words
from civium.foundation.identity.actions.limit_tries import limit_tries
from civium.foundation.identity.models import Person, Session
from civium.foundation.identity.policy import (
    anyone,
    ask_again,
    household_of,
    is_freshly_signed_in,
    open_to,
    signed_call,
)
from civium.foundation.kit.paths import is_of_this_site
from civium.foundation.kit.refusals import NotFound

from ..actions.link_identity import OpensAnotherAccount, ProofTooOld, link_identity, use_identity
from ..adapters.allauth import ARRIVED, WENT_WRONG
from ..adapters.saml import describe_us
from ..forms import JoinForm
from ..models import LinkedIdentity
from ..queries import find_identities, find_linked, get_identity, is_disowned
from ..rules import Proof
from ..schema import RANK, OpenIdIdentity, SamlIdentity

LEVELS = ("account", "verified", "high")
# An answer of a provider has a signature, a certificate and a few facts: some 20 kB. It is kept until the browser is back on our own site.
LONGEST_ANSWER: Final = 200_000
ANSWERS_AN_HOUR: Final = 120
KEPT_ON_THE_WAY: Final = 600


@open_to(anyone)
@require_GET
@never_cache
def choose(request: HttpRequest) -> HttpResponse:
    """The identities that one can sign in with, or show who one is with; what each tells us."""
    level, onward = _level(request.GET.get("level", "")), _safe(request.GET.get("next", ""))
    person = request.user
    if person.is_authenticated and level != "account" and person.reaches(level):
        return redirect(onward or "portal:my_page")
    identities = find_identities(reaching=level)
    if not identities:
        return render(request, "federation/no_identity.html", {"onward": onward})
    rows = [
        {"title": words(each.title), "go": _address("federation:go", each.name, next=onward, level=level)}
        for each in identities
    ]
    return render(request, "federation/choose.html", {"identities": rows, "onward": onward, "level": level})


@open_to(anyone)
@require_GET
@never_cache
def go(request: HttpRequest, provider: str) -> HttpResponseBase:
    """Off to the provider. A link, not a form: form-action stays closed, wherever the provider sends people on."""
    identity = get_identity(provider)
    level, onward = _level(request.GET.get("level", "")), _safe(request.GET.get("next", ""))
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        # Nobody else's page starts a sign-in here: whoever came from there decides on our page.
        return redirect(f"{reverse('federation:choose')}?{urlencode({'next': onward, 'level': level})}")
    limit_tries(
        "go-to-provider", who=household_of(request), most=60, within=timedelta(hours=1), at=timezone.now()
    )
    from allauth.socialaccount.providers.oauth2.client import OAuth2Error

    purpose = {"process": "login", "next_url": onward, "level": level, "language": get_language()}
    try:
        leaving = get_adapter().get_provider(request, identity.name)
        if not isinstance(identity, OpenIdIdentity):
            return leaving.redirect(request, **purpose)
        nonce = secrets.token_urlsafe(24)
        asked = {"nonce": nonce, "ui_locales": get_language() or "en"}
        # Who is signed in here comes to show who they are, not that they are signed in there.
        if request.user.is_authenticated:
            asked |= {"prompt": "login", "max_age": "0"}
        if level != "account":
            asked["acr_values"] = " ".join(identity.asks_for(level))
        return leaving.redirect(request, nonce=nonce, auth_params=asked, **purpose)
    except ImmediateHttpResponse as answer:
        return answer.response
    except (OAuth2Error, OSError, ValueError):  # OSError: whatever requests raises, too
        request.session[WENT_WRONG] = {"what": "unreachable", "next": onward, "level": level}
        return redirect("federation:went_wrong")


@open_to(anyone)
@require_GET
@never_cache
def back(request: HttpRequest, provider: str) -> HttpResponseBase:
    """The provider sends people here. The library checks state and code, our adapter the token; then ``arrived``."""
    if not isinstance(get_identity(provider), OpenIdIdentity):
        raise NotFound
    state, _when, _whose = get_states(request).get(request.GET.get("state", ""), ({}, 0, ""))
    from allauth.socialaccount.providers.oauth2.client import OAuth2Error
    from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView

    from ..adapters.openid_connect import StrictOpenIdAdapter

    view = OAuth2CallbackView()
    view.request, view.adapter = request, StrictOpenIdAdapter(request, provider)
    try:
        answer: HttpResponseBase = view.dispatch(request)
        return answer
    except ImmediateHttpResponse as led:
        return led.response
    except (OAuth2Error, OSError, ValueError):  # OSError: whatever requests raises, too
        # The library asks for the provider's description before it catches anything.
        onward, level = state.get("next") or "", state.get("level", "account")
        request.session[WENT_WRONG] = {"what": "unreachable", "next": onward, "level": level}
        return redirect("federation:went_wrong")


@open_to(anyone)
@require_GET
def saml_description(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """What a SAML provider wants to know of this site (its metadata)."""
    identity = get_identity(organization_slug)
    if not isinstance(identity, SamlIdentity):
        raise NotFound
    return HttpResponse(describe_us(request, identity), content_type="text/xml")


@open_to(signed_call)
@require_POST
def take_saml(request: HttpRequest, organization_slug: str) -> HttpResponseBase:
    """The first half: the provider's form posts from its own site, where the session is not known. The answer waits until it is.

    Nothing of it is proved yet: so only for a provider that there is, not too long, not too often, and not for long.
    """
    from allauth.socialaccount.providers.saml.views import acs

    if not isinstance(get_identity(organization_slug), SamlIdentity):
        raise NotFound
    sent = sum(len(name) + len(value) for name, values in request.POST.lists() for value in values)
    if sent > LONGEST_ANSWER:
        return HttpResponse(status=413)
    limit_tries(
        "saml", who=household_of(request), most=ANSWERS_AN_HOUR, within=timedelta(hours=1), at=timezone.now()
    )
    waiting: Any = Session.get_session_store_class()()
    waiting.set_expiry(KEPT_ON_THE_WAY)
    request.saml_acs_session = waiting  # type: ignore[attr-defined]
    answer: HttpResponseBase = acs(request, organization_slug=organization_slug)
    for cookie in answer.cookies.values():
        cookie["httponly"] = True
    return answer


@never_cache
def finish_saml(request: HttpRequest, organization_slug: str) -> HttpResponseBase:
    """The second half of coming back with SAML: on our own site again, where the session is known."""
    from allauth.socialaccount.providers.saml.views import finish_acs
    from onelogin.saml2.errors import OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError

    try:
        answer: HttpResponseBase = finish_acs(request, organization_slug=organization_slug)
        return answer
    except ImmediateHttpResponse as led:
        return led.response
    except (
        PermissionDenied,
        ValueError,
        KeyError,
        SyntaxError,
        OneLogin_Saml2_Error,
        OneLogin_Saml2_ValidationError,
    ):
        # No XML, no state that waits for this answer, or nothing in it that names somebody.
        request.session[WENT_WRONG] = {"what": "unknown", "next": "", "level": "account"}
        return redirect("federation:went_wrong")


@open_to(anyone)
@require_GET
@never_cache
def went_wrong(request: HttpRequest) -> HttpResponse:
    """What happened on the way, and what to do. Nothing is lost: the way back is where one came from."""
    noted = request.session.pop(WENT_WRONG, None)
    if not isinstance(noted, dict):
        return redirect("federation:choose")
    again = {"next": _safe(noted["next"]), "level": _level(noted["level"])}
    return render(
        request,
        "federation/went_wrong.html",
        {
            "what": noted["what"],
            "onward": again["next"],
            "again": f"{reverse('federation:choose')}?{urlencode(again)}",
        },
        status=200 if noted["what"] == "cancelled" else 409,
    )


@open_to(anyone)
@require_http_methods(["GET", "POST"])
@never_cache
def arrived(request: HttpRequest) -> HttpResponseBase:
    """Back from the provider: what was said, and what becomes of it."""
    noted = request.session.get(ARRIVED)
    now = timezone.now()
    if not isinstance(noted, dict):
        raise ProofTooOld
    proof = Proof(**noted["proof"])
    if not proof.is_good(now):
        request.session.pop(ARRIVED, None)
        raise ProofTooOld
    onward, wanted = _safe(noted["next"]), _level(noted["level"])
    linked, person = find_linked(proof), request.user
    if linked is not None and is_disowned(linked):
        request.session.pop(ARRIVED)
        raise ProofTooOld
    if person.is_authenticated:
        if linked is not None and linked.person_id != person.pk:
            request.session.pop(ARRIVED)
            raise OpensAnotherAccount
        return _link_or_use(request, person, linked, proof, onward, wanted)
    if linked is not None:
        return _sign_in(request, linked, proof, onward)
    return _join(request, proof, onward)


def _sign_in(request: HttpRequest, linked: LinkedIdentity, proof: Proof, onward: str) -> HttpResponseBase:
    request.session.pop(ARRIVED)
    person = linked.person
    if person.is_active:
        use_identity(linked, proof=proof, by=person, at=timezone.now())
        record_authentication(request, person, "socialaccount", provider=proof.provider)
    answer: HttpResponseBase = perform_login(request, person, redirect_url=onward or None)
    return answer


def _link_or_use(
    request: HttpRequest,
    person: Person,
    linked: LinkedIdentity | None,
    proof: Proof,
    onward: str,
    wanted: str,
) -> HttpResponseBase:
    now = timezone.now()
    if linked is None and not is_freshly_signed_in(request):
        return ask_again(request)
    if linked is None and request.method != "POST":
        return render(request, "federation/link.html", {**_shown(proof), "onward": onward})
    request.session.pop(ARRIVED)
    if linked is None and request.POST.get("is_me") != "yes":
        return redirect(onward or "federation:identities")
    if linked is None:
        link_identity(person, proof=proof, by=person, at=now)
    else:
        use_identity(linked, proof=proof, by=person, at=now)
        if proof.was_shown_just_now:
            record_authentication(
                request, person, "socialaccount", provider=proof.provider, reauthenticated=True
            )
    if RANK[proof.level] < RANK[wanted]:
        return render(
            request, "federation/not_enough.html", {**_shown(proof), "onward": onward, "level": wanted}
        )
    messages.success(request, _("Thank you. We know now who you are.") if RANK[proof.level] else _("Linked."))
    return redirect(onward or "federation:identities")


def _join(request: HttpRequest, proof: Proof, onward: str) -> HttpResponseBase:
    """Somebody new: an account of their own, or the one that they have, which they sign in to first."""
    if request.method != "POST":
        form = JoinForm(name=proof.name, initial={"email": proof.email})
    else:
        now = timezone.now()
        limit_tries(
            "join-with-identity", who=household_of(request), most=20, within=timedelta(hours=1), at=now
        )
        form = JoinForm(data=request.POST, name=proof.name)
        if form.is_valid():
            return _make_account(request, form, proof, onward)
    have = f"{reverse('account_login')}?{urlencode({'next': request.path})}"
    return render(
        request,
        "federation/join.html",
        {
            **_shown(proof),
            "form": form,
            "errors": {name: str(problems[0]) for name, problems in form.errors.items()},
            "have": have,
            "asks_name": not proof.name,
        },
        status=422 if form.errors else 200,
    )


@transaction.atomic
def _make_account(request: HttpRequest, form: JoinForm, proof: Proof, onward: str) -> HttpResponseBase:
    """An account that the identity opens. Its address is confirmed by a code; one that is taken gets mail and opens nothing."""
    person, answer = form.try_save(request)
    if answer is None:
        request.session.pop(ARRIVED)
        link_identity(person, proof=proof, by=person, at=timezone.now())
        record_authentication(request, person, "socialaccount", provider=proof.provider)
        answer = complete_signup(request, user=person, redirect_url=onward or None)
    result: HttpResponseBase = answer
    return result


def _shown(proof: Proof) -> dict[str, Any]:
    rows = [
        {"key": _("Name"), "value": proof.name},
        {"key": _("Date of birth"), "value": day(date.fromisoformat(proof.born_on)) if proof.born_on else ""},
        {"key": _("Identity number"), "value": proof.number},
    ]
    return {
        "provider": words(get_identity(proof.provider).title),
        "rows": [row for row in rows if row["value"]],
    }


def _level(asked: str) -> str:
    return asked if asked in LEVELS else "account"


def _safe(wanted: str) -> str:
    """Where to go on: a place of this site, or nowhere in particular."""
    return wanted if is_of_this_site(wanted) else ""


def _address(name: str, *args: str, **query: str) -> str:
    asked = urlencode({key: value for key, value in query.items() if value})
    return resolve_url(name, *args) + (f"?{asked}" if asked else "")
