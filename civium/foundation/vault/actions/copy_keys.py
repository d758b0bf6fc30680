"""Take the key tables out, and put them back: they have a backup of their own, which is kept for days and not for years.

A backup of the data is made without them, so it opens nothing by itself; and whoever was forgotten stays forgotten once the last copy of
their key is a week old (docs/decisions/0004-forgetting-and-backups.md).
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from ..key_ring import forget_keys, root_key_with, the_root_key
from ..models import Key, PurposeKey

KEPT_FOR: Final = timedelta(days=7)
_BATCH: Final = 1000


def export_keys() -> Iterator[bytes]:
    """Every key as it lies in the tables, wrapped, a line of JSON each: purposes first, parents before those below them."""
    for purpose_key in PurposeKey.objects.order_by("version"):
        yield _line(
            {
                "purpose_key": str(purpose_key.id),
                "purpose": purpose_key.purpose,
                "version": purpose_key.version,
                "root": str(purpose_key.root),
                "wrapped": b64encode(bytes(purpose_key.wrapped)).decode(),
                "made_at": purpose_key.made_at.isoformat(),
                "retired_at": purpose_key.retired_at and purpose_key.retired_at.isoformat(),
            }
        )
    above = Key.objects.filter(parent=None)
    below = Key.objects.filter(parent__parent=None).exclude(parent=None)
    lowest = Key.objects.exclude(parent__parent=None)
    for keys in (above, below, lowest):
        for key in keys.order_by("id").iterator(chunk_size=_BATCH):
            yield _line(
                {
                    "key": str(key.id),
                    "owner": key.owner,
                    "parent": key.parent_id and str(key.parent_id),
                    "purpose_key": key.purpose_key_id and str(key.purpose_key_id),
                    "wrapped": b64encode(bytes(key.wrapped)).decode() if key.wrapped is not None else None,
                    "made_at": key.made_at.isoformat(),
                    "replaced_at": key.replaced_at and key.replaced_at.isoformat(),
                    "destroyed_at": key.destroyed_at and key.destroyed_at.isoformat(),
                }
            )


def require_root_keys(lines: Iterable[bytes]) -> None:
    """Raise RootKeyMissing unless the key folder has the root key, or the one of before, that wraps each of these keys."""
    for row in map(json.loads, lines):
        if "version" in row:
            root_key_with(UUID(row["root"]), or_an_old_one=True)


def import_keys(lines: Iterable[bytes]) -> int:
    """Put exported keys into the tables, which must be empty; how many owners have one. All or nothing.

    What an earlier root key wrapped is wrapped by the present one, as if it had been there when that was made.
    """
    forget_keys()
    rows = (json.loads(line) for line in lines)
    count = 0
    with transaction.atomic():
        if Key.objects.exists() or PurposeKey.objects.exists():
            raise ValueError("the key tables are not empty")
        while batch := list(islice(rows, _BATCH)):
            PurposeKey.objects.bulk_create(_purpose_key(row) for row in batch if "version" in row)
            keys = [_key(row) for row in batch if "key" in row]
            Key.objects.bulk_create(keys)
            count += len(keys)
    forget_keys()
    return count


def _purpose_key(row: dict[str, Any]) -> PurposeKey:
    key = PurposeKey(
        id=UUID(row["purpose_key"]),
        purpose=row["purpose"],
        version=row["version"],
        root=UUID(row["root"]),
        wrapped=b64decode(row["wrapped"]),
        made_at=datetime.fromisoformat(row["made_at"]),
        retired_at=_moment(row["retired_at"]),
    )
    present, before = the_root_key(), root_key_with(key.root, or_an_old_one=True)
    if before.id != present.id:
        plain = before.unwrap(bytes(key.wrapped), place=key.place)
        key.wrapped, key.root = present.wrap(plain, place=key.place), present.id
    return key


def _key(row: dict[str, Any]) -> Key:
    return Key(
        id=UUID(row["key"]),
        owner=row["owner"],
        parent_id=row["parent"] and UUID(row["parent"]),
        purpose_key_id=row["purpose_key"] and UUID(row["purpose_key"]),
        wrapped=b64decode(row["wrapped"]) if row["wrapped"] is not None else None,
        made_at=datetime.fromisoformat(row["made_at"]),
        replaced_at=_moment(row.get("replaced_at")),
        destroyed_at=_moment(row["destroyed_at"]),
    )


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


def _line(row: dict[str, Any]) -> bytes:
    return json.dumps(row, separators=(",", ":")).encode() + b"\n"
