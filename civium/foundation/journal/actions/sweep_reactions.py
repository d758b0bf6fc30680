"""Find entries whose reactions never ran because the job that should run them is not there."""

from __future__ import annotations

from django.db import transaction
from django_tasks import TaskResultStatus

from civium.foundation.jobs.models import QueuedJob
from civium.foundation.journal.actions.react import REACTIONS, run_reactions
from civium.foundation.journal.actions.sequence_entries import lock_head
from civium.foundation.journal.models import Leaf, ReactionRun

_BATCH = 500
_IN_HAND = (TaskResultStatus.READY, TaskResultStatus.RUNNING)
_Placed = tuple[int, int, str]


def sweep_reactions() -> int:
    """Put entries back into the queue that wait for a reaction and have no job; give their number.

    It goes by places in the tree, not by ids: an id can be committed late, a place cannot. Entries below the mark that
    it leaves in the head are not looked at again, so a reaction declared later is not run for what is long past.
    """
    lost, place, mark = 0, _settled(), None
    while batch := _placed_from(place):
        open_places, count = _look_after(batch)
        lost += count
        if mark is None and open_places:
            mark = min(open_places)
        place = batch[-1][0] + 1
    with transaction.atomic():
        head = lock_head()
        head.settled = place if mark is None else mark
        head.save(update_fields=["settled"])
    return lost


def _settled() -> int:
    with transaction.atomic():
        return lock_head().settled


def _placed_from(place: int) -> list[_Placed]:
    """Place, entry and kind of the next entries of the tree."""
    leaves = Leaf.objects.filter(place__gte=place).order_by("place")
    return list(leaves.values_list("place", "entry_id", "entry__kind")[:_BATCH])


def _look_after(batch: list[_Placed]) -> tuple[list[int], int]:
    """The places whose reactions are not settled yet, and how many of them had to be put back into the queue."""
    wanted = [(place, entry_id, kind) for place, entry_id, kind in batch if REACTIONS.get(kind)]
    jobs = _job_states([entry_id for _, entry_id, _ in wanted])
    settled = _settled_reactions([entry_id for _, entry_id, _ in wanted])
    open_places, lost = [], 0
    for place, entry_id, kind in wanted:
        if {(entry_id, name) for name in REACTIONS[kind]} <= settled:
            continue
        state = jobs.get(entry_id)
        if state is None:
            run_reactions.enqueue(entry_id, once=str(entry_id))
            lost += 1
        if state is None or state in _IN_HAND:
            open_places.append(place)
    return open_places, lost


def _job_states(entry_ids: list[int]) -> dict[int, str]:
    by_job = {run_reactions.id_for(str(entry_id)): entry_id for entry_id in entry_ids}
    found = QueuedJob.objects.filter(id__in=by_job).values_list("id", "status")
    return {by_job[job_id]: status for job_id, status in found}


def _settled_reactions(entry_ids: list[int]) -> set[tuple[int, str]]:
    runs = ReactionRun.objects.filter(entry_id__in=entry_ids).exclude(state=ReactionRun.State.FAILING)
    return set(runs.values_list("entry_id", "reaction"))
