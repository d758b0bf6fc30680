"""What the worker does for this room."""

from __future__ import annotations

from django.utils import timezone

from civium.foundation.jobs.actions.schedule import daily

from .actions.carry_out import carry_out
from .actions.carry_out_retention import carry_out_retention
from .actions.take_along import make_export
from .actions.tell_recipients import tell_of_erasure

__all__ = ["carry_out", "erase_what_is_over", "make_export", "tell_of_erasure"]


@daily(at="03:20")
def erase_what_is_over() -> None:
    """Erase what has been kept long enough."""
    carry_out_retention(at=timezone.now())
