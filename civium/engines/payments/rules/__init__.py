"""Pure decisions about money: what a fee comes to, where a payment may go next, what a provider's call is worth."""

from __future__ import annotations

from .calls import Heard, Verdict, weigh
from .fees import CompiledFee, FeeBroken, FeeDue, FeeTooLarge, Problem, compile_fee
from .states import OPEN, RECEIVED, may_become, may_look_after
from .units import from_minor, to_minor

__all__ = [
    "OPEN",
    "RECEIVED",
    "CompiledFee",
    "FeeBroken",
    "FeeDue",
    "FeeTooLarge",
    "Heard",
    "Problem",
    "Verdict",
    "compile_fee",
    "from_minor",
    "may_become",
    "may_look_after",
    "to_minor",
    "weigh",
]
