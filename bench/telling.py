"""Do answers tell by their time who has an account? ``CIVIUM_DEMO=1 python -m bench.telling --tries 400``, in a demo town.

Known and unknown addresses take turns at sign-in, new password and sign-up, in one process, with the real hasher. For each the two
samples of times are compared by the two-sample Kolmogorov-Smirnov test: p below 0.01 means that the times tell. ``--step 0`` measures
what the work alone would tell.
"""

from __future__ import annotations

import argparse
import math
import os
import secrets
import statistics
import time
from collections.abc import Callable

TELLS = 0.01


def main() -> int:
    """Measure, say what was found, and fail when anything tells."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument(
        "--tries", type=int, default=400, help="of each kind, with known and with unknown addresses"
    )
    asked.add_argument(
        "--step", type=float, default=None, help="CIVIUM_STEADY_SECONDS; as the site has it when left out"
    )
    given = asked.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if given.step is not None:
        os.environ["CIVIUM_STEADY_SECONDS"] = str(given.step)
    import django

    django.setup()
    told = [name for name, fields in KINDS.items() if _tells(name, fields, given.tries)]
    return 1 if told else 0


def _tells(place: str, fields: Callable[[str], dict[str, str]], tries: int) -> bool:
    from civium.foundation.identity.queries import DEMO_ACCOUNTS

    known = [account.email for account in DEMO_ACCOUNTS if not account.role]
    times: dict[bool, list[float]] = {True: [], False: []}
    for number in range(tries + 3):
        for is_known in (True, False) if number % 2 else (False, True):
            email = known[number % len(known)] if is_known else f"{secrets.token_hex(3)}@port-lumen.example"
            took = _time(place, fields(email))
            if number >= 3:  # the first ones fill caches
                times[is_known].append(took)
    distance, p = kolmogorov_smirnov(times[True], times[False])
    medians = ", ".join(
        f"{'known' if is_known else 'unknown'} {1000 * statistics.median(sample):.1f} ms"
        for is_known, sample in times.items()
    )
    print(
        f"{place}: {tries} tries each, {medians}, KS {distance:.3f}, p {p:.3f}{' TELLS' if p < TELLS else ''}",
        flush=True,
    )
    return p < TELLS


def _time(place: str, fields: dict[str, str]) -> float:
    from django.core.cache import cache
    from django.test import Client

    cache.clear()
    client = Client(
        REMOTE_ADDR=f"10.{secrets.randbelow(250)}.{secrets.randbelow(250)}.{secrets.randbelow(250)}"
    )
    began = time.perf_counter()
    answer = client.post(place, fields)
    took = time.perf_counter() - began
    if answer.status_code not in (200, 302):
        raise SystemExit(f"{place} answered {answer.status_code}")
    return took


def kolmogorov_smirnov(one: list[float], other: list[float]) -> tuple[float, float]:
    """The largest distance between the two samples' distributions, and how likely chance alone makes one as large (asymptotic)."""
    ordered_one, ordered_other = sorted(one), sorted(other)
    distance, i, j = 0.0, 0, 0
    while i < len(one) and j < len(other):
        if ordered_one[i] <= ordered_other[j]:
            i += 1
        else:
            j += 1
        distance = max(distance, abs(i / len(one) - j / len(other)))
    size = math.sqrt(len(one) * len(other) / (len(one) + len(other)))
    scaled = (size + 0.12 + 0.11 / size) * distance
    p = (
        2 * sum((-1) ** (k - 1) * math.exp(-2 * (k * scaled) ** 2) for k in range(1, 101))
        if scaled > 0.2
        else 1.0
    )
    return distance, min(1.0, max(0.0, p))


KINDS: dict[str, Callable[[str], dict[str, str]]] = {
    "/en/account/login/": lambda email: {"login": email, "password": "a guess of somebody"},
    "/en/account/password/reset/": lambda email: {"email": email},
    "/en/account/signup/": lambda email: {
        "name": "Lin",
        "email": email,
        "password1": "umbrella sparrow nineteen",
    },
}

if __name__ == "__main__":
    raise SystemExit(main())
