"""Finding a page by the first word of its address, instead of trying every address of the house in turn."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, URLResolver
from django.urls.resolvers import ResolverMatch, RoutePattern
from django.utils.functional import cached_property

Address = URLPattern | URLResolver


class ByFirstWord(URLResolver):
    """Django's resolver, which tries only those of its addresses that can begin with the word that a path begins with.

    They are tried in their order, and what comes out is the same.
    """

    def resolve(self, path: str) -> ResolverMatch:
        matched = self.pattern.match(str(path))
        word = matched[0].partition("/")[0] if matched else ""
        return self._by_word.get(word, self._others).resolve(path)

    @cached_property
    def _by_word(self) -> dict[str, URLResolver]:
        return {word: _narrowed(self, word) for word in _words_of(self)}

    @cached_property
    def _others(self) -> URLResolver:
        return _narrowed(self, None)


def _narrowed(resolver: URLResolver, word: str | None) -> URLResolver:
    """The resolver without what cannot begin with the word; None is a word that no address has."""
    kept: list[Address] = []
    for each in resolver.url_patterns:
        begins = _begin_of(each)
        if begins == "" and isinstance(each, URLResolver):
            inner = _narrowed(each, word)
            kept += [inner] if inner.url_patterns else []
        elif begins is None or begins == word:
            kept.append(each)
    return URLResolver(resolver.pattern, kept, resolver.default_kwargs, resolver.app_name, resolver.namespace)


def _words_of(resolver: URLResolver) -> set[str]:
    words: set[str] = set()
    for each in resolver.url_patterns:
        begins = _begin_of(each)
        if begins == "" and isinstance(each, URLResolver):
            words |= _words_of(each)
        elif begins is not None:
            words.add(begins)
    return words


def _begin_of(address: Address) -> str | None:
    """The word that the address begins with, empty for none; None when it can be any."""
    pattern: Any = address.pattern
    if not isinstance(pattern, RoutePattern):
        return None
    word, slash, _rest = str(pattern).partition("/")
    is_open = isinstance(address, URLResolver) and bool(word) and not slash
    return None if "<" in word or is_open else word
