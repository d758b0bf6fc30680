"""Two samples: could both come from the same source? Two questions of statistics, without a library for them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist


def kolmogorov_smirnov(one: Sequence[float], other: Sequence[float]) -> float:
    """How likely chance alone makes two distributions as different as these anywhere: the p of the two-sample test (asymptotic)."""
    first, second = sorted(one), sorted(other)
    distance, i, j = 0.0, 0, 0
    while i < len(first) and j < len(second):
        here = min(first[i], second[j])  # what is equal is passed on both sides at once
        while i < len(first) and first[i] == here:
            i += 1
        while j < len(second) and second[j] == here:
            j += 1
        distance = max(distance, abs(i / len(first) - j / len(second)))
    size = math.sqrt(len(first) * len(second) / (len(first) + len(second)))
    scaled = (size + 0.12 + 0.11 / size) * distance
    if scaled < 0.2:
        return 1.0
    p = 2 * sum((-1) ** (k - 1) * math.exp(-2 * (k * scaled) ** 2) for k in range(1, 101))
    return min(1.0, max(0.0, p))


def mann_whitney(one: Sequence[float], other: Sequence[float]) -> float:
    """How likely chance alone puts one sample so far before the other: the two-sided p, normal approximation, ties shared."""
    together = sorted([(value, 0) for value in one] + [(value, 1) for value in other])
    n, m, total = len(one), len(other), len(together)
    rank_sum, ties, at = 0.0, 0, 0
    while at < total:
        end = at
        while end < total and together[end][0] == together[at][0]:
            end += 1
        rank_sum += (at + 1 + end) / 2 * sum(1 for _value, side in together[at:end] if side == 0)
        ties += (end - at) ** 3 - (end - at)
        at = end
    variance = n * m / 12 * (total + 1 - ties / (total * (total - 1)))
    if variance <= 0:
        return 1.0
    away = abs(rank_sum - n * (n + 1) / 2 - n * m / 2)
    return 2 * (1 - NormalDist().cdf(max(0.0, away - 0.5) / math.sqrt(variance)))
