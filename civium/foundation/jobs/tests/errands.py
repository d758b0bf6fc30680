"""Jobs for the tests. Each errand leaves a line in a file that says who ran it, and some a row in the database."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from civium.foundation.jobs.actions.enqueue import job
from civium.foundation.jobs.rules import NotNow


def note(path: str, line: str) -> None:
    """Append a line in one write, so that processes do not mix theirs."""
    with Path(path).open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


@job()
def run_an_errand(path: str, name: str) -> str:
    """Succeeds."""
    note(path, name)
    return "something that must not be kept"


@job(attempts=3, first_wait=timedelta(seconds=10))
def fall_over(path: str, name: str) -> None:
    """Always fails, quoting what it was given."""
    note(path, name)
    raise ValueError(f"cannot do it for {name}")


@job(attempts=2)
def wait_for_the_baker(path: str, name: str) -> None:
    """May not be done while the shop is closed: while there is no file beside the diary."""
    note(path, name)
    if not Path(f"{path}.open").exists():
        raise NotNow(timedelta(hours=1))


@job(atomic=True)
def count_once(path: str, name: str, seconds: float) -> None:
    """Changes the database, says so, takes its time, changes it again: killed in between, nothing of it may stay."""
    ContentType.objects.create(app_label="errand", model=name)
    note(path, f"{os.getpid()}")
    time.sleep(seconds)
    ContentType.objects.create(app_label="errand-done", model=name)


@job()
def count_in_two_steps(path: str, name: str, seconds: float) -> None:
    """Not atomic: takes its time outside a transaction, then writes in one of its own, bearing a second run."""
    note(path, f"{os.getpid()}")
    time.sleep(seconds)
    with transaction.atomic():
        ContentType.objects.get_or_create(app_label="errand", model=name)


@job()
def upset_the_database(path: str, name: str) -> None:
    """Writes, then breaks a constraint."""
    ContentType.objects.create(app_label="kept", model=name)
    ContentType.objects.create(app_label="kept", model=name)
