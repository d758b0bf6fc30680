"""Reads: which registers there are."""

from __future__ import annotations

from .adapters import the_registers


def find_registers() -> dict[str, frozenset[str]]:
    """The fields that can be asked for, by register: for checking service documents."""
    return {register.name: register.fields for register in the_registers().values()}
