"""What happens when somebody signs in, or shows once more that it is them; whichever way they came."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.signals import authentication_step_completed, password_reset
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from civium.foundation.identity.actions.note_sign_in import note_sign_in
from civium.foundation.identity.actions.recover import stop_recovery
from civium.foundation.identity.adapters.mails import tell_about_new_device
from civium.foundation.identity.adapters.throttle import PROVED_MAILBOX
from civium.foundation.identity.devices import browser_family, coarse_network, device_to_come
from civium.foundation.identity.freshness import begin_visit, note_fresh_sign_in
from civium.foundation.identity.models import Person
from civium.foundation.identity.policy import address_of
from civium.foundation.identity.queries import find_open_recovery
from civium.foundation.identity.sessions import BEGAN, SIGN_IN

log = logging.getLogger("civium.identity")
# What the account library calls the proofs, and what we do.
_KINDS = {
    "password": "password",
    "totp": "app",
    "webauthn": "passkey",
    "recovery_codes": "paper",
    "socialaccount": "system",
}


@receiver(user_logged_in)
def somebody_signed_in(sender: type, request: HttpRequest, user: Person, **_more: Any) -> None:
    """The sign-in is fresh, a visit begins, and its owner can look it up; of a device that is new to us they get a mail."""
    now = timezone.now()
    note_fresh_sign_in(request)
    begin_visit(request, whose=str(user.pk))
    sign_in = note_sign_in(
        user,
        how=how_they_came(request, user),
        device=device_to_come(request),
        browser=browser_family(request.headers.get("User-Agent", "")),
        network=coarse_network(address_of(request)),
        by=user,
        at=now,
    )
    request.session.person = user  # type: ignore[attr-defined]
    request.session[BEGAN], request.session[SIGN_IN] = now.timestamp(), str(sign_in.id)
    waiting = find_open_recovery(user, at=now)
    if waiting is not None and ("+" in sign_in.how or sign_in.how == "passkey"):
        stop_recovery(waiting, by=user, at=now)  # a factor that came in with them is not lost
    if sign_in.is_new_device:
        tell_about_new_device(sign_in)


@receiver(user_login_failed)
def somebody_was_not_let_in(sender: type, **_more: Any) -> None:
    """The log says that a password was wrong, and of nobody whose it should have been."""
    log.warning("sign-in failed: password")


@receiver(user_logged_out)
def somebody_left(sender: type, request: HttpRequest, **_more: Any) -> None:
    """The answer to whoever leaves tells the browser to forget what it was shown."""
    request.has_left = True  # type: ignore[attr-defined]


def how_they_came(request: HttpRequest, person: Person) -> str:
    """The kind of proof as a code: ``passkey``, ``password``, ``password+app``, ``password+passkey``, ``password+paper``, ``system``."""
    ways = [
        _KINDS.get(each.get("type") or each["method"], "")
        for each in get_authentication_records(request, person)
    ]
    if any(each.get("passwordless") for each in get_authentication_records(request, person)):
        return "passkey"
    return "+".join(dict.fromkeys(way for way in ways if way)) or "account"


@receiver(password_reset)
def somebody_chose_a_new_password(sender: type, request: HttpRequest, user: Person, **_more: Any) -> None:
    """They have just read the mail of the account, so others' wrong guesses do not hold them up; nor does any old visit go on."""
    request.session[PROVED_MAILBOX] = user.email.casefold()


@receiver(authentication_step_completed)
def somebody_confirmed(
    sender: type, request: HttpRequest, user: Person, reauthenticated: bool = False, **_more: Any
) -> None:
    """The sign-in is fresh again, under a new session key: an old one that leaked gains nothing by it."""
    if reauthenticated:
        request.session.cycle_key()
        note_fresh_sign_in(request)
