"""The demo town's carrier: nothing leaves the machine. What is kept anyway is shown on the outbox page."""

from __future__ import annotations

from . import Post


def carry(post: Post) -> None:
    """Take the message over and keep it where it is."""
