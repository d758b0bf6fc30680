"""Ranking: an index in memory and the order in which it answers. Pure: no database, no clock.

A document's score is the sum, over the query's words, of how rare the word is, how heavy the field is in which it
stands and how well it matches (the word itself, its stem, its beginning, or a typing error), times the share of the
query's words that were found at all.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from .schema import FIELD_WEIGHTS, Document, Found, Hit, Reason
from .words import fold, forms_of, query_words, split_words

__all__ = ["Index", "fold"]

_STEM, _PREFIX, _TYPO, _OTHER_LANGUAGE = 0.9, 0.6, 0.4, 0.5
_MAX_QUERY = 200
_MAX_EXPANSIONS = 40


class Index:
    """Documents in any number of languages. Filled once, then only read, so threads may share it."""

    def __init__(self) -> None:
        self._shelves: dict[str, _Shelf] = {}

    def add(self, document: Document) -> None:
        """Make a document findable. The same id may be added once per language."""
        self._shelves.setdefault(document.language, _Shelf(document.language)).add(document)

    def find(self, query: str, language: str, limit: int = 20) -> Found:
        """The documents that answer the query, the reader's language first, each id once; and a better spelling."""
        best: dict[str, Hit] = {}
        respelled = ""
        for shelf in self._in_order(language):
            weight = 1.0 if shelf.language == language else _OTHER_LANGUAGE
            answer = shelf.find(query[:_MAX_QUERY])
            for hit in answer.hits:
                scored = Hit(hit.id, hit.score * weight, hit.language, hit.because)
                if hit.id not in best or scored.score > best[hit.id].score:
                    best[hit.id] = scored
            if shelf.language == language:
                respelled = answer.did_you_mean
        ordered = sorted(best.values(), key=lambda hit: (-hit.score, hit.id))
        known_elsewhere = any(hit.language != language for hit in ordered[:1])
        return Found(tuple(ordered[:limit]), "" if known_elsewhere else respelled)

    def _in_order(self, language: str) -> Iterator[_Shelf]:
        return iter(sorted(self._shelves.values(), key=lambda shelf: shelf.language != language))


@dataclass
class _Entry:
    """One word of a shelf: how it is written, and the heaviest field of each document it stands in."""

    shown: str
    fields: dict[str, str] = field(default_factory=dict)


class _Shelf:
    """The documents of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._ids: set[str] = set()
        self._entries: dict[str, _Entry] = {}  # by folded word
        self._by_form: dict[str, list[str]] = defaultdict(list)  # stem -> folded words
        self._sorted: list[str] | None = None

    def add(self, document: Document) -> None:
        self._ids.add(document.id)
        self._sorted = None
        for name, text in document.fields.items():
            for word in split_words(text):
                self._add_word(word, document.id, name)

    def _add_word(self, word: str, document: str, name: str) -> None:
        plain = fold(word)
        entry = self._entries.get(plain)
        if entry is None:
            entry = self._entries[plain] = _Entry(word.lower())
            for form in forms_of(word, self.language):
                self._by_form[form].append(plain)
        known = entry.fields.get(document)
        if known is None or FIELD_WEIGHTS[name] > FIELD_WEIGHTS[known]:
            entry.fields[document] = name

    def find(self, query: str) -> Found:
        words = query_words(query, self.language)
        scores: dict[str, float] = defaultdict(float)
        reasons: dict[str, dict[Reason, None]] = defaultdict(dict)
        found: dict[str, int] = defaultdict(int)
        respelled = query
        for word in words:
            matches, meant = self._matches(word)
            if meant:
                respelled = respelled.replace(word, meant, 1)
            for document, (score, reason) in self._best_per_document(matches).items():
                scores[document] += score
                reasons[document][reason] = None
                found[document] += 1
        hits = (
            Hit(document, score * found[document] / len(words), self.language, tuple(reasons[document]))
            for document, score in scores.items()
        )
        return Found(tuple(hits), respelled if respelled != query else "")

    def _best_per_document(self, matches: dict[str, float]) -> dict[str, tuple[float, Reason]]:
        best: dict[str, tuple[float, Reason]] = {}
        for plain, quality in matches.items():
            entry = self._entries[plain]
            rarity = math.log(1 + len(self._ids) / len(entry.fields))
            for document, name in entry.fields.items():
                score = quality * rarity * FIELD_WEIGHTS[name]
                if document not in best or score > best[document][0]:
                    best[document] = (score, Reason(name, entry.shown))
        return best

    def _matches(self, word: str) -> tuple[dict[str, float], str]:
        """Folded words that a query's word stands for, with how well; and the word meant if it was mistyped."""
        plain = fold(word)
        matches: dict[str, float] = {}
        for form in forms_of(word, self.language):
            for known in self._by_form.get(form, ()):
                matches[known] = 1.0 if known == plain else max(matches.get(known, 0.0), _STEM)
        for known in self._starting_with(plain):
            matches.setdefault(known, _PREFIX * (0.5 + 0.5 * len(plain) / len(known)))
        if matches:
            return matches, ""
        near = self._near(plain)
        return near, self._entries[max(near, key=lambda known: near[known])].shown if near else ""

    def _starting_with(self, beginning: str) -> list[str]:
        if len(beginning) < 2:
            return []
        words = self._vocabulary()
        start = bisect_left(words, beginning)
        end = start
        while end < min(len(words), start + _MAX_EXPANSIONS) and words[end].startswith(beginning):
            end += 1
        return words[start:end]

    def _near(self, plain: str) -> dict[str, float]:
        if len(plain) < 4:
            return {}
        errors = 1 if len(plain) < 7 else 2
        near: dict[str, float] = {}
        from rapidfuzz import process  # only for words that are not there
        from rapidfuzz.distance import OSA

        for form, distance, _ in process.extract(
            plain, self._by_form.keys(), scorer=OSA.distance, score_cutoff=errors, limit=5
        ):
            for known in self._by_form[form]:
                near[known] = max(near.get(known, 0.0), _TYPO / max(distance, 1))
        return near

    def _vocabulary(self) -> list[str]:
        if self._sorted is None:
            self._sorted = sorted(self._entries)
        return self._sorted
