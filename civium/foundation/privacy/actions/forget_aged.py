"""Let go what has been kept long enough."""

from __future__ import annotations

from datetime import datetime

from ..schema import Ageing


def forget_aged(ageing: Ageing, *, at: datetime) -> int:
    """Forget what is over at this moment, and give how many there were. The caller records it, by the codes of all that went."""
    over = ageing.over(at)
    if ageing.forget is None:
        count = over.count()
        over.delete()
        return count
    count = 0
    for each in over.iterator(chunk_size=200):
        ageing.forget(each, at)
        count += 1
    return count
