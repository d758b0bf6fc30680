"""What the worker does for this room."""

from __future__ import annotations

from django.core.cache import caches
from django.utils import timezone

from civium.foundation.identity.actions.end_mandate import expire_mandates, tell_of_ends
from civium.foundation.identity.actions.end_sessions import forget_accounts
from civium.foundation.identity.sessions import SessionStore
from civium.foundation.jobs.actions.schedule import daily
from civium.foundation.kit.outages import CacheThatSaysSo


@daily(at="03:50")
def forget_old_sessions() -> None:
    """Forget the sessions that have ended, and tries and whatever else was to be remembered for a while and is over."""
    SessionStore.clear_expired()
    if isinstance(remembered := caches["default"], CacheThatSaysSo):  # one in memory forgets by itself
        remembered.clear_expired(at=timezone.now())


@daily(at="03:55")
def forget_accounts_of_old_sign_ins() -> None:
    """Forget what an account was when somebody came in more than a week ago."""
    forget_accounts(at=timezone.now())


@daily(at="00:05")
def end_mandates_of_yesterday() -> None:
    """Write down which mandates and invitations are over. They have let nobody do anything since midnight."""
    expire_mandates(at=timezone.now())


@daily(at="08:40")
def tell_of_mandates_that_end() -> None:
    """Tell both sides of a mandate that it ends soon."""
    tell_of_ends(at=timezone.now())
