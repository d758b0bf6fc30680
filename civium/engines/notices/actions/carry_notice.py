"""Carry a notice to the mail server."""

from __future__ import annotations

from django.utils import timezone

from civium.foundation.jobs.actions.enqueue import job

from ..composing import post_of_notice
from ..events import NoticeCarried, NoticeFailed
from ..models import Notice, State
from ._carrying import carry


@job()
def carry_notice(notice_id: str) -> None:
    """Hand the notice to the carrier, once. A mail server that is down is tried again for days; a refusal is noted."""
    notice = Notice.objects.select_related("to").filter(pk=notice_id, state=State.WAITING).first()
    if notice is None:
        return
    carry(
        notice,
        post_of_notice,
        at=timezone.now(),
        again=lambda wait: carry_notice.enqueue(notice_id, after=wait),
        failed=lambda problem: NoticeFailed(notice.id, notice.about, problem),
        carried=NoticeCarried(notice.id, notice.about),
    )
