"""What follows from an entry: exactly once, tried again, visible when dead."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from uuid import uuid4

import pytest
import time_machine
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.jobs.models import QueuedJob
from civium.foundation.journal.actions.react import REACTIONS, run_reactions
from civium.foundation.journal.actions.record import record
from civium.foundation.journal.actions.sequence_entries import sequence_entries
from civium.foundation.journal.actions.settle_dead_letters import (
    ReactionNotDead,
    discard_reaction,
    replay_reaction,
)
from civium.foundation.journal.actions.sweep_reactions import sweep_reactions
from civium.foundation.journal.models import Entry, ReactionRun
from civium.foundation.journal.queries import count_dead_reactions, find_dead_reactions, find_entries
from civium.foundation.journal.tests.happenings import NOW, LampBroken, trouble

pytestmark = pytest.mark.django_db
ADA = SimpleNamespace(id=uuid4())


@pytest.fixture(autouse=True)
def no_trouble():
    yield
    trouble.clear()


def break_a_lamp() -> Entry:
    return record(LampBroken(lamp=uuid4()), by=None, at=NOW)


def effects(what: str) -> int:
    return ContentType.objects.filter(app_label=what).count()


def run_until_dead() -> None:
    for hours in range(30):
        with time_machine.travel(timezone.now() + dt.timedelta(hours=2 * hours)):
            run_waiting_jobs()


def test_every_reaction_runs_after_the_entry():
    break_a_lamp()
    assert effects("bulb") == 0
    run_waiting_jobs()
    assert (effects("bulb"), effects("electrician")) == (1, 1)


def test_a_reaction_is_told_the_event_and_its_entry(monkeypatch):
    heard = []
    monkeypatch.setitem(
        REACTIONS[LampBroken.kind], "test.hear", lambda event, entry: heard.append((event, entry.id))
    )
    entry = break_a_lamp()
    run_waiting_jobs()
    assert heard == [(entry.event, entry.id)]


def test_running_them_again_changes_nothing():
    entry = break_a_lamp()
    run_waiting_jobs()
    run_reactions.enqueue(entry.id)
    assert run_waiting_jobs() == 1
    assert (effects("bulb"), effects("electrician")) == (1, 1)


def test_one_that_fails_is_tried_again_alone_and_its_changes_are_taken_back():
    trouble.append(OSError("of amina@home.example"))
    break_a_lamp()
    run_waiting_jobs()
    assert (effects("bulb"), effects("electrician")) == (1, 0)
    failing = ReactionRun.objects.get(reaction="tests.call_the_electrician")
    assert (failing.state, failing.attempts, failing.error) == ("failing", 1, "builtins.OSError")
    assert "amina" not in failing.trace

    trouble.clear()
    with time_machine.travel(timezone.now() + dt.timedelta(seconds=5)):
        assert run_waiting_jobs() == 1
    assert (effects("bulb"), effects("electrician")) == (1, 1)
    failing.refresh_from_db()
    assert (failing.state, failing.attempts, failing.error) == ("done", 2, "")


def test_after_its_last_attempt_it_is_dead_and_nothing_else_is():
    trouble.append(OSError())
    entry = break_a_lamp()
    run_until_dead()
    (dead,) = find_dead_reactions()
    assert (dead.entry_id, dead.reaction, dead.attempts) == (entry.id, "tests.call_the_electrician", 12)
    assert count_dead_reactions() == 1
    assert QueuedJob.objects.get().status == "SUCCESSFUL"


def test_a_dead_one_replayed_runs_and_is_on_the_record():
    trouble.append(OSError())
    entry = break_a_lamp()
    run_until_dead()
    trouble.clear()
    run = find_dead_reactions()[0]
    replay_reaction(run.id, by=ADA, at=NOW)
    run_waiting_jobs()
    assert (effects("bulb"), effects("electrician"), count_dead_reactions()) == (1, 1, 0)
    (noted,) = find_entries([f"entry:{entry.id}"])
    assert (noted.kind, noted.by_id) == ("journal.ReactionReplayed", ADA.id)
    with pytest.raises(ReactionNotDead):
        replay_reaction(run.id, by=ADA, at=NOW)


def test_a_dead_one_discarded_never_runs():
    trouble.append(OSError())
    entry = break_a_lamp()
    run_until_dead()
    trouble.clear()
    discard_reaction(find_dead_reactions()[0].id, by=ADA, at=NOW)
    run_reactions.enqueue(entry.id)
    run_waiting_jobs()
    assert (effects("electrician"), count_dead_reactions()) == (0, 0)


def test_an_entry_whose_job_was_lost_is_found():
    lost, kept = break_a_lamp(), break_a_lamp()
    QueuedJob.objects.filter(id=run_reactions.id_for(str(lost.id))).delete()
    sequence_entries(at=NOW)
    assert sweep_reactions() == 1
    assert sweep_reactions() == 0
    assert run_waiting_jobs() == 2
    done = ReactionRun.objects.filter(state="done")
    assert done.filter(entry=lost).count() == done.filter(entry=kept).count() == 2


def test_the_sweep_does_not_look_back_past_what_is_settled(monkeypatch, django_assert_max_num_queries):
    for _ in range(3):
        break_a_lamp()
    run_waiting_jobs()
    sequence_entries(at=NOW)
    assert sweep_reactions() == 0
    QueuedJob.objects.all().delete()
    monkeypatch.setitem(REACTIONS[LampBroken.kind], "test.new", lambda event, entry: None)
    assert sweep_reactions() == 0


def test_one_that_still_waits_holds_the_mark_but_hides_no_later_loss():
    trouble.append(OSError())
    break_a_lamp()
    run_waiting_jobs()
    sequence_entries(at=NOW)
    assert sweep_reactions() == 0
    trouble.clear()
    later = break_a_lamp()
    QueuedJob.objects.filter(id=run_reactions.id_for(str(later.id))).delete()
    sequence_entries(at=NOW)
    assert sweep_reactions() == 1
