"""Take away what the record says about somebody beyond codes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from civium.foundation.journal.actions.record import Actor, record
from civium.foundation.journal.events import DetailsErased
from civium.foundation.journal.models import Detail


@transaction.atomic
def erase_details(owner: str, *, by: Actor | None, at: datetime) -> int:
    """Remove the sealed details of this owner, and give their number. The entries stay, and still verify.

    Destroying the owner's key forgets them everywhere, backups included; this removes the bytes too.
    """
    count, _per_model = Detail.objects.filter(owner=owner).delete()
    if count:
        record(DetailsErased(owner=owner, count=count), by=by, at=at)
    return count
