"""From documents to the rows of an index: what is put together in memory before it is written."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator

from .models import StoredDocument
from .schema import Document
from .spelling import listed_by_piece
from .weighing import Known, weigh

MOST_WORDS_PER_PIECE = 500
LONGEST_STEM = 120


class GatheredLanguage:
    """The stems and words of documents in one language. ``numbers`` and ``weights`` of a stem go together, in order of number."""

    def __init__(self, language: str) -> None:
        self.documents = 0
        self.vocabulary = Known(language)
        self.numbers: dict[str, array[int]] = defaultdict(lambda: array("I"))
        self.weights: dict[str, bytearray] = defaultdict(bytearray)
        self.written: dict[str, str] = {}
        self.known: Counter[str] = Counter()

    def words_by_piece(self) -> dict[str, list[str]]:
        """The best known words of each piece."""
        best = ((plain, self.written.get(plain, plain)) for plain, _count in self.known.most_common())
        return {piece: words[:MOST_WORDS_PER_PIECE] for piece, words in listed_by_piece(best).items()}


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
        weights, words = weigh(document, gathered.vocabulary)
        weights = {stem: weight for stem, weight in weights.items() if len(stem) <= LONGEST_STEM}
        number, self.next_number = self.next_number, self.next_number + 1
        gathered.documents += 1
        for stem, weight in weights.items():
            gathered.numbers[stem].append(number)
            gathered.weights[stem].append(weight)
        for plain, written in words.items():
            if plain != written:
                gathered.written[plain] = written
        gathered.known.update(words.keys())
        return _row(document, source, self.edition, number, weights)

    def stems(self) -> Iterator[tuple[str, str]]:
        """Every language and stem."""
        return ((language, stem) for language, each in self.languages.items() for stem in each.numbers)


def _row(
    document: Document, source: str, edition: int, number: int, weights: dict[str, int]
) -> StoredDocument:
    fields = document.fields
    return StoredDocument(
        edition_id=edition,
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
