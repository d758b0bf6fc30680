"""What is measured, against what, and what it must reach: one table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """``ours`` and ``floor`` name jobs in ``bench.jobs``; ``goal`` is the highest ratio that will do."""

    name: str
    ours: str
    floor: str
    goal: float
    requests: int


RATIOS = (
    Row("anonymous service page, cached", ours="service page", floor="plain", goal=1.5, requests=1500),
    Row(
        "anonymous service page, not cached", ours="fresh service page", floor="page", goal=1.6, requests=400
    ),
    Row("my page, 20 of 100,000 cases", ours="my page", floor="list", goal=1.5, requests=200),
    Row("submission", ours="submission", floor="insert", goal=2.5, requests=60),
    Row("desk queue, 100,000 open cases, any filter", ours="queue", floor="queue", goal=2.0, requests=190),
    Row("desk queue, next page", ours="queue next", floor="queue next", goal=2.0, requests=190),
    Row("application by API", ours="application by API", floor="insert", goal=2.5, requests=60),
)

# Absolute goals: name, the unit is in the name.
QUERIES_ON_MY_PAGE = 5
QUERIES_ON_A_QUEUE = 8
QUERIES_ON_A_CASE = 12
CASE_PAGE_CPU_MS = 40
WORKER_MEMORY_MB = 110
COLD_START_SECONDS = 1.5
PAGE_KB = 30
USEFUL_AT_KB = 12

RECORD_SECONDS = 60
RECORD_MB = 150

# Seconds for the keys of 100,000 people and as many cases, and for the indexes of these; how much slower answers may be meanwhile (95th percentile).
ROTATION_SECONDS, ROTATION_SLOWS = 300, 1.2

COPY_SECONDS = 60
COPY_MB = 300

CASES = 100_000
CASES_OF_ONE_PERSON = 20

SEARCH = Row("search, a word among 100,000 documents", ours="search", floor="search", goal=2.0, requests=300)
SEARCHED_FIRST, SEARCHED_THEN = 100_000, 1_000_000
# Against ourselves: a rare word among the first, and a rare word beside the commonest.
SEARCH_GROWS, SEARCH_COMMONEST = 1.6, 10.0
