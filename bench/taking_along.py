"""How long somebody waits for a copy of everything: of a person with many cases, files and messages, made by the worker's job.

Run by ``make bench``, in a town that ``bench.ours`` filled; alone, with a site's surroundings: ``python -m bench.taking_along``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping

import django

from bench.record import cost_of
from setup import ROOT

CASES, MESSAGES_EACH = 20, 5
COPIER = [sys.executable, "-m", "bench.taking_along", "copy"]


def main() -> int:
    """Fill, and say as JSON what the copy costs; with ``copy``, make the one that was asked for."""
    django.setup()
    if sys.argv[1:] == ["copy"]:
        _copy()
        return 0
    _fill()
    print(json.dumps(cost_of(COPIER, "ready")))
    return 0


def measure_copy(around: Mapping[str, str]) -> dict[str, float]:
    """What one copy costs a worker from its start: "CPU s", "s" on the clock and "MB"."""
    command = [sys.executable, "-m", "bench.taking_along"]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **around}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _fill() -> None:
    """Twenty cases, each with its answers, a question with three files, notices, and messages both ways; and a copy is asked for."""
    from django.utils import timezone

    from bench import desk
    from bench.ours import sent
    from civium.engines.cases.actions.send_message import send_message
    from civium.engines.cases.queries import get_case
    from civium.foundation.identity.actions.join import join
    from civium.foundation.identity.models import Person
    from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
    from civium.foundation.privacy.actions.watch_readings import nobody_reads
    from civium.journeys.rights.actions.take_along import ask_for_export

    now = timezone.now()
    with nobody_reads():
        person = join("taker@bench.example", name="Tia Taker", password=None, language="en", at=now)
        clerk = Person.objects.get(email="clerk-0@bench.example")
        cases = [sent(person, now) for _ in range(CASES)]
        run_waiting_jobs()
        for case in cases:
            desk.ask_and_answer(case, clerk, "1", now)
            for number in range(MESSAGES_EACH):
                for who in (person, clerk):
                    words = f"Message {number}: we meet at the quay, and bring the plan along."
                    send_message(get_case(case.reference, for_=who), words=words, by=who, at=now)
        run_waiting_jobs()
        ask_for_export(person, language="en", at=now)


def _copy() -> None:
    """What the worker does."""
    from civium.foundation.files.actions.open_file import open_file
    from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
    from civium.foundation.privacy.actions.watch_readings import nobody_reads
    from civium.journeys.rights.models import Export

    run_waiting_jobs()
    export = Export.objects.select_related("file").latest("asked_at")
    assert export.file is not None, "the copy was not made"
    with nobody_reads():
        print(f"ready: {len(open_file(export.file)):,} bytes")


if __name__ == "__main__":
    sys.exit(main())
