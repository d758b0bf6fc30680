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

# How many steps: what makes an account has more to do, and on a busy machine would need a second one more often than the answer
# that there is one already.
_TELLING: Final = {
    "account_login": 1,
    "account_signup": 2,
    "account_email_verification_sent": 1,  # the code after signing up, and asking for another one
    "account_reset_password": 1,
    "federation:arrived": 2,  # signing up with an identity elsewhere
}


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
        step = settings.CIVIUM_STEADY_SECONDS * _steps_of(request, response)
        if step:
            time.sleep(step - (time.monotonic() - began) % step)
        return response


def _steps_of(request: HttpRequest, response: HttpResponseBase) -> int:
    match = request.resolver_match
    if (
        request.method != "POST"
        or match is None
        or response.status_code == 429
        or getattr(request, "is_refused_try", False)
    ):
        return 0
    return _TELLING.get(match.view_name, 0)
