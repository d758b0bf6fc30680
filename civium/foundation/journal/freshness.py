"""Whether the record is being signed: while it is not, nobody could tell what staff read, so they read nothing about people."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from civium.foundation.journal.models import Head
from civium.foundation.journal.signing import CheckpointForged, SigningKeyMissing, read_checkpoint
from civium.foundation.kit.refusals import Refusal


class RecordNotSigned(Refusal):
    """The last signature under the record is older than 15 minutes, or there is none."""

    message = _("The town's record is not being signed at the moment, so people's data stays closed.")
    what_next = _(
        "Every reading must be on a record that nobody can rewrite. Tell your administrator, and try again in a few minutes. "
        "Citizens can use their own pages meanwhile."
    )
    status = 503


def signed_at() -> datetime | None:
    """When the head of the record was signed last, by the signed words themselves; None when no signature of ours is there."""
    note = Head.objects.filter(id=1).values_list("note", flat=True).first()
    try:
        return read_checkpoint(note).at if note else None
    except (CheckpointForged, SigningKeyMissing):
        return None


def is_being_signed(*, at: datetime) -> bool:
    """Whether the last signature is at most 15 minutes away. One from the future, by a wrong clock, is no better than an old one."""
    within = settings.CIVIUM_RECORD_SIGNED_WITHIN
    if within is None:
        return True
    moment = signed_at()
    return moment is not None and abs(at - moment) <= within


def require_signed_record(*, at: datetime) -> None:
    """Refuse (RecordNotSigned) while the record is not being signed. Asked before staff read anything about people."""
    if not is_being_signed(at=at):
        raise RecordNotSigned
