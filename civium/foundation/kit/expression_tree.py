"""The tree of a compiled CEL expression, read from the bytes that the library gives.

The library's Python face has no tree, but an expression serialises to ``cel.expr.CheckedExpr`` (protocol buffers,
cel-spec ``checked.proto`` and ``syntax.proto``). Only the fields that name checks need are read here.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

_Sort = Literal["constant", "name", "select", "call", "list", "struct", "loop"]


@dataclass(frozen=True, slots=True)
class Node:
    """One node. ``word`` is the name, field or function; ``value`` a constant; ``place`` a character offset or -1.

    A loop (any of CEL's macros) has the parts ``range, start, condition, step, result``; ``word`` is its variable.
    """

    sort: _Sort
    word: str = ""
    value: object = None
    place: int = -1
    parts: tuple[Node, ...] = ()
    only_tests: bool = False

    def walk(self) -> Iterator[Node]:
        """This node and all below it."""
        yield self
        for part in self.parts:
            yield from part.walk()

    def first_place(self) -> int:
        """The offset where this node's text begins; -1 when it has no text of its own."""
        return min((node.place for node in self.walk() if node.place >= 0), default=-1)


_Fields = list[tuple[int, int | bytes]]


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:
            return value, at
        shift += 7


def _fields(data: bytes) -> _Fields:
    """The fields of one message: (number, varint or bytes)."""
    found: _Fields = []
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        number, wire = tag >> 3, tag & 7
        if wire == 0:
            value, at = _varint(data, at)
            found.append((number, value))
            continue
        if wire == 2:
            length, at = _varint(data, at)
        else:
            length = {1: 8, 5: 4}[wire]
        found.append((number, data[at : at + length]))
        at += length
    return found


def _message(fields: _Fields, number: int) -> bytes:
    return next((value for at, value in fields if at == number and isinstance(value, bytes)), b"")


def _messages(fields: _Fields, number: int) -> list[bytes]:
    return [value for at, value in fields if at == number and isinstance(value, bytes)]


def _number(fields: _Fields, number: int) -> int:
    return next((value for at, value in fields if at == number and isinstance(value, int)), 0)


def _text(fields: _Fields, number: int) -> str:
    return _message(fields, number).decode()


def _constant(data: bytes) -> object:
    for number, value in _fields(data):
        if number == 2:
            return bool(value)
        if number in {3, 4}:
            return value
        if number == 5 and isinstance(value, bytes):
            return struct.unpack("<d", value)[0]
        if number == 6 and isinstance(value, bytes):
            return value.decode()
    return None


def _node(data: bytes, places: dict[int, int]) -> Node:
    fields = _fields(data)
    place = places.get(_number(fields, 2), -1)

    def below(inner: _Fields, *numbers: int) -> tuple[Node, ...]:
        return tuple(_node(part, places) for number in numbers for part in _messages(inner, number))

    for number, value in fields:
        if number == 2 or not isinstance(value, bytes):
            continue
        inner = _fields(value)
        if number == 3:
            return Node("constant", value=_constant(value), place=place)
        if number == 4:
            return Node("name", _text(inner, 1), place=place)
        if number == 5:
            return Node(
                "select", _text(inner, 2), None, place, below(inner, 1), only_tests=bool(_number(inner, 3))
            )
        if number == 6:
            return Node("call", _text(inner, 2), None, place, below(inner, 1, 3))
        if number == 7:
            return Node("list", "", None, place, below(inner, 1))
        if number == 8:
            entries = [_fields(entry) for entry in _messages(inner, 2)]
            return Node("struct", "", None, place, tuple(n for e in entries for n in below(e, 3, 4)))
        if number == 9:
            return Node("loop", _text(inner, 1), None, place, below(inner, 2, 4, 5, 6, 7))
    return Node("constant", place=place)


def read_tree(serialized: bytes) -> Node:
    """The tree of an expression that the library serialised (an ``Any`` that holds a ``CheckedExpr``)."""
    checked = _fields(_message(_fields(serialized), 2))
    source = _fields(_message(checked, 5))
    places = {_number(entry, 1): _number(entry, 2) for entry in map(_fields, _messages(source, 4))}
    return _node(_message(checked, 4), places)
