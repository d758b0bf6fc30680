"""Reads: what rooms declare, what stands agreed or restricted, and what this database has not followed yet."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from civium.foundation.kit.refusals import Refusal

from .ledger import LedgerBroken, Line, read_lines
from .models import Consent, FollowedErasure, Restriction, Why
from .schema import Holding

__all__ = ["LedgerBroken"]


class LiesStill(Refusal):
    """The data is restricted or kept by law only."""

    message = _("This data may not be used at the moment.")
    what_next = _(
        "Its owner asked the town to stop using it, or the law only keeps it. Ask the data-protection officer."
    )
    status = 403


@lru_cache(maxsize=1)
def find_holdings() -> tuple[Holding, ...]:
    """What rooms declare in their ``personal_data.py`` as ``HOLDINGS``, from the ground floor up."""
    rooms = [app.name for app in apps.get_app_configs() if app.name.startswith("civium.")]
    modules = [import_module(f"{room}.personal_data") for room in rooms if find_spec(f"{room}.personal_data")]
    return tuple(holding for module in modules for holding in getattr(module, "HOLDINGS", ()))


def find_unreplayed() -> list[Line]:
    """Lines of the erasure ledger that this database has not followed. Raises LedgerBroken, also for a ledger that lost lines."""
    followed = dict(FollowedErasure.objects.values_list("number", "digest"))
    lines = read_lines()
    digests = {line.number: line.digest for line in lines}
    strange = sorted(number for number, digest in followed.items() if digests.get(number) != digest)
    if strange:
        raise LedgerBroken(
            f"The erasure ledger is not the one that this database followed: line {strange[0]} is missing or another. "
            "Put the ledger back from its copy."
        )
    return [line for line in lines if line.number not in followed]


def find_consents(owner: str) -> list[Consent]:
    """Every consent that the owner ever gave, the newest first."""
    return list(Consent.objects.filter(owner=owner).order_by("-given_at"))


def has_consented(owner: str, purpose: str) -> bool:
    """Whether the owner agrees to the purpose now."""
    return Consent.objects.filter(owner=owner, purpose=purpose, withdrawn_at=None).exists()


def find_restrictions(owners: Collection[str]) -> list[Restriction]:
    """What of these owners lies still now, the oldest first."""
    return list(Restriction.objects.filter(owner__in=owners, ended_at=None).order_by("since"))


def lies_still(*owners: str) -> bool:
    """Whether nobody may use the data of any of these owners now."""
    return Restriction.objects.filter(owner__in=owners, ended_at=None).exists()


def find_kept_too_long(*, on: date) -> list[Restriction]:
    """What the law kept until a day that has come."""
    return list(
        Restriction.objects.filter(because=Why.KEPT_BY_LAW, until__lte=on, ended_at=None).order_by("until")
    )
