"""Delete contents that no row knows: what a crash or a rollback left behind."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final

from ..models import StoredFile
from ..storage import find_contents

logger = logging.getLogger(__name__)
# An upload that is being taken has content before it has a row.
YOUNGEST: Final = timedelta(days=1)


def sweep_files(*, at: datetime) -> int:
    """Delete what lies in the folder for more than a day without a row; how many there were."""
    old = [
        (path, content)
        for path, content in find_contents()
        if at.timestamp() - path.stat().st_mtime > YOUNGEST.total_seconds()
    ]
    known = set(StoredFile.objects.values_list("content", flat=True)) if old else set()
    orphans = [path for path, content in old if content not in known]
    for path in orphans:
        path.unlink(missing_ok=True)
    if orphans:
        logger.warning("%d contents without a file were deleted", len(orphans))
    return len(orphans)
