"""Registers outside: one file each. An adapter can be asked about a person, can find a thing by its reference, or takes
messages; it has what it can do and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
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
# Who asks, what they typed about the other, and when.
Confirm = Callable[[Person, Mapping[str, str], datetime], "ActsFor | None"]


@dataclass(frozen=True)
class ActsFor:
    """What a register says when somebody does act for another: what the other is called there, and until which day at most."""

    name: str
    until: date | None = None


@dataclass(frozen=True)
class Register:
    """One register: its permanent name, what people call it, and what it can do.

    ``fields`` can be asked for about a person, by ``ask``. One thing is found by all of ``keys`` together, and has
    ``facts``, by ``find``. ``messages`` are taken, each with its facts, by ``take``. Whether somebody acts for another (as parent or guardian,
    as officer of a company) is confirmed for all of ``others`` together, by ``confirm``, which says no in one way whatever the
    reason. ``ask``, ``find`` and ``confirm`` give None for what is not known there; each of the four raises NoAnswer, and
    ``take`` also NotTaken.
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
    others: frozenset[str] = frozenset()
    confirm: Confirm | None = None


def the_registers() -> dict[str, Register]:
    """The registers that this installation is connected to, by name."""
    if not settings.CIVIUM_DEMO:
        return {}
    from . import demo, demo_agencies, demo_births, demo_companies, demo_fines

    others = (demo_births.BIRTH_REGISTER, demo_fines.FINES_REGISTER, demo_companies.BUSINESS_REGISTER)
    return {each.name: each for each in (demo.POPULATION, *demo_agencies.AGENCIES, *others)}
