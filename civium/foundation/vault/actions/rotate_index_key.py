"""Replace the key of the blind indexes: every index is written anew while both are looked for, and then the earlier key is deleted.

Three steps, each begun by calling again: indexes are written anew in batches; a day passes, for whoever was writing meanwhile; they are gone
through once more, and the earlier key is deleted. Each may be stopped at any moment and goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import QuerySet

from civium.foundation.journal.actions.record import record

from ..events import PurposeKeyRotated
from ..models import IndexRenewal, PurposeKey
from .keys import INDEX, new_purpose_key, present_purpose_key
from .rotate_keys import BATCH, KEPT_AFTER_ROTATION

if TYPE_CHECKING:
    from civium.foundation.journal.actions.record import Actor

# Whoever looked up the key before there was a new one has written long before this.
LONGEST_REQUEST: Final = timedelta(hours=1)

Progress = Callable[[str, int, int], None]


def _nothing_waits(_began: datetime) -> int:
    return 0


@dataclass(frozen=True)
class Indexed:
    """Rows with blind indexes, and how these are written anew.

    ``fields``: which columns (``room.Model.field``); ``renew`` is given some of the ``rows`` and saves them; ``waits``: how many made before
    a moment can only be waited for, because what they were made of is not kept.
    """

    name: str
    fields: tuple[str, ...]
    rows: Callable[[], QuerySet[Any]]
    renew: Callable[[Sequence[Any]], None]
    waits: Callable[[datetime], int] = _nothing_waits


@dataclass(frozen=True)
class IndexesRenewed:
    """How far it came. ``until``: both keys are looked for until then; ``waiting``: rows under the earlier key whose time must end first."""

    version: int
    until: datetime | None = None
    waiting: int = 0

    @property
    def is_over(self) -> bool:
        """Whether the earlier key is deleted."""
        return self.until is None and not self.waiting


def rotate_index_key(
    indexed: Sequence[Indexed],
    *,
    by: Actor | None,
    at: datetime,
    progress: Progress = lambda _name, _done, _all: None,
    watched: Callable[[], AbstractContextManager[Any]] = nullcontext,
    batch: int = BATCH,
) -> IndexesRenewed:
    """Bring all indexes under a new key, or go on with that; ``progress(name, done, all)`` after each batch.

    ``indexed`` must be everything that has blind indexes: what is left out is found no more. ``watched`` is entered around each batch, which
    opens what is sealed.
    """
    newest = _version_to_renew_to(at)
    ended = _go_through(indexed, newest, 1, at, progress, watched, batch)
    if at < ended + KEPT_AFTER_ROTATION:
        return IndexesRenewed(newest.version, until=ended + KEPT_AFTER_ROTATION)
    waiting = sum(each.waits(newest.made_at + LONGEST_REQUEST) for each in indexed)
    if waiting:
        return IndexesRenewed(newest.version, waiting=waiting)
    _go_through(indexed, newest, 2, at, progress, watched, batch)
    with transaction.atomic():
        PurposeKey.objects.filter(purpose=INDEX, version__lt=newest.version).delete()
        record(PurposeKeyRotated(purpose_key=newest.id, purpose=INDEX, version=newest.version), by=by, at=at)
    return IndexesRenewed(newest.version)


@transaction.atomic
def _version_to_renew_to(at: datetime) -> PurposeKey:
    """A new version, or the newest one while an earlier one is still looked for."""
    newest = PurposeKey.objects.select_for_update().get(id=present_purpose_key(INDEX).id)
    if PurposeKey.objects.filter(purpose=INDEX, version__lt=newest.version).exists():
        return newest
    coming = new_purpose_key(INDEX, version=newest.version + 1)
    coming.made_at = at
    coming.save(force_insert=True)
    return coming


def _go_through(
    indexed: Sequence[Indexed],
    newest: PurposeKey,
    round: int,
    at: datetime,
    progress: Progress,
    watched: Callable[[], AbstractContextManager[Any]],
    batch: int,
) -> datetime:
    """Write anew whatever this round has not come to; when the round was over."""
    for each in indexed:
        renewal, _is_new = IndexRenewal.objects.get_or_create(purpose_key=newest, name=each.name, round=round)
        total = max(each.rows().count(), renewal.done)
        while renewal.ended_at is None:
            with transaction.atomic(), watched():
                _renew_some(each, renewal, at, batch)
            if renewal.done:
                progress(each.name, renewal.done, max(renewal.done, total))
    rounds = IndexRenewal.objects.filter(purpose_key=newest, round=round, ended_at__isnull=False)
    return max((moment for moment in rounds.values_list("ended_at", flat=True) if moment), default=at)


def _renew_some(each: Indexed, renewal: IndexRenewal, at: datetime, batch: int) -> None:
    rows = each.rows().select_for_update(of=("self",)).order_by("pk")
    some = list((rows.filter(pk__gt=renewal.after) if renewal.after else rows)[:batch])
    if some:
        each.renew(some)
        renewal.after, renewal.done = str(some[-1].pk), renewal.done + len(some)
    if len(some) < batch:
        renewal.ended_at = at
    renewal.save()
