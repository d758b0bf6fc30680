"""Take turns, count CPU time, keep the median."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.servers import Server, postgres_cpu

# A request of a job: called with the number of the request, fails by itself when the answer is not the right one.
Ask = Callable[[int], None]


@dataclass
class Side:
    """One of the two that are compared."""

    server: Server
    ask: Ask
    postgres: str | None
    asked: int = 0

    def cpu_ms_per_request(self, count: int) -> float:
        """Make ``count`` requests and see what one cost, in CPU milliseconds."""
        before = self._cpu()
        for _ in range(count):
            self.ask(self.asked)
            self.asked += 1
        self._settle()
        return (self._cpu() - before) / count * 1000

    def _cpu(self) -> float:
        return self.server.cpu_seconds() + postgres_cpu(self.postgres)

    def _settle(self) -> None:
        """Wait until it is idle, so that what is left of one turn is not counted in the other's."""
        last = self._cpu()
        for _ in range(50):
            time.sleep(0.1)
            now = self._cpu()
            if now - last < 0.011:
                return
            last = now


@dataclass(frozen=True)
class Compared:
    """Medians in CPU milliseconds per request, and the median of the rounds' ratios."""

    ours: float
    floor: float
    ratio: float


# The kernel counts CPU time in steps of ten milliseconds: a turn has to be long beside that.
TURN_MS = 500


def compare(ours: Side, floor: Side, *, requests: int, rounds: int) -> Compared:
    """Let both warm up, then take turns of the same length. ``requests`` is how many of ours a turn has."""
    warm = max(10, requests // 10)
    ours.cpu_ms_per_request(warm)
    cost = max(floor.cpu_ms_per_request(50), 0.1)
    floor_requests = max(requests, int(TURN_MS / cost))
    turns: Sequence[tuple[float, float]] = [
        (ours.cpu_ms_per_request(requests), floor.cpu_ms_per_request(floor_requests)) for _ in range(rounds)
    ]
    return Compared(
        statistics.median(mine for mine, _ in turns),
        statistics.median(least for _, least in turns),
        statistics.median(mine / least for mine, least in turns if least),
    )


def requests_of_ours(requests: int, rounds: int) -> int:
    """How many requests of ours a comparison makes altogether."""
    return max(10, requests // 10) + requests * rounds
