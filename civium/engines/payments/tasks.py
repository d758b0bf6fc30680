"""What the worker does for this room."""

from __future__ import annotations

from django.utils import timezone

from civium.foundation.jobs.actions.schedule import every

from .actions.check_pending import check_pending
from .actions.close_checkout import close_checkout
from .adapters.demo import deliver_demo_call

__all__ = ["ask_about_pending", "close_checkout", "deliver_demo_call"]


@every(minutes=5)
def ask_about_pending() -> None:
    """Ask the provider about payments whose webhook never came."""
    check_pending(at=timezone.now())
