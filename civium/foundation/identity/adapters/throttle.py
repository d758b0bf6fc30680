"""Guessing ends, and only for those who guess.

A device that its owner came in with before has a budget of its own, and so has whoever has just read the mail of the account; so
nobody locks an owner out by guessing, from wherever and however often. Passkeys are not guessed and have no limit. What is counted
is wrong tries only, by what was typed, whether there is such an account or not.
"""

from __future__ import annotations

import time
from typing import Any, Final

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.db import OperationalError
from django.http import HttpRequest

from civium.foundation.identity.devices import addresses_known_on, device_of
from civium.foundation.identity.models import Person
from civium.foundation.identity.policy import household_of
from civium.foundation.identity.sessions import SIGN_IN
from civium.foundation.vault.actions.tokens import keyed_digest

# Tries per seconds.
OWN: Final = "10/900s/key"
STRANGERS: Final = "20/3600s/key"
HOUSEHOLD: Final = "60/3600s/key"
CODES: Final = "10/3600s/key"
MAILS: Final = "5/3600s/key"
PROVED_MAILBOX = "proved_mailbox"


class Tries:
    """What a try was counted against; taken back when it was right."""

    def __init__(self, request: HttpRequest, budgets: dict[str, str]) -> None:
        self._taken: list[Any] = []
        self.is_refused = False
        for who, rate in budgets.items():
            usage = ratelimit.consume(
                request,
                app="civium",
                action="try",
                config={"try": rate},
                key=keyed_digest(who),  # the library's own digest of an address could be guessed
                limit_get=True,
            )
            if usage is None:
                self.rollback()
                if not _is_used_up(request, who, rate):
                    raise OperationalError("a try could not be counted")
                self.is_refused = True
                request.is_refused_try = True  # type: ignore[attr-defined]
                return
            self._taken.append(usage)

    def rollback(self) -> None:
        """The try was right, or is not made."""
        for usage in self._taken:
            usage.rollback()
        self._taken = []


def _is_used_up(request: HttpRequest, who: str, rate: str) -> bool:
    """Whether it was the number of tries that refused this one: the library says the same "no" when it could not count."""
    budget = ratelimit.parse_rate(rate)
    key = ratelimit.get_cache_key(request, app="civium", action="try", rate=budget, key=keyed_digest(who))
    is_allowed, _history = ratelimit.apply_rate(cache.get(key, []), time.time(), budget, dry_run=True)
    return not is_allowed


def try_password(request: HttpRequest, email: str) -> Tries:
    """Count a try of a password for what was typed as the address."""
    email = email.casefold()
    device = device_of(request)
    if request.user.is_authenticated:
        return Tries(request, {f"session:{request.session.get(SIGN_IN)}": OWN})
    if email in addresses_known_on(device):
        return Tries(request, {f"device:{device}:{email}": OWN})
    if request.session.get(PROVED_MAILBOX) == email:
        return Tries(request, {f"mailbox:{request.session.session_key}": OWN})
    house = household_of(request)
    return Tries(request, {f"household:{house}": HOUSEHOLD, f"account:{email}": STRANGERS})


def try_code(request: HttpRequest, person: Person) -> Tries:
    """Count a try of a code by somebody who knows the password, or is signed in already."""
    device, email = device_of(request), person.email.casefold()
    if request.user.is_authenticated:
        who = f"session:{request.session.get(SIGN_IN)}"
    elif email in addresses_known_on(device):
        who = f"device:{device}:{person.pk}"
    elif request.session.get(PROVED_MAILBOX) == email:
        who = f"mailbox:{request.session.session_key}"
    else:
        who = f"person:{person.pk}"
    return Tries(request, {f"code:{who}": CODES})


def may_mail(request: HttpRequest, address: str, kind: str) -> bool:
    """Whether one more message that anybody can ask for may go there. The ones that went before still do what they say."""
    return not Tries(request, {f"mail:{kind}:{address.casefold()}": MAILS}).is_refused
