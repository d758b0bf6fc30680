"""The tables that stand behind the wall between agencies: money belongs to the agency whose income it is."""

from __future__ import annotations

from typing import Final

from civium.foundation.identity.policy import hangs_from, of_agency


def _of_payment(table: str) -> str:
    return hangs_from("payments_payment", f"payments_payment.id = {table}.payment_id")


WALL: Final = {
    "payments_payment": of_agency("agency"),
    # A call about no payment is the whole town's.
    "payments_providercall": _of_payment("payments_providercall"),
    "payments_financenote": _of_payment("payments_financenote"),
    "payments_ledgerline": _of_payment("payments_ledgerline"),
}
