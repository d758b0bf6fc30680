"""The demo provider: behaves like a real one, with a hosted page, signed calls, declines, late and repeated answers.

It keeps its own records (``DemoCheckout``), tells the town of nothing but through signed webhooks over HTTP, and asks for
no card. Its page is in ``views``.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal
from urllib.error import HTTPError
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from civium.foundation.jobs.actions.enqueue import job
from civium.foundation.vault.actions.signing import is_signed, sign_message
from civium.foundation.vault.actions.tokens import new_token

from ..models import DemoCheckout
from ..rules import Heard
from .provider import CallNotGenuine, OpenedCheckout, Order

SIGNATURE_HEADER: Final = "Demo-Signature"
LATE_BY: Final = timedelta(seconds=8)

Choice = Literal["pay", "decline", "pay-late", "pay-twice"]
CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    # choice: the events that the town is told about, in this order
    "pay": ("paid",),
    "pay-twice": ("paid", "paid"),
    "pay-late": ("pending", "paid"),
    "decline": ("declined",),
}


class DemoProvider:
    """The town's side of the demo provider."""

    payee = "demo-town"

    def open_checkout(self, order: Order, *, at: datetime) -> OpenedCheckout:
        """Open a hosted page; the same idempotency key gives the same page."""
        checkout, _is_new = DemoCheckout.objects.get_or_create(
            idempotency_key=order.idempotency_key,
            defaults={
                "token": new_token(),
                "reference": order.reference,
                "payee": self.payee,
                "minor": order.minor,
                "currency": order.currency,
                "under": order.under,
                "lines": order.lines,  # type: ignore[misc]  # a property that seals
                "description": order.description,
                "language": order.language,
                "return_to": order.return_to,
                "leave_to": order.leave_to,
                "opened_at": at,
            },
        )
        return OpenedCheckout(str(checkout.id), reverse("payments:demo_checkout", args=[checkout.token]))

    def read_call(self, headers: Mapping[str, str], body: bytes, *, at: datetime) -> Heard:
        """What a webhook says, once its signature over the raw body is found to be ours and fresh."""
        signature = headers.get(SIGNATURE_HEADER, "")
        if not is_signed(body, signature, secret=settings.CIVIUM_PAYMENT_SECRET, at=at):
            raise CallNotGenuine
        return read_demo_call(body)

    def ask_about(self, provider_reference: str) -> Heard | None:
        """What became of a checkout; None while nobody has paid."""
        checkout = DemoCheckout.objects.filter(id=provider_reference).first()
        if checkout is None or checkout.outcome not in {"paid", "declined"}:
            return None
        call = checkout.as_call(event_id_of(checkout, checkout.outcome), checkout.outcome)
        return read_demo_call(json.dumps(call).encode())

    def close_checkout(self, provider_reference: str, *, at: datetime) -> None:
        """Take no more money on this page."""
        DemoCheckout.objects.filter(id=provider_reference, outcome__in=["", "declined"]).update(
            outcome="closed", decided_at=at
        )


provider = DemoProvider()


def read_demo_call(body: bytes) -> Heard:
    """The fields of a call as this provider writes them; ``unreadable`` when it is not one of its calls."""
    try:
        call = json.loads(body)
        event_id, kind = call["id"], call["type"].removeprefix("payment.")
        heard = Heard(
            event_id=event_id,
            kind=kind,
            reference=call["reference"],
            provider_reference=call["payment"],
            minor=call["amount"],
            currency=call["currency"],
            payee=call["payee"],
            happened_at=datetime.fromtimestamp(call["created"], UTC),
        )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError, RecursionError):
        return Heard(event_id="", kind="unreadable")
    return heard if _is_well_formed(heard) else Heard(event_id="", kind="unreadable")


def _is_well_formed(heard: Heard) -> bool:
    texts = (heard.event_id, heard.reference, heard.provider_reference, heard.currency, heard.payee)
    return (
        all(isinstance(text, str) and text.isprintable() for text in texts)
        and 0 < len(heard.event_id) <= 200
        and len(heard.reference) <= 60
        and len(heard.provider_reference) <= 200
        and len(heard.payee) <= 200
        and len(heard.currency) <= 3
        and heard.kind in {"paid", "declined", "pending"}
        and type(heard.minor) is int
        and abs(heard.minor) < 2**62
    )


# --- the provider's own side -----------------------------------------------------------------------------------------
def event_id_of(checkout: DemoCheckout, kind: str) -> str:
    """One event per thing that happened to a checkout, whenever and however often it is told."""
    return f"{checkout.id}:{kind}:{int(checkout.decided_at.timestamp() * 1000) if checkout.decided_at else 0}"


@transaction.atomic
def decide_checkout(token: str, *, choice: str, at: datetime) -> DemoCheckout | None:
    """Do what the visitor of the hosted page chose, once: a page that is paid or closed stays as it is.

    None when there is no such page. After a decline the page can be used again, as with a real provider.
    """
    checkout = DemoCheckout.objects.select_for_update().filter(token=token).first()
    if checkout is None or checkout.outcome not in {"", "declined"}:
        return checkout
    kinds = CHOICES[choice]
    checkout.outcome, checkout.decided_at = kinds[-1], at
    checkout.save(update_fields=["outcome", "decided_at"])
    for turn, kind in enumerate(kinds):
        is_late = choice == "pay-late" and kind == "paid"
        deliver_demo_call.enqueue(
            str(checkout.id), kind, event_id_of(checkout, kind), turn, after=LATE_BY if is_late else None
        )
    return checkout


@job(attempts=10, first_wait=timedelta(seconds=3))
def deliver_demo_call(checkout_id: str, kind: str, event_id: str, turn: int) -> None:
    """Tell the town over HTTP what happened, signed anew each time; raises, and so is tried again, until it answers 200.

    ``turn`` tells two deliveries of one event apart.
    """
    checkout = DemoCheckout.objects.get(id=UUID(checkout_id))
    body = json.dumps(checkout.as_call(event_id, kind)).encode()
    post_call(body, signature=sign_message(body, secret=settings.CIVIUM_PAYMENT_SECRET, at=timezone.now()))


class NotHeard(Exception):
    """The town did not answer a call with 200."""


def post_call(body: bytes, *, signature: str) -> None:
    """POST a call to the town's webhook."""
    request = urllib.request.Request(  # noqa: S310 - our own origin, from a setting
        settings.CIVIUM_ORIGIN + reverse("payments:webhook", args=["demo"]),
        data=body,
        headers={"Content-Type": "application/json", SIGNATURE_HEADER: signature},
        method="POST",
    )
    opener: Any = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=10) as answer:
            answer.read()
    except HTTPError as error:
        error.close()
        raise NotHeard(f"the town answered {error.code}") from None
    except OSError as error:
        raise NotHeard(type(error).__name__) from None
