"""Which entries without a place cannot have come by honestly: ids are handed out upwards, and an entry tells its moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

# How long a transaction may have stayed open that commits after later ones were signed for.
LATEST: Final = timedelta(hours=1)


def looks_backdated(entry_id: int, at: datetime, *, newest_id: int, signed_at: datetime | None) -> bool:
    """Whether an entry that waits for its place was slipped in.

    ``newest_id``: the largest id that has a place; ``signed_at``: the moment of the last checkpoint, None when there is none.
    The database hands out no id below 1, and none below one that is signed for and belongs to a moment long before.
    """
    if entry_id < 1:
        return True
    return signed_at is not None and entry_id < newest_id and at < signed_at - LATEST
