"""What an identity check must offer. The one that this site uses is the setting ``CIVIUM_IDENTITY_CHECK``."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from typing import NamedTuple, Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from civium.foundation.identity.models import Person

# The modules of this folder that are identity checks.
CHECKS = ("demo",)


class Checked(NamedTuple):
    """Whom the check found: for the person to confirm."""

    name: str
    born_on: date
    number: str


class IdentityCheck(Protocol):
    """One outside system that knows who people are."""

    name: str
    title: str

    def look_up(self, person: Person) -> Checked:
        """Whom the system knows this person as."""


def the_identity_check() -> IdentityCheck | None:
    """The check that this site uses; None when it has none, and people come to the counter."""
    name = settings.CIVIUM_IDENTITY_CHECK
    if not name:
        return None
    if name not in CHECKS:
        raise ImproperlyConfigured(
            f"CIVIUM_IDENTITY_CHECK is {name!r}; it must be one of {', '.join(CHECKS)}."
        )
    check: IdentityCheck = import_module(f"{__package__}.{name}").CHECK
    return check
