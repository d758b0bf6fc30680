"""The machine's door for providers' calls, and the demo provider's hosted page."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from civium.foundation.identity.policy import demo_town, open_to, signed_call
from civium.foundation.privacy.actions.declare_reading import act_as

from .actions.hear_provider import hear_provider
from .adapters.demo import CHOICES, decide_checkout
from .adapters.provider import LARGEST_CALL, CallNotGenuine
from .queries import find_payers, get_demo_checkout

log = logging.getLogger(__name__)


@open_to(signed_call)
@require_POST
@never_cache
def webhook(request: HttpRequest, provider: str) -> HttpResponse:
    """Hear a provider. 200: heard, whatever it was worth. 400: not genuine. 413: larger than any call is."""
    body = request.read(LARGEST_CALL + 1)
    if len(body) > LARGEST_CALL:
        return JsonResponse({"heard": False}, status=413)
    try:
        hear_provider(provider, headers=request.headers, body=body, at=timezone.now())
    except CallNotGenuine:
        log.warning("a call to the payment webhook of %s was not genuine", provider)
        return JsonResponse({"heard": False}, status=CallNotGenuine.status)
    return JsonResponse({"heard": True})


@open_to(demo_town)
@require_http_methods(["GET", "POST"])
@never_cache
def demo_checkout(request: HttpRequest, token: str) -> HttpResponse:
    """The demo provider's page, in the payer's language: choose what shall happen. No card is asked for."""
    checkout = get_demo_checkout(token)
    # The page stands for another site, and whoever has its address is the payer there.
    for payer in find_payers(checkout):
        act_as(payer)
    choice = request.POST.get("choice", "")
    if request.method == "POST" and choice == "leave":
        return HttpResponseRedirect(checkout.leave_to)
    if request.method == "POST" and choice in CHOICES:
        decide_checkout(token, choice=choice, at=timezone.now())
        return HttpResponseRedirect(checkout.return_to)
    with translation.override(checkout.language):
        return render(
            request, "payments/demo_checkout.html", {"checkout": checkout, "choices": _shown_choices()}
        )


def _shown_choices() -> list[tuple[str, str, str, str]]:
    """What the visitor of the demo page may choose: value, words, explanation, kind of button."""
    return [
        ("pay", _("Pay"), _("The card is good and the town hears about it at once."), "primary"),
        ("decline", _("Have the card declined"), _("Nothing is paid. You can try again."), "quiet"),
        ("pay-late", _("Pay, but answer late"), _("You are back before the town hears about it."), "quiet"),
        ("pay-twice", _("Pay, and call the town twice"), _("The town must count it once."), "quiet"),
        ("leave", _("Leave without paying"), _("You go back to the town. Nothing is paid."), "plain"),
    ]
