"""What the worker does for this room."""

from __future__ import annotations

from civium.foundation.identity.sessions import SessionStore
from civium.foundation.jobs.actions.schedule import daily


@daily(at="03:50")
def forget_old_sessions() -> None:
    """Forget the sessions that have ended."""
    SessionStore.clear_expired()
