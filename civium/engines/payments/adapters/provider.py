"""What every payment provider can do for us, and which one this site uses.

A provider is one file in this folder that ends with ``provider = ...``; ``CIVIUM_PAYMENT_PROVIDER`` names the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from civium.foundation.kit.refusals import NotFound, Refusal

from ..rules import Heard

# More than any provider sends about one payment; larger bodies are not read.
LARGEST_CALL = 64 * 1024


@dataclass(frozen=True, slots=True)
class Order:
    """What the provider is to take. ``minor`` is in the currency's smallest unit, ``return_to`` and ``leave_to`` paths on this site.

    ``lines`` tell answers: an adapter that keeps them seals them under the vault's key of ``under``.
    """

    idempotency_key: str
    reference: str
    minor: int
    currency: str
    description: str
    lines: list[dict[str, Any]]
    under: str
    language: str
    return_to: str
    leave_to: str


@dataclass(frozen=True, slots=True)
class OpenedCheckout:
    """The page that the provider opened: its own reference, and where to send the payer."""

    provider_reference: str
    url: str


class CallNotGenuine(Refusal):
    """The call was not signed by the provider in the last five minutes; nothing about it is kept."""

    message = _("This call is not signed as it should be.")
    status = 400


class ProviderAway(Refusal):
    """The provider cannot be reached or does not answer as agreed."""

    message = _("We cannot reach the payment service right now.")
    what_next = _("Your answers are saved and nothing was charged. Please try again in a few minutes.")
    status = 503


class Provider(Protocol):
    """One payment provider. Methods may be slow and raise ProviderAway; they are never called inside a transaction of ours."""

    payee: str

    def open_checkout(self, order: Order, *, at: datetime) -> OpenedCheckout:
        """Open a hosted page; the same idempotency key gives the same page."""

    def read_call(self, headers: Mapping[str, str], body: bytes, *, at: datetime) -> Heard:
        """What a webhook says. Refuses (CallNotGenuine) what the provider did not sign over these raw bytes just now."""

    def ask_about(self, provider_reference: str) -> Heard | None:
        """What became of a checkout, for when no webhook came; None while nobody has paid."""

    def close_checkout(self, provider_reference: str, *, at: datetime) -> None:
        """Take no more money on this page; closing a closed or paid one does nothing."""


def get_provider(name: str) -> Provider:
    """The provider of that name, if it is the one this site uses; else refuse with NotFound."""
    is_ours = name == settings.CIVIUM_PAYMENT_PROVIDER and name.isidentifier() and name != "provider"
    if not is_ours or (name == "demo" and not settings.CIVIUM_DEMO):
        raise NotFound
    module = f"{__package__}.{name}"
    if find_spec(module) is None:
        raise NotFound
    chosen: Provider = import_module(module).provider
    return chosen
