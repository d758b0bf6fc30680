"""Jobs that are due by the clock."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from civium.foundation.jobs.actions import schedule
from civium.foundation.jobs.actions.enqueue import Job
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.jobs.actions.schedule import daily, every, plan_schedules
from civium.foundation.jobs.models import QueuedJob

pytestmark = pytest.mark.django_db
NINE = dt.datetime(2026, 3, 2, 9, 0, 20, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)

rung: list[dt.datetime] = []
trouble: list[Exception] = []


def ring_the_bell() -> None:
    rung.append(timezone.now())
    if trouble:
        raise trouble[0]


@pytest.fixture(autouse=True)
def only_our_bell(monkeypatch):
    rung.clear()
    trouble.clear()
    monkeypatch.setattr(schedule, "SCHEDULED", {})


def hang(timetable, monkeypatch) -> Job:
    """Have the bell rung by this timetable; the row finds it under the function's own name."""
    bell = timetable(ring_the_bell)
    monkeypatch.setitem(globals(), "ring_the_bell", bell)
    return bell


def test_a_scheduled_job_runs_at_each_of_its_times(monkeypatch):
    hang(every(minutes=1), monkeypatch)
    with time_machine.travel(NINE, tick=False) as clock:
        plan_schedules(at=NINE)
        assert run_waiting_jobs() == 1
        assert run_waiting_jobs() == 0
        clock.shift(MINUTE)
        assert run_waiting_jobs() == 1
    assert rung == [NINE, NINE + MINUTE]
    assert QueuedJob.objects.get().run_after == dt.datetime(2026, 3, 2, 9, 2, tzinfo=dt.UTC)


def test_times_missed_while_nothing_ran_are_made_up_for_once(monkeypatch):
    hang(every(minutes=1), monkeypatch)
    with time_machine.travel(NINE, tick=False) as clock:
        plan_schedules(at=NINE)
        run_waiting_jobs()
        clock.shift(dt.timedelta(days=2))
        plan_schedules(at=timezone.now())
        assert run_waiting_jobs() == 1


def test_a_daily_job_waits_for_its_time(monkeypatch):
    hang(daily(at="03:00"), monkeypatch)
    with time_machine.travel(NINE, tick=False) as clock:
        plan_schedules(at=NINE)
        assert run_waiting_jobs() == 0
        clock.shift(dt.timedelta(days=1))
        assert run_waiting_jobs() == 1


def test_two_workers_plan_it_once(monkeypatch):
    hang(every(minutes=1), monkeypatch)
    for _ in range(2):
        plan_schedules(at=NINE)
    assert QueuedJob.objects.count() == 1


def test_a_denser_timetable_counts_from_the_next_start(monkeypatch):
    hang(daily(at="03:00"), monkeypatch)
    with time_machine.travel(NINE, tick=False) as clock:
        plan_schedules(at=NINE)
        monkeypatch.undo()
        monkeypatch.setattr(schedule, "SCHEDULED", {})
        hang(every(minutes=1), monkeypatch)
        plan_schedules(at=NINE)
        clock.shift(MINUTE)
        assert run_waiting_jobs() == 1


def test_a_scheduled_job_that_fails_is_never_dead_and_shows_its_error(monkeypatch):
    hang(every(hours=1), monkeypatch)
    trouble.append(OSError())
    with time_machine.travel(NINE, tick=False) as clock:
        plan_schedules(at=NINE)
        for _ in range(40):
            run_waiting_jobs()
            clock.shift(dt.timedelta(hours=1))
        row = QueuedJob.objects.get()
        assert (row.status, row.why) == ("READY", "builtins.OSError")
        assert row.attempts_made <= 12
        trouble.clear()
        run_waiting_jobs()
        row.refresh_from_db()
    assert (row.why, row.attempts_made) == ("", 0)
    assert len(rung) == 41


def test_a_failed_one_is_tried_again_before_its_next_time(monkeypatch):
    hang(daily(at="03:00"), monkeypatch)
    trouble.append(OSError())
    with time_machine.travel(NINE, tick=False) as clock:
        plan_schedules(at=NINE)
        clock.shift(dt.timedelta(days=1))
        run_waiting_jobs()
        trouble.clear()
        clock.shift(MINUTE)
        assert run_waiting_jobs() == 1
