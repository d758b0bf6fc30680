"""Take away what the record says about somebody beyond codes."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from civium.foundation.journal.actions.record import Actor, record
from civium.foundation.journal.events import DetailsErased
from civium.foundation.journal.models import Detail

# So many of the longest ids fit into a code.
_NAMED_AT_ONCE: Final = 10


@transaction.atomic
def erase_details(owner: str, *, by: Actor | None, at: datetime) -> int:
    """Remove the sealed details of this owner, and give their number. The entries stay, and still verify: which ones lost theirs is said.

    Destroying the owner's key forgets them everywhere, backups included; this removes the bytes too.
    """
    held = list(Detail.objects.filter(owner=owner).order_by("pk").values_list("pk", flat=True))
    erased = [entry for entry in held if Detail.objects.filter(pk=entry).delete()[0]]
    for start in range(0, len(erased), _NAMED_AT_ONCE):
        named = erased[start : start + _NAMED_AT_ONCE]
        told = DetailsErased(owner=owner, count=len(named), entries=" ".join(map(str, named)))
        record(told, by=by, at=at)
    return len(erased)
