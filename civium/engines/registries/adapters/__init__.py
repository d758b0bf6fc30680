"""Registers outside: one file each. An adapter can be asked about a person, can find a thing by its reference, or takes
messages; it has what it can do and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings

from civium.foundation.identity.models import Person


class NoAnswer(Exception):
    """The register did not answer in time, or not in a way that we understand. It can be tried again."""


class NotTaken(Exception):
    """The register understood the message and does not take it. Somebody must look at it."""


@dataclass(frozen=True)
class Message:
    """What a register is told. ``key`` is the same each time the same message is tried: a register takes it once."""

    key: str
    kind: str
    facts: Mapping[str, Any]
    about: Person


Ask = Callable[[str, Person], Any]
Find = Callable[[Mapping[str, str], datetime], Mapping[str, Any] | None]
Take = Callable[[Message, datetime], None]


@dataclass(frozen=True)
class Register:
    """One register: its permanent name, what people call it, and what it can do.

    ``fields`` can be asked for about a person, by ``ask``. One thing is found by all of ``keys`` together, and has
    ``facts``, by ``find``. ``messages`` are taken, each with its facts, by ``take``. ``ask`` and ``find`` give None for
    what is not known there; each of the three raises NoAnswer, and ``take`` also NotTaken.
    """

    name: str
    title: Mapping[str, str]
    fields: frozenset[str] = frozenset()
    ask: Ask | None = None
    keys: frozenset[str] = frozenset()
    facts: Mapping[str, str] = field(default_factory=dict)
    find: Find | None = None
    messages: Mapping[str, frozenset[str]] = field(default_factory=dict)
    take: Take | None = None


def the_registers() -> dict[str, Register]:
    """The registers that this installation is connected to, by name."""
    if not settings.CIVIUM_DEMO:
        return {}
    from . import demo, demo_agencies, demo_births, demo_fines

    others = (demo_births.BIRTH_REGISTER, demo_fines.FINES_REGISTER)
    return {each.name: each for each in (demo.POPULATION, *demo_agencies.AGENCIES, *others)}
