"""How often programs may ask: by token, and by the address of the network that they ask from.

Each process counts for itself, in its memory: a brake that costs no query, not a proof.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.policy import household_of
from civium.foundation.kit.refusals import Refusal

from . import problems

MINUTE: Final = 60


class TooFast(Refusal):
    """More requests came in this minute than one may send. ``details["wait"]``: seconds until the next minute."""

    message = _("You ask too often.")
    what_next = _("Wait as many seconds as the header Retry-After says, then go on.")
    status = 429


def keep_pace(what: str, who: str, *, most: int) -> None:
    """Count a request in this minute of the clock; refuse (TooFast) when there were ``most`` already."""
    minute, second = divmod(int(time.time()), MINUTE)
    counts, key = caches["paces"], f"{what}:{who}:{minute}"
    if counts.add(key, 1, timeout=2 * MINUTE):
        return
    try:
        count = counts.incr(key)
    except ValueError:  # the memory was full and has forgotten it
        return
    if count > most:
        raise TooFast(wait=MINUTE - second)


def at_a_pace(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view for whoever does not ask too often from where they are: before anything is looked up."""

    @wraps(view)
    def paced(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            keep_pace("address", household_of(request), most=settings.CIVIUM_API_PER_MINUTE_FROM_ADDRESS)
        except TooFast as refusal:
            return problems.of_refusal(refusal)
        return view(request, *args, **kwargs)

    return paced
