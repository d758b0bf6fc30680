"""From documents to the rows of an index: what is put together in memory before it is written."""

from __future__ import annotations

from array import array
from collections import defaultdict

from .models import StoredDocument
from .packing import parted
from .schema import Document
from .spelling import listed_by_piece
from .weighing import Vocabulary, weigh

MOST_WORDS_PER_PIECE = 500
LONGEST_STEM = 120


class GatheredLanguage:
    """The stems and words of documents in one language."""

    def __init__(self, language: str) -> None:
        self.documents = 0
        self.vocabulary = Vocabulary(language)
        self._postings: dict[str, array[int]] = defaultdict(lambda: array("Q"))

    def add(self, number: int, weights: dict[str, int]) -> None:
        """Take in the stems of the next document."""
        self.documents += 1
        number <<= 8
        postings = self._postings
        for stem, weight in weights.items():
            postings[stem].append(number | weight)

    def stems(self) -> list[str]:
        """Every stem, in order."""
        return sorted(self._postings)

    def documents_of(self, stem: str) -> tuple[array[int], bytes]:
        """The documents of a stem, in order, and their weights."""
        return parted(self._postings[stem])

    def words_by_piece(self) -> dict[str, list[str]]:
        """The best known words of each piece."""
        known = sorted(self.vocabulary.items(), key=lambda each: (-len(self._postings[each[1][0]]), each[0]))
        return {
            piece: words[:MOST_WORDS_PER_PIECE]
            for piece, words in listed_by_piece(word for word, _stems in known).items()
        }


class Gathering:
    """Documents of any language, numbered as they come from ``next_number`` on."""

    def __init__(self, edition: int, next_number: int) -> None:
        self.edition, self.next_number = edition, next_number
        self.languages: dict[str, GatheredLanguage] = {}

    def add(self, document: Document, source: str) -> StoredDocument:
        """Take in a document. Returns its row, which is not saved."""
        if document.language not in self.languages:
            self.languages[document.language] = GatheredLanguage(document.language)
        gathered = self.languages[document.language]
        weights = weigh(document, gathered.vocabulary)
        weights = {stem: weight for stem, weight in weights.items() if len(stem) <= LONGEST_STEM}
        number, self.next_number = self.next_number, self.next_number + 1
        gathered.add(number, weights)
        fields = document.fields
        return StoredDocument(
            edition_id=self.edition,
            number=number,
            source=source,
            key=document.id,
            language=document.language,
            title=fields.get("title", ""),
            summary=fields.get("summary", ""),
            keywords=fields.get("keywords", ""),
            address=document.address,
            stems=" ".join(weights),
            weights=bytes(weights.values()),
        )
