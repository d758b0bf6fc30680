"""Carry a notice to the mail server."""

from __future__ import annotations

from django.utils import timezone

from civium.foundation.identity.queries import mandate_stands
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
    if notice.mandate_id is not None and not mandate_stands(notice.mandate_id, at=timezone.now()):
        Notice.objects.filter(pk=notice.pk, state=State.WAITING).update(state=State.ENDED)
        return
    carry(
        notice,
        post_of_notice,
        at=timezone.now(),
        again=lambda wait: carry_notice.enqueue(notice_id, after=wait),
        failed=lambda problem: NoticeFailed(notice.id, notice.about, problem),
        carried=NoticeCarried(notice.id, notice.about),
    )
