"""What happens when somebody signs in, or shows once more that it is them; whichever way they came."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import authentication_step_completed
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from civium.foundation.identity.freshness import note_sign_in
from civium.foundation.identity.models import Person


@receiver(user_logged_in)
def somebody_signed_in(sender: type, request: HttpRequest, user: Person, **_more: Any) -> None:
    """The sign-in is fresh."""
    note_sign_in(request)


@receiver(authentication_step_completed)
def somebody_confirmed(
    sender: type, request: HttpRequest, user: Person, reauthenticated: bool = False, **_more: Any
) -> None:
    """The sign-in is fresh again, under a new session key: an old one that leaked gains nothing by it."""
    if reauthenticated:
        request.session.cycle_key()
        note_sign_in(request)
