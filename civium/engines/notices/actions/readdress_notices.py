"""Give what was written to a guest to the account of whoever it was."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.vault.actions.sealing import open_sealed, seal

from ..events import NoticeReaddressed
from ..models import Notice


@transaction.atomic
def readdress_notices(guest: Person, *, to: Person, by: Person, at: datetime) -> None:
    """Put every notice to the guest into the person's inbox, sealed under the person's own key. The words stay as sent."""
    if not guest.is_guest:
        raise ValueError("only what was written to a guest can be kept in an account")
    for notice in Notice.objects.select_for_update(of=("self",)).filter(to=guest):
        before = notice.vault_key
        notice.to = to
        for field in ("subject", "content"):
            column, place = f"{field}_sealed", notice.place(field)
            words = open_sealed(bytes(getattr(notice, column)), under=before, at=place)
            setattr(notice, column, seal(words, under=notice.vault_key, at=place))
        notice.save(update_fields=["to", "subject_sealed", "content_sealed"])
        record(NoticeReaddressed(notice.id, notice.about, to.pk), by=by, at=at)
