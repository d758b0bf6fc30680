"""Who holds a job: claims, leases, rescue, and work that ends after its lease."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db.models.functions import Now
from django.utils import timezone

from civium.foundation.jobs.actions.rescue_jobs import rescue_jobs
from civium.foundation.jobs.actions.run_jobs import attempt_job, beat, claim_job
from civium.foundation.jobs.models import QueuedJob, Worker
from civium.foundation.jobs.queries import find_workers
from civium.foundation.jobs.rules import LEASE
from civium.foundation.jobs.tests.errands import count_once, fall_over, lines, run_an_errand

pytestmark = pytest.mark.django_db


def claim(worker: str) -> QueuedJob:
    row = claim_job(worker, at=timezone.now() + dt.timedelta(hours=2))
    assert row is not None
    return row


def be_silent(worker: str) -> None:
    """The worker was last seen longer ago than a lease."""
    Worker.objects.filter(id=worker).update(seen_at=Now() - LEASE - dt.timedelta(seconds=1))


def test_a_claimed_job_is_nobody_elses(diary):
    run_an_errand.enqueue(str(diary), "bread")
    claim("one")
    assert claim_job("two", at=timezone.now()) is None


def test_looking_at_an_empty_queue_takes_one_read(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert claim_job("one", at=timezone.now()) is None


def test_a_living_workers_job_is_left_alone(diary):
    run_an_errand.enqueue(str(diary), "bread")
    beat("one")
    claim("one")
    assert rescue_jobs() == 0
    assert [worker.id for worker in find_workers()] == ["one"]


def test_a_silent_workers_job_is_tried_again(diary):
    run_an_errand.enqueue(str(diary), "bread")
    beat("one")
    claim("one")
    be_silent("one")
    assert rescue_jobs() == 1
    assert find_workers() == []
    attempt_job(claim("two"))()
    assert lines(diary) == ["bread"]
    assert QueuedJob.objects.get().status == "SUCCESSFUL"


def test_a_job_that_kills_its_workers_ends_as_a_dead_letter(diary):
    fall_over.enqueue(str(diary), "bread")
    for number in range(3):
        claim(f"worker {number}")
        rescue_jobs()
    assert QueuedJob.objects.get().is_dead
    assert QueuedJob.objects.get().why.endswith("WorkerDied")


def test_the_worker_that_was_taken_for_dead_changes_nothing_any_more(diary):
    count_once.enqueue(str(diary), "amount", 0)
    slow = claim("slow")
    rescue_jobs()
    quick = claim("quick")
    attempt_job(slow)()
    assert not ContentType.objects.filter(app_label="errand").exists()
    attempt_job(quick)()
    assert ContentType.objects.filter(app_label="errand").count() == 1
    assert QueuedJob.objects.get().status == "SUCCESSFUL"


def test_its_late_failure_does_not_take_the_job_from_the_new_holder(diary):
    fall_over.enqueue(str(diary), "bread")
    slow = claim("slow")
    rescue_jobs()
    claim("quick")
    attempt_job(slow)()
    assert QueuedJob.objects.get().status == "RUNNING"
