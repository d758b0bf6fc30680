"""The life of a payment in one table, and who may look after the ones that machines cannot settle."""

from __future__ import annotations

from collections.abc import Mapping

from civium.foundation.identity.rules import Relation, Worker, may, relations_by_role

OPEN = ("asked", "started", "pending")
# The money came; a refunded payment was paid once.
RECEIVED = ("paid", "refunded")

# From a state to those it may become. Money that arrives is real whatever we believed before, so everything that was ever
# shown to a provider can still become paid; ``needs_attention`` then says that somebody must look at it.
TRANSITIONS: Mapping[str, frozenset[str]] = {
    "asked": frozenset({"started", "cancelled", "paid"}),
    "started": frozenset({"pending", "paid", "declined", "cancelled"}),
    "pending": frozenset({"paid", "declined", "cancelled"}),
    "declined": frozenset({"paid", "cancelled"}),
    "cancelled": frozenset({"paid"}),
    "paid": frozenset({"refunded"}),
    "refunded": frozenset(),
}


def may_become(state: str, new_state: str) -> bool:
    """True when a payment in ``state`` may go to ``new_state``."""
    return new_state in TRANSITIONS[state]


def may_look_after(person: Worker, agency: str, *, pays: bool) -> bool:
    """Finance of the agency, or of the whole town, settles what machines could not; not what they pay themselves."""
    own = {Relation.OWNER} if pays else set()
    return may("settle", "payment", relations_by_role(person, agency) | own)
