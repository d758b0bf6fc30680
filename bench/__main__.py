"""``python -m bench [--rounds 5] [--database sqlite|postgresql]``: measure, print, write ``build/bench.json``."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

from bench.jobs import SERVICE_PAGE, floor_jobs, our_jobs
from bench.measure import Side, compare, requests_of_ours
from bench.record import measure_record
from bench.rotating import measure_rotation
from bench.rows import (
    CASE_PAGE_CPU_MS,
    COLD_START_SECONDS,
    COPY_MB,
    COPY_SECONDS,
    PAGE_KB,
    QUERIES_ON_A_CASE,
    QUERIES_ON_A_QUEUE,
    QUERIES_ON_MY_PAGE,
    RATIOS,
    RECORD_MB,
    RECORD_SECONDS,
    ROTATION_SECONDS,
    ROTATION_SLOWS,
    USEFUL_AT_KB,
    WORKER_MEMORY_MB,
)
from bench.searching import measure_search
from bench.servers import Server, serving
from bench.taking_along import measure_copy
from bench.visitor import Visitor
from bench.weight import weigh
from config.keys import make_missing_secrets
from config.processes import die_with_parent
from config.terminal import say, step
from setup import BUILD, KEEPS_BYTE_CODE, ROOT
from setup.postgres import folder_of, running_postgres

PLACE = BUILD / "bench"
COLD_STARTS = 3


@dataclass(frozen=True)
class Result:
    """One line of the table. ``floor`` and ``ratio`` are none where the goal is absolute."""

    name: str
    ours: float
    floor: float | None
    ratio: float | None
    goal: float
    met: bool


@dataclass(frozen=True)
class Place:
    """Where a database is: its address for each side, and the folder of its PostgreSQL."""

    name: str
    ours: str
    floor: str
    postgres: str | None


def main() -> int:
    """Measure on each database and say what was reached. Returns 0 when every goal is met."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    asked = parser.parse_args()
    shutil.rmtree(PLACE, ignore_errors=True)
    _lay_out()
    results: list[Result] = []
    for name in asked.database or ["sqlite", "postgresql"]:
        with _database(name) as place:
            results += _measure(place, rounds=asked.rounds, weigh_too=not results)
            _keep(results)  # the next database takes an hour, in which much can happen
    with step("a record of a million entries"):
        verified = measure_record(PLACE / "record")
    results += [
        _at_most(f"verifying 1,000,000 entries, by the {who}, {unit}", cost[unit], goal)
        for who, cost in verified.items()
        for unit, goal in (("s", RECORD_SECONDS), ("CPU s", RECORD_SECONDS), ("MB", RECORD_MB))
    ]
    _write(results)
    return 0 if all(result.met for result in results) else 1


def _lay_out() -> None:
    """Keys, and the town's services with the one that is for measuring."""
    services = PLACE / "services"
    shutil.copytree(ROOT / "services", services)
    shutil.copytree(ROOT / "bench" / "services", services, dirs_exist_ok=True)
    os.environ.update(
        CIVIUM_DEMO="1",
        CIVIUM_NOBODY_SIGNS="1",
        **KEEPS_BYTE_CODE,
        # One program asks as often as it can.
        CIVIUM_API_PER_MINUTE="100000000",
        CIVIUM_API_PER_MINUTE_FROM_ADDRESS="100000000",
        CIVIUM_KEYS=str(PLACE / "keys"),
        CIVIUM_SERVICES=str(services),
        DJANGO_SETTINGS_MODULE="config.settings",
    )
    os.environ.pop("DATABASE_URL", None)
    make_missing_secrets(lambda line: None)


@contextmanager
def _database(name: str) -> Iterator[Place]:
    if name == "sqlite":
        yield Place(name, f"sqlite:///{PLACE}/ours.sqlite3", f"sqlite:///{PLACE}/floor.sqlite3", None)
        return
    import psycopg

    with running_postgres(durable=True) as address:
        with psycopg.connect(address, autocommit=True) as connection:
            for side in ("ours", "floor"):
                connection.execute(f"CREATE DATABASE {side}")  # type: ignore[call-overload]
        ours, floor = (f"{address.rpartition('/')[0]}/{side}" for side in ("ours", "floor"))
        yield Place(name, ours, floor, folder_of(address))


def _measure(place: Place, *, rounds: int, weigh_too: bool) -> list[Result]:
    say(f"\n  {place.name}")
    data = PLACE / f"data-{place.name}"
    ours_around = {"DATABASE_URL": place.ours, "CIVIUM_DATA": str(data)}
    floor_around = {"DATABASE_URL": place.floor, "DJANGO_SETTINGS_MODULE": "bench.floors.settings"}
    sent = next(row for row in RATIOS if row.ours == "submission")
    with step("filling our tables"):
        town = _fill("bench.ours", str(requests_of_ours(sent.requests, rounds) + 1), around=ours_around)
    with step("filling the floors' tables"):
        floor = _fill("bench.floors.fill", around=floor_around)

    results = []
    with serving(
        "config.wsgi:application", ours_around, first=SERVICE_PAGE, log=f"ours-{place.name}"
    ) as mine:
        asking = our_jobs(mine.port, town)["service page"]
        for number in range(20):  # as the other platforms were measured
            asking(number)
        results.append(
            _at_most(
                f"memory of a web worker after 20 requests, MB ({place.name})",
                mine.worker_memory_mb(),
                WORKER_MEMORY_MB,
            )
        )
        if weigh_too:
            results += _weights(mine, town)
        floor_around["BENCH_CARDS"] = str(_cards_of_the_same_size(mine))
        with serving(
            "bench.floors.wsgi:application", floor_around, first="/plain/", log=f"floor-{place.name}"
        ) as least:
            results += list(_ratios(place, mine, least, town, floor["session"], rounds=rounds))
            results += [
                Result(
                    f"{found.name}, CPU ms ({place.name})",
                    round(found.ours, 2),
                    round(found.beside, 2),
                    round(found.ratio, 2),
                    found.goal,
                    found.ratio <= found.goal,
                )
                for found in measure_search(
                    mine, least, place.postgres, ours=ours_around, floors=floor_around, rounds=rounds
                )
            ]
        with step("case page, 200 entries and 30 files"):
            case_page = _alone(
                Side(mine, our_jobs(mine.port, town)["case page"], place.postgres),
                requests=100,
                rounds=rounds,
            )
        results.append(
            _at_most(
                f"case page, 200 entries and 30 files, CPU ms ({place.name})", case_page, CASE_PAGE_CPU_MS
            )
        )
        results.append(
            _at_most(
                f"memory of a web worker after all of this, MB ({place.name})",
                mine.worker_memory_mb(),
                WORKER_MEMORY_MB,
            )
        )
        if sys.platform == "linux":  # elsewhere nothing is shared, nor told
            both = f"memory of a web worker and its parent, what they share once (PSS), MB ({place.name})"
            results.append(_at_most(both, mine.family_memory_mb(), WORKER_MEMORY_MB))
        with step("new keys for everybody, while the town goes on"):
            results += _rotation(place, mine, town, ours_around)
    results.append(
        _at_most(f"memory of a job worker, MB ({place.name})", _job_worker_mb(ours_around), WORKER_MEMORY_MB)
    )
    with step("a copy of everything"):
        copied = measure_copy(ours_around)
    results += [
        _at_most(f"a copy of everything, 20 cases, {unit} ({place.name})", copied[unit], goal)
        for unit, goal in (("s", COPY_SECONDS), ("MB", COPY_MB))
    ]
    results.append(_at_most(f"queries on my page ({place.name})", town["queries"], QUERIES_ON_MY_PAGE))
    for name, count, goal in (
        ("a queue, any filter", town["queries_of_queues"], QUERIES_ON_A_QUEUE),
        ("a case page, 200 entries and 30 files", town["queries_of_case"], QUERIES_ON_A_CASE),
    ):
        results.append(_at_most(f"queries on {name} ({place.name})", count, goal))
    results.append(_at_most(f"cold start, s ({place.name})", _cold_start(ours_around), COLD_START_SECONDS))
    return results


def _ratios(
    place: Place, mine: Server, least: Server, town: dict[str, Any], session: str, *, rounds: int
) -> Iterator[Result]:
    ours, floors = our_jobs(mine.port, town), floor_jobs(least.port, session)
    for row in RATIOS:
        with step(row.name):
            found = compare(
                Side(mine, ours[row.ours], place.postgres),
                Side(least, floors[row.floor], place.postgres),
                requests=row.requests,
                rounds=rounds,
            )
        yield Result(
            f"{row.name}, CPU ms ({place.name})",
            round(found.ours, 2),
            round(found.floor, 2),
            round(found.ratio, 2),
            row.goal,
            found.ratio <= row.goal,
        )


def _rotation(
    place: Place, mine: Server, town: dict[str, Any], around: Mapping[str, str]
) -> Iterator[Result]:
    jobs = our_jobs(mine.port, town)
    found = measure_rotation(around, [[jobs["queue"], jobs["my page"]], [jobs["application by API"]]])
    where = f"({place.name})"
    for stage, seconds in found.seconds.items():
        yield _at_most(f"new {stage} for 100,000 people and cases, s {where}", seconds, ROTATION_SECONDS)
    yield _at_most(f"requests that failed meanwhile, of {found.asked:,} {where}", found.failed, 0)
    yield _at_most(f"what the old keys still open {where}", found.still_opened, 0)
    slows = found.during_ms / found.before_ms
    yield Result(
        f"95th percentile of answers meanwhile, ms {where}",
        round(found.during_ms, 1),
        round(found.before_ms, 1),
        round(slows, 2),
        ROTATION_SLOWS,
        slows <= ROTATION_SLOWS,
    )


def _weights(mine: Server, town: dict[str, Any]) -> Iterator[Result]:
    visitor = Visitor(mine.port, {town["cookie"]: town["reader"]})
    applicant = Visitor(mine.port, {town["cookie"]: town["waiting"][0]["session"]})
    for name, weight in (
        ("landing page", weigh(Visitor(mine.port), "/en/")),
        ("form page", weigh(applicant, town["form_page"])),
        ("my page", weigh(visitor, "/en/my/")),
    ):
        yield _at_most(f"{name}, kB with style and script", weight.whole, PAGE_KB)
        yield _at_most(f"{name}, kB before any script", weight.before_script, USEFUL_AT_KB)


def _cards_of_the_same_size(mine: Server) -> int:
    """How many cards make the floor's page as large as our service page."""
    ours = len(Visitor(mine.port).ask(SERVICE_PAGE + "?size", encoding="identity").body)
    return max(1, round((ours - 400) / 250))


def _cold_start(around: Mapping[str, str]) -> float:
    """From the command to the first page, in seconds: the median of a few starts."""
    times = []
    for number in range(COLD_STARTS):
        with serving("config.wsgi:application", around, first=SERVICE_PAGE, log=f"cold-{number}") as server:
            times.append(server.started_in)
    return statistics.median(times)


def _alone(side: Side, *, requests: int, rounds: int) -> float:
    """What one request costs in CPU milliseconds, the median of the rounds."""
    side.cpu_ms_per_request(max(10, requests // 10))
    return statistics.median(side.cpu_ms_per_request(requests) for _ in range(rounds))


def _job_worker_mb(around: Mapping[str, str]) -> float:
    """What a worker occupies after it has done the jobs that the submissions left."""
    worker = subprocess.Popen(
        [sys.executable, "-m", "config", "worker"],
        cwd=ROOT,
        env={**os.environ, **around},
        preexec_fn=die_with_parent(),
    )
    try:
        process, most = psutil.Process(worker.pid), 0.0
        for _ in range(20):
            psutil.wait_procs([process], timeout=0.5)
            most = max(most, process.memory_info().rss / 1e6)
    finally:
        worker.terminate()
        worker.wait(30)
    return most


def _at_most(name: str, ours: float, goal: float) -> Result:
    return Result(name, round(ours, 2), None, None, goal, ours <= goal)


def _fill(module: str, *words: str, around: Mapping[str, str]) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        cwd=ROOT,
        env={**os.environ, **around},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"\n{done.stderr[-3000:]}\n  python -m {module} failed; see above.")
    return json.loads(done.stdout.splitlines()[-1])


def _write(results: list[Result]) -> None:
    say(f"\n  {'':<58}{'ours':>9}{'floor':>9}{'ratio':>8}{'goal':>8}")
    for result in results:
        floor = "" if result.floor is None else f"{result.floor:.2f}"
        ratio = "" if result.ratio is None else f"{result.ratio:.2f}x"
        goal = f"{result.goal:g}" + ("" if result.ratio is None else "x")
        mark = "" if result.met else "   not reached"
        say(f"  {result.name:<58}{result.ours:>9.2f}{floor:>9}{ratio:>8}{goal:>8}{mark}")
    kept = _keep(results).relative_to(ROOT)
    say(f"\n  {sum(result.met for result in results)} of {len(results)} goals reached; {kept}")


def _keep(results: list[Result]) -> Path:
    path = BUILD / "bench.json"
    path.write_text(json.dumps([asdict(result) for result in results], indent=2) + "\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    sys.exit(main())
