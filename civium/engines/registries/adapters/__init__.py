"""Registers outside: one file each. An adapter is a function ``ask(field, person)`` and the fields that it knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from civium.foundation.identity.models import Person


class NoAnswer(Exception):
    """The register did not answer in time, or not in a way that we understand."""


@dataclass(frozen=True)
class Register:
    """One register: its permanent name, the fields that can be asked for, and how to ask. None means: not known there."""

    name: str
    fields: frozenset[str]
    ask: Callable[[str, Person], Any]


def the_registers() -> dict[str, Register]:
    """The registers that this installation can ask, by name."""
    from . import demo

    return {demo.POPULATION.name: demo.POPULATION} if settings.CIVIUM_DEMO else {}
