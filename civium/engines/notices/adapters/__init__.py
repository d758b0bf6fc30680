"""Carriers: the outside systems that take a message to somebody's mailbox, one file each.

A carrier is a function ``carry(post)`` that returns when the message is taken over, or raises one of the two below.
Neither says more than a code: a mail server's own words often repeat the address.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from django.conf import settings


@dataclass(frozen=True, repr=False)
class Post:
    """A message ready to go. Its repr is kept empty so that no log can show it."""

    sender: str
    recipients: tuple[str, ...]
    mime: bytes


class PutOff(Exception):
    """Not now: the message can be tried again. The argument is a code of ``models.Problem``."""


class Refused(Exception):
    """Never: trying again would end the same way. The argument is a code of ``models.Problem``."""


def the_carrier() -> Callable[[Post], None]:
    """The carrier that this installation's settings choose."""
    if settings.CIVIUM_MAIL_CARRIER not in {"smtp", "demo"}:
        raise LookupError("CIVIUM_MAIL_CARRIER is “smtp” or “demo”")
    carry: Callable[[Post], None] = import_module(f"{__name__}.{settings.CIVIUM_MAIL_CARRIER}").carry
    return carry
