"""Reads: which registers there are, and what they can do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from civium.foundation.journal.queries import find_entries

from .adapters import the_registers
from .events import RegisterTold


class Ability(NamedTuple):
    """What one register can do: the keys by which it finds a thing and the facts of it, and the messages that it takes."""

    keys: frozenset[str]
    facts: Mapping[str, str]
    messages: Mapping[str, frozenset[str]]


def find_registers() -> dict[str, frozenset[str]]:
    """The fields that can be asked for about a person, by register: for checking service documents."""
    return {register.name: register.fields for register in the_registers().values() if register.fields}


def find_abilities() -> dict[str, Ability]:
    """What each register finds and takes: for checking service documents."""
    return {
        register.name: Ability(register.keys, register.facts, register.messages)
        for register in the_registers().values()
    }


def register_title(name: str) -> dict[str, str]:
    """What people call the register, by language; its bare name when we are no longer connected to it."""
    register = the_registers().get(name)
    return dict(register.title) if register else {"": name}


def find_told(subject: str) -> set[str]:
    """The registers that took any message about the subject."""
    return {event.register for event in _taken(subject)}


def was_taken(subject: str, key: str) -> bool:
    """Whether the register has taken the message of that key already."""
    return any(event.key == key for event in _taken(subject))


def _taken(subject: str) -> Iterator[RegisterTold]:
    events = (entry.event for entry in find_entries([subject]))
    return (event for event in events if isinstance(event, RegisterTold) and event.result == "taken")
