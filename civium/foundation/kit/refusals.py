"""Refusals: what the product declines to do, worded for the person who asked.

A refusal is expected. It becomes a page or a field error in one place (``design.middleware``); anything else that
is raised is a defect and is logged.
"""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """An expected "no". Subclasses sit beside the action that refuses and give ``message`` and ``status``."""

    message: str | Promise = _("This cannot be done.")
    what_next: str | Promise = ""
    status = 409

    def __init__(self, message: str | Promise | None = None, **details: Any) -> None:
        self.details = details
        if message is not None:
            self.message = message
        super().__init__(message or type(self).__name__)


class NotAllowed(Refusal):
    """The person is known and may not do this here."""

    message = _("You are not allowed to do this.")
    status = 403


class NotUsable(Refusal):
    """Something that was typed or chosen is missing or wrong; ``field`` says where, and is empty when it is nowhere in particular."""

    status = 422
    field = ""


class NotFound(Refusal):
    """It is not there, or it is not yours: the answer is the same."""

    message = _("We could not find that page.")
    status = 404


def require(allowed: bool, refusal: type[Refusal] = NotAllowed) -> None:
    """Raise the refusal unless allowed."""
    if not allowed:
        raise refusal
