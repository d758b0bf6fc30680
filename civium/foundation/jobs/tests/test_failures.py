"""Jobs that fail: tried again, then dead, then settled by an administrator."""

from __future__ import annotations

import datetime as dt
import logging

import pytest
import time_machine
from django.utils import timezone

from civium.foundation.jobs.actions.prune_jobs import prune_jobs
from civium.foundation.jobs.actions.replay_job import NotDead, discard_job, replay_job
from civium.foundation.jobs.actions.run_jobs import claim_job, run_waiting_jobs
from civium.foundation.jobs.models import QueuedJob
from civium.foundation.jobs.queries import (
    count_dead_jobs,
    count_waiting,
    find_dead_jobs,
    find_failing_jobs,
    find_stuck,
)
from civium.foundation.jobs.tests.errands import (
    fall_over,
    lines,
    run_an_errand,
    upset_the_database,
    wait_for_the_baker,
)

pytestmark = pytest.mark.django_db
SECRET = "amina@home.example"


def run_after_a(while_: dt.timedelta) -> int:
    with time_machine.travel(timezone.now() + while_):
        return run_waiting_jobs()


def run_all_attempts() -> None:
    for days in range(3):
        run_after_a(dt.timedelta(days=days))


@pytest.fixture
def dead_job(diary) -> QueuedJob:
    job_id = fall_over.enqueue(str(diary), SECRET)
    run_all_attempts()
    return QueuedJob.objects.get(id=job_id)


def test_a_failed_job_waits_longer_after_each_attempt(diary):
    job_id = fall_over.enqueue(str(diary), SECRET)
    run_waiting_jobs()
    row = QueuedJob.objects.get(id=job_id)
    assert dt.timedelta(seconds=7) < row.run_after - row.finished_at < dt.timedelta(seconds=13)
    assert [job.id for job in find_failing_jobs()] == [job_id]
    run_after_a(dt.timedelta(minutes=1))
    row.refresh_from_db()
    assert dt.timedelta(seconds=15) < row.run_after - row.finished_at < dt.timedelta(seconds=25)


def test_a_job_that_may_not_be_done_yet_waits_without_failing_however_long(diary):
    job_id = wait_for_the_baker.enqueue(str(diary), "bread")
    for hours in range(5):
        assert run_after_a(dt.timedelta(hours=2 * hours)) == 1
    row = QueuedJob.objects.get(id=job_id)
    assert (row.status, row.attempts_made, row.why) == ("READY", 0, "")
    assert not find_failing_jobs()
    assert not count_dead_jobs()
    diary.with_name(diary.name + ".open").touch()
    run_after_a(dt.timedelta(hours=20))
    row.refresh_from_db()
    assert row.status == "SUCCESSFUL"
    assert len(lines(diary)) == 6


def test_after_its_last_attempt_a_job_is_dead(dead_job, diary):
    assert len(lines(diary)) == 3
    assert dead_job.is_dead
    assert count_dead_jobs() == 1
    (shown,) = find_dead_jobs()
    assert (shown.name, shown.why, shown.attempts_made) == ("jobs.fall_over", "builtins.ValueError", 3)
    assert run_after_a(dt.timedelta(days=99)) == 0


def test_neither_the_row_nor_the_log_quotes_what_the_job_was_given(diary, caplog):
    with caplog.at_level(logging.DEBUG, logger="civium.jobs"):
        job_id = fall_over.enqueue(str(diary), SECRET)
        run_waiting_jobs()
    row = QueuedJob.objects.get(id=job_id)
    assert "in fall_over" in row.traceback
    assert "builtins.ValueError" in row.traceback
    assert "in fall_over" in caplog.text
    assert SECRET not in row.traceback + caplog.text


def test_a_dead_job_replayed_has_all_its_attempts_again(dead_job, diary):
    replay_job(dead_job.id, at=timezone.now())
    assert run_waiting_jobs() == 1
    assert count_dead_jobs() == 0
    assert len(lines(diary)) == 4
    with pytest.raises(NotDead):
        replay_job(dead_job.id, at=timezone.now())


def test_a_dead_job_discarded_is_gone(dead_job):
    discard_job(dead_job.id)
    assert not QueuedJob.objects.exists()
    with pytest.raises(NotDead):
        discard_job(dead_job.id)


def test_a_dead_job_keeps_its_key(diary):
    job_id = fall_over.enqueue(str(diary), "x", once="key")
    run_all_attempts()
    assert fall_over.enqueue(str(diary), "x", once="key") == job_id
    assert count_dead_jobs() == 1


def test_a_job_whose_code_is_not_there_is_tried_again(diary):
    job_id = run_an_errand.enqueue(str(diary), "x")
    QueuedJob.objects.filter(id=job_id).update(task_path="civium.nowhere.tasks.nothing")
    assert run_waiting_jobs() == 1
    (failing,) = find_failing_jobs()
    assert failing.why == "builtins.ModuleNotFoundError"


def test_waiting_and_stuck_jobs_are_counted(diary):
    now = timezone.now()
    run_an_errand.enqueue(str(diary), "late", after=now - dt.timedelta(hours=1))
    run_an_errand.enqueue(str(diary), "due", after=now)
    run_an_errand.enqueue(str(diary), "later", after=now + dt.timedelta(hours=1))
    assert count_waiting(at=now) == 2
    assert [job.args_kwargs["args"][1] for job in find_stuck(at=now)] == ["late"]


def test_a_job_that_runs_for_long_is_stuck(diary):
    now = timezone.now()
    run_an_errand.enqueue(str(diary), "slow")
    claim_job("somebody", at=now + dt.timedelta(seconds=1))
    assert len(find_stuck(at=now + dt.timedelta(minutes=10))) == 1


def test_done_jobs_are_forgotten_after_a_week_and_dead_ones_never(dead_job, diary):
    run_an_errand.enqueue(str(diary), "x", once="key")
    run_waiting_jobs()
    now = timezone.now()
    assert prune_jobs(at=now + dt.timedelta(days=6)) == 0
    assert prune_jobs(at=now + dt.timedelta(days=8)) == 1
    assert count_dead_jobs() == 1
    run_an_errand.enqueue(str(diary), "x", once="key")
    assert run_waiting_jobs() == 1


def test_a_test_in_a_transaction_survives_a_job_that_upsets_the_database(diary):
    upset_the_database.enqueue(str(diary), "x")
    fall_over.enqueue(str(diary), "y")
    assert run_waiting_jobs() == 2
    assert {job.why for job in find_failing_jobs()} == {
        "django.db.utils.IntegrityError",
        "builtins.ValueError",
    }
