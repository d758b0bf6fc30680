"""Take several cases at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from civium.foundation.identity.models import Person
from civium.foundation.kit.refusals import Refusal

from ..models import Case
from .claim_case import claim_case


class Claimed(NamedTuple):
    """Which cases are one's own now, and why the others are not."""

    taken: list[Case]
    refused: list[tuple[Case, Refusal]]


def claim_cases(cases: Sequence[Case], *, by: Person, at: datetime) -> Claimed:
    """Take each of the cases for oneself that can be taken; one that cannot does not keep the others back."""
    done = Claimed([], [])
    for case in cases:
        try:
            with transaction.atomic():
                done.taken.append(claim_case(case, by=by, at=at))
        except Refusal as refusal:
            done.refused.append((case, refusal))
    return done
