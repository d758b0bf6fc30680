"""Putting jobs into the queue."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.jobs.models import QueuedJob
from civium.foundation.jobs.tests.errands import fall_over, lines, run_an_errand

pytestmark = pytest.mark.django_db


def test_a_job_enqueued_is_run_once(diary):
    run_an_errand.enqueue(str(diary), "bread")
    assert run_waiting_jobs() == 1
    assert run_waiting_jobs() == 0
    assert lines(diary) == ["bread"]


def test_what_a_job_returns_is_not_kept(diary):
    job_id = run_an_errand.enqueue(str(diary), "bread")
    run_waiting_jobs()
    row = QueuedJob.objects.get(id=job_id)
    assert (row.status, row.return_value) == ("SUCCESSFUL", None)


def test_a_job_is_gone_with_the_transaction_that_enqueued_it(diary):
    with transaction.atomic():
        run_an_errand.enqueue(str(diary), "bread")
        transaction.set_rollback(True)
    assert run_waiting_jobs() == 0


def test_enqueueing_costs_one_statement(diary, django_assert_num_queries):
    with django_assert_num_queries(1):
        run_an_errand.enqueue(str(diary), "bread", once="bread")


def test_a_job_for_later_waits_until_then(diary):
    later = timezone.now() + dt.timedelta(hours=1)
    run_an_errand.enqueue(str(diary), "moment", after=later)
    run_an_errand.enqueue(str(diary), "while", after=dt.timedelta(hours=1))
    assert run_waiting_jobs() == 0
    with time_machine.travel(later + dt.timedelta(seconds=5)):
        assert run_waiting_jobs() == 2


def test_jobs_run_in_the_order_in_which_they_are_due(diary):
    now = timezone.now()
    for name, minutes in (("third", 1), ("first", 3), ("second", 2)):
        run_an_errand.enqueue(str(diary), name, after=now - dt.timedelta(minutes=minutes))
    run_waiting_jobs()
    assert lines(diary) == ["first", "second", "third"]


@pytest.mark.parametrize("state", ["waiting", "done"])
def test_the_same_key_is_the_same_job(diary, state):
    first = run_an_errand.enqueue(str(diary), "bread", once="today's bread")
    if state == "done":
        run_waiting_jobs()
    assert run_an_errand.enqueue(str(diary), "bread", once="today's bread") == first
    run_waiting_jobs()
    assert lines(diary) == ["bread"]


def test_a_key_belongs_to_one_function(diary):
    assert run_an_errand.enqueue(str(diary), "x", once="k") != fall_over.enqueue(str(diary), "x", once="k")


def test_arguments_are_what_json_knows(diary):
    with pytest.raises(TypeError):
        run_an_errand.enqueue(str(diary), uuid.uuid4())


def test_the_calls_of_django_tasks_work_too(diary):
    job_id = run_an_errand.enqueue(str(diary), "bread")
    run_waiting_jobs()
    assert run_an_errand.get_result(str(job_id)).is_finished
    assert run_an_errand.call(str(diary), "called") == "something that must not be kept"
