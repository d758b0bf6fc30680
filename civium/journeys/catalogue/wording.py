"""A service's words for one reader: in their language, else in the town's first language, else in any.

Each text knows the language it is really in, so that a page can say so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from civium.foundation.kit.languages import direction

from .schema import InformationTexts, Link, Texts


class Said(str):
    """A text that knows the language it is in."""

    __slots__ = ("language",)
    language: str

    @property
    def direction(self) -> str:
        """``rtl`` or ``ltr``, for the ``dir`` attribute."""
        return direction(self.language)

    @classmethod
    def in_language(cls, text: str, language: str) -> Said:
        said = cls(text)
        said.language = language
        return said


@dataclass(frozen=True, slots=True)
class Message:
    """The words of one notice (``title`` is its subject line) or one document."""

    title: Said
    body: Said
    language: str


@dataclass(frozen=True)
class Words:
    """Everything that a service says to one reader, beside its form: the form has its own words."""

    language: str
    title: Said
    summary: Said
    who: Said
    cost: Said
    how_long: Said
    next: Said
    other_ways: Said
    need: tuple[Said, ...]
    keywords: tuple[Said, ...]
    fee: Mapping[str, Said]
    steps: Mapping[str, Said]
    moves: Mapping[str, Said]
    notices: Mapping[str, Message]
    outputs: Mapping[str, Message]


@dataclass(frozen=True)
class InformationWords:
    """Everything that an information page says to one reader. ``links``: those of the language that the title is in."""

    language: str
    title: Said
    summary: Said
    agency: Said
    what: Said
    who: Said
    how: Said
    cost: Said
    how_long: Said
    need: tuple[Said, ...]
    keywords: tuple[Said, ...]
    links: tuple[Link, ...]


def information_words_for(texts: Mapping[str, InformationTexts], language: str) -> InformationWords:
    """The words of an information page for a reader of the language."""
    said = _Lookup(texts, language)
    return InformationWords(
        language=language,
        title=said.line("title"),
        summary=said.line("summary"),
        agency=said.line("agency"),
        what=said.line("what"),
        who=said.line("who"),
        how=said.line("how"),
        cost=said.line("cost"),
        how_long=said.line("how_long"),
        need=said.lines("need"),
        keywords=said.lines("keywords"),
        links=next((one.links for _code, one in said.in_order if one.links), ()),
    )


class _Lookup:
    """Texts in the order of preference: the reader's language, the town's first, any."""

    def __init__(self, texts: Mapping[str, Any], language: str) -> None:
        order = dict.fromkeys([language, settings.LANGUAGE_CODE, *texts])
        self.language = language
        self.in_order = [(code, texts[code]) for code in order if code in texts]

    def line(self, name: str) -> Said:
        return next(iter(self.lines(name)), Said.in_language("", self.language))

    def lines(self, name: str) -> tuple[Said, ...]:
        for code, one in self.in_order:
            found = getattr(one, name)
            if found:
                written = (found,) if isinstance(found, str) else found
                return tuple(Said.in_language(text, code) for text in written)
        return ()


def words_for(texts: Mapping[str, Texts], language: str) -> Words:
    """The words for a reader of the language. Published versions have every word in the first language."""
    said = _Lookup(texts, language)
    in_order, line, lines = said.in_order, said.line, said.lines
    return Words(
        language=language,
        title=line("title"),
        summary=line("summary"),
        who=line("who"),
        cost=line("cost"),
        how_long=line("how_long"),
        next=line("next"),
        other_ways=line("other_ways"),
        need=lines("need"),
        keywords=lines("keywords"),
        fee=_by_name(in_order, lambda one: one.fee.root),
        steps=_by_name(in_order, lambda one: one.steps),
        moves=_by_name(in_order, lambda one: one.moves),
        notices=_messages(in_order, _notices),
        outputs=_messages(in_order, _outputs),
    )


def _by_name(
    texts: Iterable[tuple[str, Texts]], get: Callable[[Texts], Mapping[str, str]]
) -> dict[str, Said]:
    said: dict[str, Said] = {}
    for code, one in texts:
        for name, text in get(one).items():
            if text and name not in said:
                said[name] = Said.in_language(text, code)
    return said


def _messages(
    texts: Iterable[tuple[str, Texts]], get: Callable[[Texts], Iterable[tuple[str, str, str]]]
) -> dict[str, Message]:
    said: dict[str, Message] = {}
    for code, one in texts:
        for name, title, body in get(one):
            message = Message(Said.in_language(title, code), Said.in_language(body, code), code)
            said.setdefault(name, message)
    return said


def _notices(texts: Texts) -> Iterable[tuple[str, str, str]]:
    return ((name, notice.subject, notice.body) for name, notice in texts.notices.items())


def _outputs(texts: Texts) -> Iterable[tuple[str, str, str]]:
    return ((name, output.title, output.body) for name, output in texts.outputs.items())
