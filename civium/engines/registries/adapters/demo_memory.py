"""What the demo town's registers keep of what they are told: that they were, and never who or what it was about."""

from __future__ import annotations

from datetime import datetime

from ..models import DemoMessage
from . import Message


def keep_message(message: Message, at: datetime, *, thing: str = "") -> None:
    """Take the message; the same one a second time changes nothing. ``thing`` is the reference of what it was about."""
    DemoMessage.objects.get_or_create(
        key=message.key, defaults={"kind": message.kind, "thing": thing, "told_at": at}
    )


def last_message_about(thing: str) -> tuple[str, datetime | None]:
    """The kind of the last message about the thing, and when it came; empty when there was none."""
    told = DemoMessage.objects.filter(thing=thing).order_by("-told_at", "-pk").first()
    return (told.kind, told.told_at) if told else ("", None)
