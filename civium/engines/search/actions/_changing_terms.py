"""Change the terms of an edition for some documents that came or went."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ..gathering import MOST_WORDS_PER_PIECE, Gathering
from ..models import StoredMembers, StoredPiece, StoredTerm
from ..packing import (
    BLOCK,
    HEAVIEST_KEPT,
    blocks_of,
    packed_block,
    packed_numbers,
    unpacked_block,
    unpacked_numbers,
)
from ..spelling import listed, pieces_of
from ..words import fold

Stem = tuple[str, str]  # language and stem
_AT_ONCE = 400


@dataclass
class Changes:
    """Documents that came (with their weights) and went, by stem."""

    added: dict[Stem, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    removed: dict[Stem, set[int]] = field(default_factory=lambda: defaultdict(set))


def change_terms(edition: int, changes: Changes) -> None:
    """Bring every stem that is touched up to date."""
    by_language: dict[str, list[str]] = defaultdict(list)
    for language, stem in sorted(changes.added.keys() | changes.removed.keys()):
        by_language[language].append(stem)
    for language, stems in by_language.items():
        for some in _in_parts(stems):
            _change_some(edition, language, some, changes)


def _change_some(edition: int, language: str, stems: Sequence[str], changes: Changes) -> None:
    rows = {
        row.stem: row for row in StoredTerm.objects.filter(edition=edition, language=language, stem__in=stems)
    }
    new: list[_OneTerm] = []
    kept: list[_OneTerm] = []
    gone: list[_OneTerm] = []
    for stem in stems:
        row = rows.get(stem)
        term = _OneTerm(row or StoredTerm(edition_id=edition, language=language, stem=stem, documents=0))
        term.change(changes.added.get((language, stem), []), changes.removed.get((language, stem), set()))
        (new if row is None else kept if term.row.documents else gone).append(term)
    StoredTerm.objects.bulk_create([term.row for term in new if term.row.documents])
    StoredTerm.objects.bulk_update(
        [term.row for term in kept], ["documents", "numbers", "weights"], batch_size=100
    )
    for term in (*new, *kept):
        term.write_members()
    StoredMembers.objects.filter(term__in=[term.row for term in gone]).delete()
    StoredTerm.objects.filter(pk__in=[term.row.pk for term in gone]).delete()


class _OneTerm:
    """A term while it changes: its list is cut to the heaviest, and then bitmaps say who else there is."""

    def __init__(self, row: StoredTerm) -> None:
        self.row = row
        numbers = unpacked_numbers(row.numbers) if row.documents else array("I")
        self._weights = dict(zip(numbers, row.weights or b"", strict=True))
        self._was_open = row.documents > len(self._weights)
        self._came: list[int] = []
        self._went: set[int] = set()
        self._all: list[int] = []

    def change(self, added: Sequence[tuple[int, int]], removed: set[int]) -> None:
        """Count who came and went, and list the heaviest."""
        self._came, self._went = [number for number, _weight in added], removed
        for number in removed:
            self._weights.pop(number, None)
        self._weights.update(added)
        self.row.documents = max(0, self.row.documents - len(removed)) + len(added)
        self._all = sorted(self._weights)
        heaviest = sorted(self._weights.items(), key=lambda each: (-each[1], each[0]))[:HEAVIEST_KEPT]
        self.row.numbers = packed_numbers(number for number, _weight in heaviest)
        self.row.weights = bytes(weight for _number, weight in heaviest)

    def write_members(self) -> None:
        """Write the bitmaps that changed, or all of them when the list no longer holds everybody."""
        if self._was_open:
            self._change_blocks()
        elif len(self._all) > HEAVIEST_KEPT:
            StoredMembers.objects.filter(term=self.row).delete()
            StoredMembers.objects.bulk_create(
                StoredMembers(term=self.row, block=block, packed=packed)
                for block, packed in blocks_of(self._all).items()
            )

    def _change_blocks(self) -> None:
        touched = {number // BLOCK for number in (*self._came, *self._went)}
        rows = {row.block: row for row in StoredMembers.objects.filter(term=self.row, block__in=touched)}
        for block in touched:
            row = rows.get(block) or StoredMembers(term=self.row, block=block, packed=b"")
            places = set(unpacked_block(bytes(row.packed)))
            places -= {number % BLOCK for number in self._went if number // BLOCK == block}
            places |= {number % BLOCK for number in self._came if number // BLOCK == block}
            row.packed = packed_block(sorted(places))
            row.save()


def list_words(edition: int, gathering: Gathering) -> None:
    """List words that were not there yet under their pieces, as far as there is room."""
    for language, gathered in gathering.languages.items():
        by_piece: dict[str, list[str]] = defaultdict(list)
        for word in gathered.vocabulary:
            for piece in pieces_of(fold(word)):
                by_piece[piece].append(listed(word))
        for pieces in _in_parts(sorted(by_piece)):
            _list_some(edition, language, {piece: by_piece[piece] for piece in pieces})


def _list_some(edition: int, language: str, by_piece: dict[str, list[str]]) -> None:
    rows = {
        row.piece: row
        for row in StoredPiece.objects.filter(edition=edition, language=language, piece__in=by_piece)
    }
    new, kept = [], []
    for piece, words in by_piece.items():
        row = rows.get(piece)
        known = row.words.split(" ") if row else []
        missing = [word for word in words if word not in known][: max(0, MOST_WORDS_PER_PIECE - len(known))]
        if not missing:
            continue
        said = " ".join([*known, *missing])
        if row is None:
            new.append(StoredPiece(edition_id=edition, language=language, piece=piece, words=said))
        else:
            row.words = said
            kept.append(row)
    StoredPiece.objects.bulk_create(new)
    StoredPiece.objects.bulk_update(kept, ["words"], batch_size=200)


def _in_parts(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for begin in range(0, len(names), _AT_ONCE):
        yield names[begin : begin + _AT_ONCE]
