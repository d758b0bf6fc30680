"""What notices and letters share on their way out: one attempt, and what is noted of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models import F

from civium.foundation.journal.actions.record import record
from civium.foundation.journal.events import Event

from ..adapters import Post, PutOff, Refused, the_carrier
from ..models import Letter, Notice, State
from ..rules import GIVE_UP_AFTER, wait_before_next_try

Message = TypeVar("Message", Notice, Letter)


def carry(
    message: Message,
    post: Callable[[Message], Post],
    *,
    at: datetime,
    again: Callable[[timedelta], object],
    failed: Callable[[str], Event],
    carried: Event | None,
) -> None:
    """Make one attempt. What the carrier puts off is tried ``again`` later, for days; nothing waits in a transaction."""
    try:
        the_carrier()(post(message))
    except Refused as refused:
        _end(message, State.FAILED, str(refused), at=at, event=failed(str(refused)))
    except PutOff as put_off:
        if at - message.created_at >= GIVE_UP_AFTER:
            _end(message, State.GIVEN_UP, str(put_off), at=at, event=failed(str(put_off)))
        else:
            _try_later(message, str(put_off), again)
    else:
        _end(message, State.SENT, "", at=at, event=carried)


@transaction.atomic
def _end(message: Notice | Letter, state: State, problem: str, *, at: datetime, event: Event | None) -> None:
    ended = _waiting(message).update(
        state=state,
        problem=problem,
        attempts=F("attempts") + 1,
        carried_at=at if state == State.SENT else None,
    )
    if ended and event:
        record(event, by=None, at=at)


@transaction.atomic
def _try_later(message: Notice | Letter, problem: str, again: Callable[[timedelta], object]) -> None:
    if _waiting(message).update(problem=problem, attempts=F("attempts") + 1):
        again(wait_before_next_try(message.attempts + 1))


def _waiting(message: Notice | Letter):  # type: ignore[no-untyped-def]
    return type(message)._default_manager.filter(pk=message.pk, state=State.WAITING)
