"""When to try again."""

from __future__ import annotations

from datetime import timedelta

from civium.engines.notices.rules import GIVE_UP_AFTER, wait_before_next_try


def test_waits_grow_and_stay_short_enough_for_a_server_that_is_back() -> None:
    waits = [wait_before_next_try(attempts) for attempts in range(1, 2000)]
    assert waits[0] == timedelta(seconds=30)
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(minutes=30)


def test_an_hour_without_a_mail_server_costs_few_attempts() -> None:
    elapsed, attempts = timedelta(), 0
    while elapsed < timedelta(hours=1):
        attempts += 1
        elapsed += wait_before_next_try(attempts)
    assert attempts < 12
    assert elapsed < GIVE_UP_AFTER
