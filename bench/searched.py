"""Fill our own index: ``python -m bench.searched COUNT`` makes an edition of so many documents, and says how far it is."""

from __future__ import annotations

import json
import sys

import django

django.setup()

from django.utils import timezone  # noqa: E402

from bench.documents import documents  # noqa: E402
from civium.engines.search.actions.rebuild_index import rebuild_index  # noqa: E402
from civium.engines.search.schema import Searchable  # noqa: E402


def fill(count: int) -> dict[str, int]:
    """An index with so many documents in English."""
    source = Searchable("bench", lambda: documents(count), stored=True)
    return {"documents": rebuild_index([source], at=timezone.now(), say=_tell)}


def _tell(line: str) -> None:
    print(f"    {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    print(json.dumps(fill(int(sys.argv[1]))))
