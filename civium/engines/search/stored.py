"""An edition's documents of one language, as ranking reads them: a few statements per query, however large it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db import connection

from .packing import PackedMembers, unpacked_numbers
from .shelves import Kept, Members, Term


class StoredShelf:
    """Reads by plain SQL: each statement is asked with every search, and made once."""

    def __init__(self, edition: int, language: str, documents: int) -> None:
        self._edition, self._language, self._documents = edition, language, documents

    @property
    def language(self) -> str:
        return self._language

    @property
    def enough(self) -> int:
        return 10

    def count(self) -> int:
        return self._documents

    def terms(self, stems: Collection[str]) -> Mapping[str, Term]:
        rows = self._rows(
            "SELECT stem, documents, numbers, weights FROM search_storedterm "
            "WHERE edition_id = %s AND language = %s AND stem IN",
            list(stems),
            self._edition,
            self._language,
        )
        return {
            stem: Term(documents, unpacked_numbers(numbers), bytes(weights))
            for stem, documents, numbers, weights in rows
        }

    def pieces(self, pieces: Iterable[str]) -> Mapping[str, Sequence[str]]:
        rows = self._rows(
            "SELECT piece, words FROM search_storedpiece WHERE edition_id = %s AND language = %s AND piece IN",
            list(pieces),
            self._edition,
            self._language,
        )
        return {piece: words.split(" ") for piece, words in rows}

    def kept(self, numbers: Collection[int]) -> Mapping[int, Kept]:
        rows = self._rows(
            "SELECT number, source, key, title, summary, keywords, address FROM search_storeddocument "
            "WHERE number IN",
            list(numbers),
        )
        return {
            number: Kept(key, {"title": title, "keywords": keywords, "summary": summary}, source, address)
            for number, source, key, title, summary, keywords, address in rows
        }

    def members(self, stem: str) -> Members:
        rows = self._rows(
            "SELECT block, packed FROM search_storedmembers JOIN search_storedterm term ON term.id = term_id "
            "WHERE edition_id = %s AND language = %s AND stem IN",
            [stem],
            self._edition,
            self._language,
        )
        return PackedMembers({block: bytes(packed) for block, packed in rows})

    def weights(self, numbers: Collection[int]) -> Mapping[int, Mapping[str, int]]:
        rows = self._rows(
            "SELECT number, stems, weights FROM search_storeddocument WHERE number IN",
            list(numbers),
        )
        return {number: dict(zip(stems.split(" "), weights, strict=True)) for number, stems, weights in rows}

    def _rows(self, statement: str, wanted: list[Any], *beside: Any) -> list[tuple[Any, ...]]:
        if not wanted:
            return []
        places = ", ".join(["%s"] * len(wanted))
        with connection.cursor() as cursor:
            cursor.execute(f"{statement} ({places})", [*beside, *wanted])
            return cursor.fetchall()
