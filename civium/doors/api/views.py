"""Pages about the addresses for machines: their documentation, and the tokens that let programs in."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from civium.foundation.design.showing import bare_words
from civium.foundation.identity.policy import SignedInRequest, freshly_signed_in, open_to
from civium.foundation.identity.queries import get_agency
from civium.foundation.kit.refusals import NotFound, Refusal
from civium.foundation.kit.town import the_town

from . import problems
from .actions.end_token import end_token
from .actions.make_token import NameMissing, ScopesMissing, make_token
from .models import Token
from .queries import find_tokens_made_by, get_token
from .rules import LIFETIMES, PORTAL_SCOPES, SCOPES, may_make_for, may_make_for_portal, scopes_for

# No agency is called so: their names are slugs.
PORTAL = "..portal"


def nothing_here(request: HttpRequest) -> HttpResponse:
    """What programs get where there is nothing."""
    return problems.of_refusal(NotFound())


@open_to(freshly_signed_in())
@require_http_methods(["GET", "POST"])
def tokens(request: SignedInRequest) -> HttpResponse:
    """One's tokens; make another. Its secret is shown once, on the page that answers."""
    if request.method == "GET":
        return _tokens_page(request)
    chosen = request.POST.get("agency", "")
    try:
        token, secret = make_token(
            name=request.POST.get("name", ""),
            scopes=request.POST.getlist("scopes"),
            lasts=LIFETIMES.get(request.POST.get("lasts", ""), LIFETIMES["90"]),
            agency=get_agency(chosen) if chosen not in ("", PORTAL) else None,
            for_portal=chosen == PORTAL,
            role=request.POST.get("role", "clerk"),
            by=request.user,
            at=timezone.now(),
        )
    except (NameMissing, ScopesMissing) as refusal:
        field = "name" if isinstance(refusal, NameMissing) else "scopes"
        return _tokens_page(request, errors={field: str(refusal.message)}, status=422)
    except Refusal as refusal:
        if refusal.status == NotFound.status:
            raise
        return _tokens_page(request, errors={"name": f"{refusal.message} {refusal.what_next}"}, status=422)
    answer = render(request, "api/made.html", {"token": token, "secret": secret})
    answer["Cache-Control"] = "no-store"
    return answer


def _tokens_page(
    request: SignedInRequest, *, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    person, now = request.user, timezone.now()
    agencies = [
        {"value": name, "text": bare_words(agency.name)}
        for name, agency in the_town().agencies.items()
        if may_make_for(person, name)
    ]
    names = [{"value": "", "text": _("In my own name")}, *agencies]
    if may_make_for_portal(person):
        names.append(
            {"value": PORTAL, "text": _("For the national portal, to show people who read their data")}
        )
    own_scopes = scopes_for(person.roles)
    return render(
        request,
        "api/tokens.html",
        {
            "tokens": [
                {
                    "token": token,
                    "is_good": token.is_good(now),
                    "is_over": token.expires_at <= now,
                    "scopes": _in_words(token, own_scopes),
                }
                for token in find_tokens_made_by(person)
            ],
            "scopes_items": [{"value": scope, "text": words} for scope, words in own_scopes.items()],
            "lifetimes_items": [
                {"value": days, "text": _("%(days)s days") % {"days": days}} for days in LIFETIMES
            ],
            "agencies": agencies,
            "names_items": names,
            "roles_items": [
                {"value": "clerk", "text": _("Clerk")},
                {"value": "officer", "text": _("Officer")},
            ],
            "errors": errors or {},
            "typed": {
                "name": request.POST.get("name", ""),
                "scopes": request.POST.getlist("scopes"),
                "lasts": request.POST.get("lasts", "90"),
                "agency": request.POST.get("agency", ""),
                "role": request.POST.get("role", "clerk"),
            },
        },
        status=status,
    )


def _in_words(token: Token, own_scopes: Mapping[str, object]) -> list[object]:
    """What a token may do: as its maker, or for an agency or the portal, whatever the maker may do themselves."""
    known = {**(SCOPES if token.agency_id else own_scopes), **PORTAL_SCOPES}
    return [known[scope] for scope in token.scopes if scope in known]


@open_to(freshly_signed_in())
@require_http_methods(["GET", "POST"])
def end(request: SignedInRequest, id: UUID) -> HttpResponse:
    """End a token, after a question."""
    token = get_token(id, for_=request.user)
    if request.method == "GET":
        return render(request, "api/end.html", {"token": token})
    end_token(token, by=request.user, at=timezone.now())
    messages.success(request, _("“%(name)s” is let in no more.") % {"name": token.name})
    return redirect("access:tokens")
