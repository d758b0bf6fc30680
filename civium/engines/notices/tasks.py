"""What the worker does for this room. The jobs that carry mail are declared beside the actions that enqueue them."""

from __future__ import annotations

from .actions.carry_letter import carry_letter
from .actions.carry_notice import carry_notice

__all__ = ["carry_letter", "carry_notice"]
