"""Claiming to be somebody's parent or guardian, or to act for a company: a register is asked, and says yes or no."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from civium.engines.registries.actions.ask_register import RegisterUnavailable
from civium.foundation.identity.actions.limit_tries import TooManyTries
from civium.foundation.identity.models import Assurance, Basis
from civium.foundation.identity.policy import SignedInRequest, freshly_signed_in, open_to
from civium.foundation.kit.paths import is_of_this_site
from civium.foundation.kit.refusals import Refusal
from civium.foundation.privacy.actions.declare_reading import declare_reading
from civium.journeys.applications.actions.claim_power import (
    NotProved,
    OtherUnusable,
    RegisterSaysNo,
    claim_power,
)
from civium.journeys.applications.queries import mandate_words

LONGEST_NEXT: Final = 500


@dataclass
class Typed:
    """What somebody typed, to be shown again."""

    name: str = ""
    number: str = ""
    born: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, posted: QueryDict) -> Typed:
        return cls(
            name=posted.get("name", "")[:300],
            number=posted.get("number", "")[:80],
            born={part: posted.get(f"born_on-{part}", "").strip()[:10] for part in ("day", "month", "year")},
        )

    @property
    def born_on(self) -> str:
        """The day as registers write it; one that no calendar has is refused where it is read."""
        year, month, day = (self.born.get(part, "") for part in ("year", "month", "day"))
        return f"{year}-{month:0>2}-{day:0>2}"


@open_to(freshly_signed_in())
@require_http_methods(["GET", "POST"])
def claim_child(request: SignedInRequest) -> HttpResponse:
    """I am the parent or guardian of a child."""
    return _claim(request, Basis.GUARDIAN)


@open_to(freshly_signed_in())
@require_http_methods(["GET", "POST"])
def claim_organisation(request: SignedInRequest) -> HttpResponse:
    """I act for a company or another organisation."""
    return _claim(request, Basis.OFFICER)


def _claim(request: SignedInRequest, basis: Basis) -> HttpResponse:
    if request.method == "GET":
        return _page(request, basis, Typed())
    typed = Typed.of(request.POST)
    try:
        mandate = claim_power(
            request.user,
            basis=basis,
            typed={"name": typed.name, "number": typed.number, "born_on": typed.born_on},
            by=request.user,
            at=timezone.now(),
        )
    except NotProved:
        return redirect(_prove(request))
    except OtherUnusable as refusal:
        errors = {field: str(message) for field, message in refusal.errors.items()}
        return _page(request, basis, typed, errors=errors, status=422)
    except RegisterSaysNo as refusal:
        return _page(request, basis, typed, said=refusal, status=422)
    except RegisterUnavailable:
        return _page(request, basis, typed, is_silent=True, status=503)
    except TooManyTries:
        return _page(request, basis, typed, is_too_often=True, status=429)
    declare_reading(
        of=mandate.giver_id, purpose="know-one-another", by=request.user, legal_basis="public-task"
    )
    name = mandate_words.named(mandate.giver)
    messages.success(request, _("The register says so. You can now act for %(name)s.") % {"name": name})
    return redirect(_onward(request) or reverse("portal:mandate", args=[mandate.pk]))


def _onward(request: HttpRequest) -> str:
    """The page of this site from which they came to register somebody, such as a service; empty when there is none."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    return wanted if is_of_this_site(wanted) and len(wanted) <= LONGEST_NEXT else ""


def _prove(request: HttpRequest) -> str:
    """Where people show who they are, and come back from."""
    onward = _onward(request)
    back = f"{request.path}?{urlencode({'next': onward})}" if onward else request.path
    said = urlencode({"next": back, "level": Assurance.VERIFIED.value})
    return f"{reverse('federation:choose')}?{said}"


def _page(
    request: SignedInRequest,
    basis: Basis,
    typed: Typed,
    *,
    errors: dict[str, str] | None = None,
    said: Refusal | None = None,
    is_silent: bool = False,
    is_too_often: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "is_child": basis == Basis.GUARDIAN,
        "typed": typed,
        "errors": errors or {},
        "said": said,
        "is_silent": is_silent,
        "is_too_often": is_too_often,
        "onward": _onward(request),
        "prove": "" if request.user.is_verified else _prove(request),
    }
    return render(request, "portal/claim_power.html", context, status=status)
