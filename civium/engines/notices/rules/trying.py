"""When to try again to hand a message to the mail server, and when to stop."""

from __future__ import annotations

from datetime import timedelta

# RFC 5321, 4.5.4.1: "the give-up time generally needs to be at least 4-5 days".
GIVE_UP_AFTER = timedelta(days=5)
_FIRST_WAIT = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(minutes=30)


def wait_before_next_try(attempts: int) -> timedelta:
    """How long to wait after so many attempts: half a minute, then twice as long each time, at most half an hour."""
    return min(_FIRST_WAIT * 2 ** min(attempts - 1, 10), _LONGEST_WAIT)
