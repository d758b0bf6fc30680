"""Make the index anew from what rooms declare, beside the current one, and change over when it is whole."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice

from django.db import transaction

from ..gathering import GatheredLanguage, Gathering
from ..models import (
    Edition,
    LateChange,
    StoredDocument,
    StoredLanguage,
    StoredMembers,
    StoredPiece,
    StoredTerm,
)
from ..packing import HEAVIEST_KEPT, blocks_of, heaviest, packed_numbers
from ..schema import Document, Searchable
from .put_documents import put_documents, remove_documents

BATCH = 2000
# Longer than any process remembers which edition is current.
_UNTIL_NOBODY_READS_IT = 3.0  # seconds

# Numbers left for what is put into the current edition meanwhile. They are kept in 32 bits: enough for thousands of editions.
_ROOM = 1_000_000

Say = Callable[[str], object]


def rebuild_index(
    searchables: Iterable[Searchable],
    *,
    at: datetime,
    say: Say = lambda line: None,
    wait: float = _UNTIL_NOBODY_READS_IT,
) -> int:
    """Make a new edition of everything declared as stored, and throw the old one away. Returns how many documents it has.

    People search the old one meanwhile, and what changes meanwhile is not lost. Needs about 250 MB of memory for a million
    documents of forty words.
    """
    _throw_away(Edition.objects.filter(current_since__isnull=True))
    edition, first = _begin(at)
    gathering = Gathering(edition.pk, first)
    for searchable in searchables:
        if searchable.stored:
            _take_in(searchable, gathering, say)
    for language, gathered in gathering.languages.items():
        say(f"{language}: writing {len(gathered.stems()):,} stems of {gathered.documents:,} documents")
        _write_terms(edition, language, gathered)
        _write_words(edition, language, gathered)
    _change_over(edition, gathering.next_number, at)
    time.sleep(wait)
    _throw_away(Edition.objects.exclude(pk=edition.pk).filter(current_since__isnull=False))
    return gathering.next_number - first


@transaction.atomic
def _begin(at: datetime) -> tuple[Edition, int]:
    """A new edition and its first number: beyond all that the current one can come to while this one is made."""
    current = Edition.objects.select_for_update().order_by("-pk").first()
    first = current.next_number + _ROOM if current else 0
    return Edition.objects.create(begun_at=at, next_number=first), first


def _take_in(searchable: Searchable, gathering: Gathering, say: Say) -> None:
    documents, begun = iter(searchable.documents()), time.monotonic()
    count = 0
    while some := list(islice(documents, BATCH)):
        rows = [gathering.add(document, searchable.name) for document in some]
        with transaction.atomic():
            StoredDocument.objects.bulk_create(rows)
        count += len(some)
        if time.monotonic() - begun > 5:
            begun = time.monotonic()
            say(f"{searchable.name}: {count:,} documents read")
    say(f"{searchable.name}: {count:,} documents read")


def _write_terms(edition: Edition, language: str, gathered: GatheredLanguage) -> None:
    for some in _in_parts(gathered.stems()):
        with transaction.atomic():
            terms = [_term(edition, language, stem, gathered) for stem in some]
            StoredTerm.objects.bulk_create(terms)
            open_terms = [term for term in terms if term.documents > HEAVIEST_KEPT]
            for term in open_terms:
                StoredMembers.objects.bulk_create(
                    StoredMembers(term=term, block=block, packed=packed)
                    for block, packed in blocks_of(gathered.documents_of(term.stem)[0]).items()
                )
    StoredLanguage.objects.create(edition=edition, language=language, documents=gathered.documents)


def _term(edition: Edition, language: str, stem: str, gathered: GatheredLanguage) -> StoredTerm:
    everybody, all_weights = gathered.documents_of(stem)
    numbers, weights = heaviest(everybody, all_weights)
    return StoredTerm(
        edition_id=edition.pk,
        language=language,
        stem=stem,
        documents=len(everybody),
        numbers=packed_numbers(numbers),
        weights=weights,
    )


def _write_words(edition: Edition, language: str, gathered: GatheredLanguage) -> None:
    lists = gathered.words_by_piece()
    for some in _in_parts(sorted(lists)):
        with transaction.atomic():
            StoredPiece.objects.bulk_create(
                StoredPiece(
                    edition_id=edition.pk, language=language, piece=piece, words=" ".join(lists[piece])
                )
                for piece in some
            )


@transaction.atomic
def _change_over(edition: Edition, next_number: int, at: datetime) -> None:
    """Make the edition current and do to it what changed while it was made."""
    locked = Edition.objects.select_for_update().get(pk=edition.pk)
    locked.next_number, locked.current_since, locked.changed_at = next_number, at, at
    locked.save()
    for change in LateChange.objects.filter(edition=edition).order_by("pk"):
        if change.documents:
            documents = [Document(**document) for document in change.documents]
            put_documents(documents, source=change.source, at=at)
        else:
            remove_documents([change.key], source=change.source, at=at)
    LateChange.objects.filter(edition=edition).delete()


def _throw_away(editions: Iterable[Edition]) -> None:
    """Remove editions, a little at a time, so that nobody waits for long."""
    for edition in editions:
        while terms := list(StoredTerm.objects.filter(edition=edition).values_list("pk", flat=True)[:BATCH]):
            StoredMembers.objects.filter(term__in=terms).delete()
            StoredTerm.objects.filter(pk__in=terms).delete()
        for model in (StoredDocument, StoredPiece):
            while some := list(model.objects.filter(edition=edition).values_list("pk", flat=True)[:BATCH]):
                model.objects.filter(pk__in=some).delete()
        edition.delete()


def _in_parts(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for begin in range(0, len(names), BATCH):
        yield names[begin : begin + BATCH]
