"""The worker: claims and runs jobs until it is told to stop."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import TypeVar

from django.db import InterfaceError, InternalError, OperationalError, close_old_connections, connection
from django.utils import timezone

from civium.foundation.jobs.actions.rescue_jobs import rescue_jobs
from civium.foundation.jobs.actions.run_jobs import attempt_job, beat, claim_job, new_worker_id
from civium.foundation.jobs.actions.schedule import plan_schedules
from civium.foundation.jobs.models import Worker
from civium.foundation.jobs.rules import LEASE, error_class

logger = logging.getLogger("civium.jobs")
T = TypeVar("T")

SHORTEST_IDLE = 0.2
LONGEST_IDLE = 1.0
LONGEST_OUTAGE_WAIT = 5.0
# Locked, full, gone, or, after a failover, a copy that may only be read.
OUT_OF_REACH = (OperationalError, InterfaceError, InternalError)


def work_forever(*, threads: int = 1, stop: threading.Event, lease: timedelta = LEASE) -> None:
    """Run jobs as they become due until ``stop`` is set; the jobs then running are finished first.

    A database that is locked, restarting or gone is waited for. Connections are closed at the end.
    """
    worker_id = new_worker_id()
    _patiently(lambda: _sign_on(worker_id), stop=stop)
    is_over = threading.Event()
    heart = threading.Thread(target=_keep_alive, args=(worker_id, lease, is_over), daemon=True)
    others = [
        threading.Thread(target=_work, args=(worker_id, stop), name=f"worker-{number}")
        for number in range(1, threads)
    ]
    for thread in (heart, *others):
        thread.start()
    _work(worker_id, stop)
    for thread in others:
        thread.join()
    is_over.set()
    heart.join()
    _sign_off(worker_id)


def _work(worker_id: str, stop: threading.Event) -> None:
    """One thread: a job after the other; while nothing is due, it looks less and less often."""
    idle = SHORTEST_IDLE
    while not stop.is_set():
        row = _patiently(lambda: claim_job(worker_id, at=timezone.now()), stop=stop)
        if row:
            _patiently(attempt_job(row), stop=stop)
            idle = SHORTEST_IDLE
        else:
            stop.wait(idle)
            idle = min(idle * 1.5, LONGEST_IDLE)
    connection.close()


def _keep_alive(worker_id: str, lease: timedelta, is_over: threading.Event) -> None:
    """Say every third of a lease that the worker is alive, and look after the jobs of those that are not.

    After an outage nobody could say it; so whoever comes back first rescues nothing until the others had their chance.
    """
    pause = lease.total_seconds() / 3
    last_beat = time.monotonic()
    while not is_over.wait(pause):
        _patiently(lambda: beat(worker_id), stop=is_over)
        if time.monotonic() - last_beat < 2 * pause:
            _patiently(lambda: rescue_jobs(lease=lease), stop=is_over)
        last_beat = time.monotonic()
    connection.close()


def _sign_on(worker_id: str) -> None:
    """Be seen before the first job is claimed, and see that every scheduled job has its row."""
    beat(worker_id)
    plan_schedules(at=timezone.now())


def _sign_off(worker_id: str) -> None:
    """Leave no trace of a worker that ended well; without a database its lease runs out by itself."""
    with suppress(*OUT_OF_REACH):
        Worker.objects.filter(id=worker_id).delete()
    connection.close()


def _patiently(ask: Callable[[], T], *, stop: threading.Event) -> T | None:
    """The database's answer, asked again with growing waits while it is out of reach; None when told to stop meanwhile."""
    wait = SHORTEST_IDLE
    while True:
        close_old_connections()
        try:
            return ask()
        except OUT_OF_REACH as error:
            logger.warning("the database is out of reach (%s); trying again", error_class(error))
            connection.close()
        if stop.wait(wait * random.uniform(0.8, 1.2)):  # noqa: S311
            return None
        wait = min(wait * 2, LONGEST_OUTAGE_WAIT)
