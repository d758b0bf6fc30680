"""What the journal does by the clock."""

from __future__ import annotations

from django.utils import timezone

from civium.foundation.jobs.actions.schedule import daily, every
from civium.foundation.journal.actions import ask_witnesses, sequence_entries, sweep_reactions


@every(minutes=1)
def sign_the_record() -> None:
    """Join what was recorded into the tree, sign its head, and have the witnesses cosign it."""
    sequence_entries.sequence_entries(at=timezone.now())
    ask_witnesses.ask_witnesses(at=timezone.now())


@daily(at="02:40")
def sign_what_came_late() -> None:
    """The same, for an entry whose transaction stayed open for very long."""
    sequence_entries.sequence_entries(at=timezone.now(), from_the_start=True)


@every(minutes=5)
def find_lost_reactions() -> None:
    """Put entries back into the queue whose reactions have no job."""
    sweep_reactions.sweep_reactions()
