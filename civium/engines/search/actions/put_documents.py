"""Put documents into the index in tables, take them out, and note it for an edition that is in the making."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import groupby

from django.db import transaction
from django.db.models import F

from ..gathering import Gathering
from ..models import Edition, LateChange, StoredDocument, StoredLanguage
from ..schema import Document
from ._changing_terms import Changes, change_terms, list_words

BATCH = 500


@transaction.atomic
def put_documents(documents: Iterable[Document], *, source: str, at: datetime) -> None:
    """Make documents findable in the place of what was there by their ids, in every language."""
    given = sorted(documents, key=lambda document: document.id)
    by_id = [(id_, list(same)) for id_, same in groupby(given, key=lambda document: document.id)]
    edition = _edition_to_change(at)
    _note_late(edition, source, by_id)
    for begin in range(0, len(by_id), BATCH):
        some = by_id[begin : begin + BATCH]
        _replace(edition, source, [id_ for id_, _same in some], [each for _id, same in some for each in same])
    edition.changed_at = at
    edition.save(update_fields=["next_number", "changed_at"])


def remove_documents(ids: Iterable[str], *, source: str, at: datetime) -> None:
    """Make documents unfindable, in every language. What is not there is left alone."""
    with transaction.atomic():
        gone = sorted(set(ids))
        edition = _edition_to_change(at)
        _note_late(edition, source, [(id_, []) for id_ in gone])
        for begin in range(0, len(gone), BATCH):
            _replace(edition, source, gone[begin : begin + BATCH], [])
        edition.changed_at = at
        edition.save(update_fields=["next_number", "changed_at"])


def _edition_to_change(at: datetime) -> Edition:
    """The current edition, locked: changes come one after the other. The first change makes the first edition."""
    current = Edition.objects.select_for_update().filter(current_since__isnull=False).order_by("-pk").first()
    return current or Edition.objects.create(begun_at=at, current_since=at)


def _note_late(edition: Edition, source: str, by_id: Sequence[tuple[str, Sequence[Document]]]) -> None:
    in_the_making = Edition.objects.select_for_update().filter(current_since__isnull=True, pk__gt=edition.pk)
    LateChange.objects.bulk_create(
        LateChange(edition=each, source=source, key=id_, documents=[asdict(document) for document in same])
        for each in in_the_making
        for id_, same in by_id
    )


def _replace(edition: Edition, source: str, ids: Collection[str], documents: Sequence[Document]) -> None:
    changes = Changes()
    old = StoredDocument.objects.filter(edition=edition, source=source, key__in=ids)
    counts: dict[str, int] = defaultdict(int)
    for language, number, stems in old.values_list("language", "number", "stems"):
        counts[language] -= 1
        for stem in stems.split(" "):
            changes.removed[language, stem].add(number)
    old.delete()
    gathering = Gathering(edition.pk, edition.next_number)
    StoredDocument.objects.bulk_create([gathering.add(document, source) for document in documents], BATCH)
    edition.next_number = gathering.next_number
    for language, gathered in gathering.languages.items():
        counts[language] += gathered.documents
        for stem in gathered.stems():
            changes.added[language, stem] = list(zip(*gathered.documents_of(stem), strict=True))
    change_terms(edition.pk, changes)
    list_words(edition.pk, gathering)
    for language, count in counts.items():
        StoredLanguage.objects.get_or_create(edition=edition, language=language)
        StoredLanguage.objects.filter(edition=edition, language=language).update(
            documents=F("documents") + count
        )
