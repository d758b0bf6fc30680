"""Search: a word among a hundred thousand documents against the floor, the commonest word, and ten times as many documents."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bench.documents import vocabulary
from bench.measure import Ask, Side, compare
from bench.rows import SEARCH, SEARCH_COMMONEST, SEARCH_GROWS, SEARCHED_FIRST, SEARCHED_THEN
from bench.servers import Server
from bench.visitor import Visitor
from config.terminal import say, step
from setup import ROOT

# Words of the documents by how common they are: what 100 to 600 of a hundred thousand documents have, and what most have.
ORDINARY, COMMONEST = slice(500, 1500), slice(0, 1)
OURS, FLOORS = "/en/search/?q={word}", "/search/?q={word}"


@dataclass(frozen=True)
class Found:
    """CPU milliseconds of a search, and of what it is compared with."""

    name: str
    ours: float
    beside: float
    goal: float

    @property
    def ratio(self) -> float:
        """How many times as much ours needs."""
        return self.ours / self.beside


def measure_search(
    mine: Server,
    least: Server,
    postgres: str | None,
    *,
    ours: Mapping[str, str],
    floors: Mapping[str, str],
    rounds: int,
) -> Iterator[Found]:
    """Fill both sides, and compare. ``ours`` and ``floors`` are the surroundings in which each side's tables are filled.

    The page of the floor is as large as ours: its twenty results, and cards.
    """
    with step(f"the floor's {SEARCHED_FIRST:,} documents"):
        _run("bench.floors.fill_documents", SEARCHED_FIRST, floors, quiet=True)
    _index(SEARCHED_FIRST, ours)
    with step(SEARCH.name):
        first = compare(
            Side(mine, _search(mine, OURS, ORDINARY), postgres),
            Side(least, _search(least, FLOORS, ORDINARY), postgres),
            requests=SEARCH.requests,
            rounds=rounds,
        )
    yield Found(SEARCH.name, first.ours, first.floor, SEARCH.goal)
    _index(SEARCHED_THEN, ours)
    with step(f"search, a word among {SEARCHED_THEN:,} documents"):
        then = compare(
            Side(mine, _search(mine, OURS, COMMONEST), postgres),
            Side(mine, _search(mine, OURS, ORDINARY), postgres),
            requests=SEARCH.requests,
            rounds=rounds,
        )
    yield Found(
        f"search, {SEARCHED_THEN:,} documents against {SEARCHED_FIRST:,}",
        then.floor,
        first.ours,
        SEARCH_GROWS,
    )
    yield Found("search, the commonest word against another", then.ours, then.floor, SEARCH_COMMONEST)


def _search(server: Server, path: str, words: slice) -> Ask:
    """Ask for a page of results with a visitor of its own: a server hangs up on one who has long been silent."""
    visitor, asked = Visitor(server.port), vocabulary()[words]

    def ask(number: int) -> None:
        address = path.format(word=asked[number % len(asked)])
        answer = visitor.ask(address, encoding="identity")
        assert answer.status == 200, f"{address} answered {answer.status}"
        assert b"/documents/" in answer.body, f"{address} found nothing"

    return ask


def _index(count: int, around: Mapping[str, str]) -> None:
    """Make our index of so many documents; how far it is, is shown."""
    say(f"  indexing {count:,} documents")
    begun = time.monotonic()
    _run("bench.searched", count, around, quiet=False)
    say(f"    done in {time.monotonic() - begun:.0f} s")


def _run(module: str, count: int, around: Mapping[str, str], *, quiet: bool) -> None:
    done = subprocess.run(
        [sys.executable, "-m", module, str(count)],
        cwd=ROOT,
        env={**os.environ, **around},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE if quiet else None,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"\n{(done.stderr or '')[-3000:]}\n  python -m {module} failed; see above.")
