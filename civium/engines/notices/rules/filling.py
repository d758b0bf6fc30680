"""Filling a template: ``((name))`` becomes a value, and the value can be nothing but words.

There is no logic in a template. A value is escaped for the place where it stands: in Markdown text no character of it is
markup, in a link's address it is percent-encoded, in a subject line it has no line breaks. Mail programs make links of
whatever looks like an address, so a value that does is broken up by invisible word joiners: nobody can send a link to
somebody else by choosing it as a name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from urllib.parse import quote

PLACEHOLDER = re.compile(r"\(\(\s*([a-z][a-z0-9_]*)\s*\)\)")
IN_ADDRESS = re.compile(r"\]\((?:[^()\s]|\(\(\s*[a-z0-9_]+\s*\)\))*$")

_WORD_JOINER = "\u2060"
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_LOOKS_LIKE_LINK = re.compile(r"(?<=\w)\.(?=[^\W\d_]{2})|:(?=//)|@(?=\w)")
# Characters that turn the direction of what follows, beyond the value.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_RIGHT_TO_LEFT = {"ar", "fa", "he", "ur"}


class Address(str):
    """A web address that we made ourselves: the only value that becomes a link."""

    __slots__ = ()


class MailAddress(str):
    """An e-mail address of the town's own: shown as it is, so that it can be copied and written to."""

    __slots__ = ()


class MissingValue(LookupError):
    """A template wants a value that nobody gave. Checks find this before a service is published."""


def fill(template: str, values: Mapping[str, str], *, language: str = "en") -> str:
    """The Markdown with its placeholders filled. Line breaks in a value stay line breaks; nothing else in it is markup."""
    shown = _apart if language in _RIGHT_TO_LEFT else str

    def put(name: str, before: str) -> str:
        value = _value(values, name)
        if IN_ADDRESS.search(before):
            return _for_address(value, is_whole=before.endswith("]("))
        if isinstance(value, Address):
            return f"<{_for_address(value, is_whole=True)}>"
        if isinstance(value, MailAddress):
            return _plain(_clean(value))
        lines = [_escape(line) for line in _clean(value).split("\n") if line.strip()]
        return "\\\n".join(shown(line) for line in lines)

    return _replace(template, put)


def fill_line(template: str, values: Mapping[str, str], *, language: str = "en") -> str:
    """One line of plain text with its placeholders filled: for subjects. Never a line break, whatever the values."""
    shown = _apart if language in _RIGHT_TO_LEFT else str

    def put(name: str, before: str) -> str:
        return shown(_unlinked(" ".join(_clean(_value(values, name)).split())))

    return " ".join(_replace(template, put).split())


def _replace(template: str, put: Callable[[str, str], str]) -> str:
    return PLACEHOLDER.sub(lambda found: put(found[1], template[: found.start()]), template)


def _value(values: Mapping[str, str], name: str) -> str:
    if name not in values:
        raise MissingValue(name)
    return values[name]


def _clean(value: str) -> str:
    value = _TURNING.sub(
        "", value.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    )
    return "".join(c for c in value if c == "\n" or unicodedata.category(c) not in {"Cc", "Cs"})


def _escape(line: str) -> str:
    return _plain(_unlinked(" ".join(line.split())))


def _plain(line: str) -> str:
    # CommonMark: a backslash before any ASCII punctuation makes it a plain character.
    return _PUNCTUATION.sub(r"\\\1", line)


def _unlinked(value: str) -> str:
    return _LOOKS_LIKE_LINK.sub(lambda found: found[0] + _WORD_JOINER, value)


def _apart(line: str) -> str:
    """The line isolated from the direction of the text around it, so that a reference reads as it is written (UAX 9)."""
    return f"\u2068{line}\u2069" if line else line


def _for_address(value: str, *, is_whole: bool) -> str:
    if isinstance(value, Address) and is_whole:
        return quote(value, safe=":/?&=#%~")
    return quote(_clean(value), safe="")
