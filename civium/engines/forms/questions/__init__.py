"""The types of question, one module each, found by themselves: a new type is a module here and a template of its name."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from civium.engines.forms.asking import Question


def find_types(*, but: str = "tests") -> tuple[type[Question], ...]:
    """Every type of question, in the order of their modules' names; ``but`` for those of one module."""
    modules = [
        import_module(f"{__name__}.{found.name}")
        for found in pkgutil.iter_modules(__path__)
        if found.name not in {"tests", but}
    ]
    return tuple(
        kind
        for module in modules
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Question) and kind.__module__ == module.__name__
    )
