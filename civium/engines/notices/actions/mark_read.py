"""Mark a notice as read."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import NotFound, require

from ..events import NoticeRead
from ..models import Notice


@transaction.atomic
def mark_read(notice: Notice, *, by: Person, at: datetime) -> None:
    """Note when the person first opened the notice. Opening it again changes nothing."""
    require(notice.to_id == by.pk, NotFound)
    if Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=at):
        notice.read_at = at
        record(NoticeRead(notice.id, notice.about), by=by, at=at)
