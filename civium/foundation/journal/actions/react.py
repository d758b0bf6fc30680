"""Reactions: what a room does when something below it is recorded.

One job per entry runs its reactions after the commit, each in a transaction of its own together with the note that it
is done, so what a reaction changes in the database happens exactly once. Whatever must reach the outside world, a
reaction puts into the queue or sends as a notice.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from civium.foundation.jobs.actions.enqueue import job
from civium.foundation.jobs.actions.surround import surrounded
from civium.foundation.jobs.rules import Retry, error_class, trace_without_values
from civium.foundation.journal.events import Event
from civium.foundation.journal.models import Entry, ReactionRun

SomeEvent = TypeVar("SomeEvent", bound=Event)
Reaction = Callable[[SomeEvent, Entry], None]

logger = logging.getLogger("civium.journal")

REACTION_RETRY = Retry(attempts=12, first_wait=timedelta(seconds=2), longest_wait=timedelta(hours=1))
# The reactions to each kind of event by their names, in the order in which the rooms declare them.
REACTIONS: defaultdict[str, dict[str, Reaction[Event]]] = defaultdict(dict)


class ReactionsFailed(Exception):
    """Some reactions to an entry must be tried again."""


def reacts_to(*events: type[SomeEvent]) -> Callable[[Reaction[SomeEvent]], Reaction[SomeEvent]]:
    """Have the function called with ``(event, entry)`` after each such event is committed.

    Its name (room and function) is how the journal knows that it ran: a new name is a new reaction.
    """

    def declare(function: Reaction[SomeEvent]) -> Reaction[SomeEvent]:
        name = f"{function.__module__.split('.')[-2]}.{function.__name__}"
        for event in events:
            REACTIONS[event.kind][name] = function  # type: ignore[assignment]
        return function

    return declare


def ask_for_reactions(entry: Entry) -> None:
    """Have the entry's reactions run after the commit, if its kind has any."""
    if REACTIONS.get(entry.kind):
        run_reactions.enqueue(entry.id, once=str(entry.id))


# More attempts than a reaction has: deaths of the worker count here only, and a dead reaction is listed as a reaction.
@job(
    attempts=2 * REACTION_RETRY.attempts,
    first_wait=REACTION_RETRY.first_wait,
    longest_wait=REACTION_RETRY.longest_wait,
)
def run_reactions(entry_id: int) -> None:
    """Run the reactions to the entry that are not settled; raise when one must be tried again."""
    entry = Entry.objects.get(id=entry_id)
    declared = REACTIONS.get(entry.kind, {})
    # Each is tried, whatever became of the one before it.
    are_settled = [_react(name, function, entry) for name, function in declared.items()]
    if not all(are_settled):
        raise ReactionsFailed


def _react(name: str, function: Reaction[Event], entry: Entry) -> bool:
    """Run one reaction, and say whether it is settled."""
    try:
        with transaction.atomic():
            run = _locked_run(name, entry)
            if run.is_settled:
                return True
            with surrounded(name):
                function(entry.event, entry)
            _note(run, state=ReactionRun.State.DONE, attempts=run.attempts + 1, done_at=timezone.now())
    except Exception as error:
        return _note_failure(name, entry, error)
    return True


def _note_failure(name: str, entry: Entry, error: Exception) -> bool:
    """Count the attempt, and say whether it was the last one."""
    with transaction.atomic():
        run = _locked_run(name, entry)
        attempts = run.attempts + 1
        is_dead = REACTION_RETRY.is_over(attempts)
        trace = trace_without_values(error)
        _note(
            run,
            state=ReactionRun.State.DEAD if is_dead else ReactionRun.State.FAILING,
            attempts=attempts,
            error=error_class(error),
            trace=trace,
        )
    logger.log(
        logging.ERROR if is_dead else logging.WARNING,
        "reaction %s to entry %d: attempt %d failed%s\n%s",
        name,
        entry.id,
        attempts,
        ", the last one" if is_dead else "",
        trace,
    )
    return is_dead


def _locked_run(name: str, entry: Entry) -> ReactionRun:
    """The reaction's row, locked before it starts: a second run of the same reaction waits here and finds it done."""
    run, _is_new = ReactionRun.objects.select_for_update().get_or_create(
        entry=entry,
        reaction=name,
        defaults={"state": ReactionRun.State.FAILING, "tried_at": timezone.now()},
    )
    return run


def _note(
    run: ReactionRun, *, state: str, attempts: int, error: str = "", trace: str = "", **more: object
) -> None:
    ReactionRun.objects.filter(pk=run.pk).update(
        state=state, attempts=attempts, error=error[:200], trace=trace, tried_at=timezone.now(), **more
    )
