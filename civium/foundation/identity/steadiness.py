"""The answer to whoever signs in, signs up or asks for a new password takes as long for known accounts as for unknown ones.

The work differs by milliseconds (a key to make, a row to find), and whoever measures often enough sees it. So the answer waits for the
next full step of the clock since the request came.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

_TELLING: Final = frozenset(
    {
        "account_login",
        "account_signup",
        "account_email_verification_sent",  # the code after signing up, and asking for another one
        "account_reset_password",
        "federation:arrived",  # signing up with an identity elsewhere
    }
)


class SteadyAnswers:
    """Stands before everything else, so that all the work is inside what it measures.

    A try that was refused for its number waits for nothing: that depends on what was typed, not on who exists, and floods must
    not keep the threads of the site asleep.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.monotonic()
        response = self.get_response(request)
        step = settings.CIVIUM_STEADY_SECONDS
        if step and _tells(request, response):
            time.sleep(step - (time.monotonic() - began) % step)
        return response


def _tells(request: HttpRequest, response: HttpResponseBase) -> bool:
    match = request.resolver_match
    return (
        request.method == "POST"
        and match is not None
        and match.view_name in _TELLING
        and response.status_code != 429
        and not getattr(request, "is_refused_try", False)
    )
