"""An administrator settles what died: tries it again, or lets it go. On the record either way."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.foundation.jobs.actions import replay_job as queue
from civium.foundation.journal.actions.react import run_reactions
from civium.foundation.journal.actions.record import Actor, record
from civium.foundation.journal.events import JobDiscarded, JobReplayed, ReactionDiscarded, ReactionReplayed
from civium.foundation.journal.models import ReactionRun
from civium.foundation.kit.refusals import Refusal


class ReactionNotDead(Refusal):
    message = _("This is being tried again already, or was settled by somebody else.")


@transaction.atomic
def replay_reaction(run_id: int, *, by: Actor | None, at: datetime) -> None:
    """Give a dead reaction all its attempts again, beginning now."""
    run = _settle(run_id, state=ReactionRun.State.FAILING)
    run_reactions.enqueue(run.entry_id)
    record(ReactionReplayed(entry=run.entry_id, reaction=run.reaction), by=by, at=at)


@transaction.atomic
def discard_reaction(run_id: int, *, by: Actor | None, at: datetime) -> None:
    """Let a dead reaction go: it will not happen."""
    run = _settle(run_id, state=ReactionRun.State.DISCARDED)
    record(ReactionDiscarded(entry=run.entry_id, reaction=run.reaction), by=by, at=at)


@transaction.atomic
def replay_dead_job(job_id: UUID, *, by: Actor | None, at: datetime) -> None:
    """Give a dead job all its attempts again, beginning now."""
    queue.replay_job(job_id, at=at)
    record(JobReplayed(job=job_id), by=by, at=at)


@transaction.atomic
def discard_dead_job(job_id: UUID, *, by: Actor | None, at: datetime) -> None:
    """Let a dead job go: it will not be done."""
    queue.discard_job(job_id)
    record(JobDiscarded(job=job_id), by=by, at=at)


def _settle(run_id: int, *, state: str) -> ReactionRun:
    run = ReactionRun.objects.select_for_update().filter(id=run_id, state=ReactionRun.State.DEAD).first()
    if run is None:
        raise ReactionNotDead
    run.state, run.attempts = state, 0
    run.save(update_fields=["state", "attempts"])
    return run
