"""Start-up checks: a field of a table without a declared class, or a personal one in the clear, stops the program."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register

from .field_classes import find_lacking


@register("civium")
def every_field_has_a_class(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Name what is not declared, and what to write."""
    return [Error(each.what, hint=each.to_do, id="civium.E002") for each in find_lacking()]
