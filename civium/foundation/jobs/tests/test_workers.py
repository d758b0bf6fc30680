"""Real worker processes: speed, sharing, sudden death, a polite stop, and a database that goes away."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from urllib.parse import quote

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

from civium.foundation.jobs.models import QueuedJob, Worker
from civium.foundation.jobs.tests.errands import count_in_two_steps, count_once, lines, run_an_errand

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

StartWorker = Callable[..., subprocess.Popen[bytes]]


def url_of_this_database() -> str:
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    return (
        f"postgres://{quote(known['USER'])}:{quote(known['PASSWORD'])}@{quote(known['HOST'], safe='')}"
        f":{known['PORT']}/{known['NAME']}"
    )


@pytest.fixture
def start_worker() -> Iterator[StartWorker]:
    """Start worker processes on this test's database: ``start_worker(lease=2, threads=1)``."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*, lease: float = 2, threads: int = 1) -> subprocess.Popen[bytes]:
        worker = subprocess.Popen(
            [sys.executable, "-m", "civium.foundation.jobs.tests.worker", str(lease), str(threads)],
            env=os.environ | {"DATABASE_URL": url_of_this_database(), "CIVIUM_LOG_LEVEL": "ERROR"},
            cwd=settings.BASE_DIR,
        )
        started.append(worker)
        return worker

    yield start
    for worker in started:
        worker.kill()
        worker.wait()


def wait_until(what: Callable[[], object], *, seconds: float = 30) -> None:
    limit = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < limit, "it did not happen in time"
        time.sleep(0.05)


def is_working(worker: subprocess.Popen[bytes]) -> bool:
    return Worker.objects.filter(id__contains=f"-{worker.pid}-").exists()


def test_an_idle_worker_starts_a_job_soon(start_worker, diary):
    worker = start_worker()
    wait_until(lambda: is_working(worker))
    time.sleep(3)
    run_an_errand.enqueue(str(diary), "bread")
    wait_until(lambda: lines(diary), seconds=10)


def test_a_job_whose_worker_was_killed_in_the_middle_is_done_exactly_once(start_worker, diary):
    job_id = count_once.enqueue(str(diary), "amount", 1.5)
    victim = start_worker()
    wait_until(lambda: lines(diary))
    victim.send_signal(signal.SIGKILL)
    assert victim.wait() == -signal.SIGKILL
    assert not ContentType.objects.filter(model="amount").exists()

    heir = start_worker()
    wait_until(lambda: QueuedJob.objects.get(id=job_id).status == "SUCCESSFUL")
    assert lines(diary) == [str(victim.pid), str(heir.pid)]
    assert ContentType.objects.filter(model="amount").count() == 2


def test_so_is_one_that_works_outside_a_transaction_and_bears_a_second_run(start_worker, diary):
    job_id = count_in_two_steps.enqueue(str(diary), "amount", 1.5)
    victim = start_worker()
    wait_until(lambda: lines(diary))
    victim.kill()
    start_worker()
    wait_until(lambda: QueuedJob.objects.get(id=job_id).status == "SUCCESSFUL")
    assert ContentType.objects.filter(model="amount").count() == 1


def test_two_workers_do_two_hundred_jobs_once_each(start_worker, diary):
    names = [f"job {number}" for number in range(200)]
    with transaction.atomic():
        for name in names:
            run_an_errand.enqueue(str(diary), name)
    for _ in range(2):
        start_worker(threads=2, lease=15)
    wait_until(lambda: len(lines(diary)) >= 200, seconds=60)
    time.sleep(1)
    assert Counter(lines(diary)) == Counter(names)


def test_a_worker_told_to_stop_finishes_its_job_and_leaves_no_trace(start_worker, diary):
    job_id = count_in_two_steps.enqueue(str(diary), "amount", 1.5)
    worker = start_worker()
    wait_until(lambda: lines(diary))
    run_an_errand.enqueue(str(diary), "not begun any more")
    worker.terminate()
    assert worker.wait(timeout=20) == 0
    assert QueuedJob.objects.get(id=job_id).status == "SUCCESSFUL"
    assert len(lines(diary)) == 1
    assert not is_working(worker)


@pytest.mark.skipif("connection.vendor != 'sqlite'")
def test_a_locked_database_is_waited_for(start_worker, diary):
    worker = start_worker(lease=3)
    wait_until(lambda: is_working(worker))
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        time.sleep(4)
        other.execute("ROLLBACK")
    run_an_errand.enqueue(str(diary), "bread")
    wait_until(lambda: lines(diary) == ["bread"])
    assert worker.poll() is None


@pytest.mark.skipif("connection.vendor != 'postgresql'")
def test_a_database_that_drops_every_connection_is_come_back_to(start_worker, diary):
    worker = start_worker(threads=2)
    wait_until(lambda: is_working(worker))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    run_an_errand.enqueue(str(diary), "bread")
    wait_until(lambda: lines(diary) == ["bread"])
    assert worker.poll() is None
