"""What the worker does for this room. The jobs that carry mail are declared beside the actions that enqueue them."""

from __future__ import annotations

from django.utils import timezone

from civium.foundation.jobs.actions.schedule import daily

from .actions.carry_letter import carry_letter
from .actions.carry_notice import carry_notice
from .actions.forget_letters import forget_letters

__all__ = ["carry_letter", "carry_notice", "forget_old_letters"]


@daily(at="03:40")
def forget_old_letters() -> None:
    """Forget the system's old letters."""
    forget_letters(at=timezone.now())
