"""Values as canonical JSON and exactly back: text, whole numbers, Decimal, dates, moments, UUIDs, lists and dicts.

Types that JSON lacks travel as a dict with one ``$`` key. A floating-point number, such as a degree of latitude, comes back to the
last bit; what is not a number is refused. Amounts are Decimals.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from math import isfinite
from typing import Any
from uuid import UUID

_READERS: dict[str, Callable[[Any], Any]] = {
    "$decimal": Decimal,
    "$date": dt.date.fromisoformat,
    "$moment": dt.datetime.fromisoformat,
    "$uuid": UUID,
    "$dict": lambda pairs: dict(pairs),
}


def encode(value: Any) -> bytes:
    """The value as canonical JSON (sorted keys, no spaces, UTF-8). Raises TypeError for what would not come back the same."""
    text = json.dumps(_tagged(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "surrogatepass")


def decode(data: bytes) -> Any:
    """The value that was encoded."""
    return _decoder.decode(data.decode("utf-8", "surrogatepass"))


def _tagged(value: Any) -> Any:
    match value:
        case None | bool() | int():
            return value
        case str():
            return str(value)
        case float() if isfinite(value):
            return value
        case Decimal() if value.is_finite():
            return {"$decimal": str(value)}
        case dt.datetime():
            return {"$moment": value.isoformat()}
        case dt.date():
            return {"$date": value.isoformat()}
        case UUID():
            return {"$uuid": str(value)}
        case list() | tuple():
            return [_tagged(item) for item in value]
        case Mapping():
            return _tagged_dict(value)
    raise TypeError(f"{type(value).__name__} cannot be sealed so that it comes back the same")


def _tagged_dict(value: Mapping[Any, Any]) -> dict[str, Any]:
    if not all(isinstance(key, str) for key in value):
        raise TypeError("a dict with keys that are not text cannot be sealed so that it comes back the same")
    if any(key.startswith("$") for key in value):
        return {"$dict": [[str(key), _tagged(item)] for key, item in sorted(value.items())]}
    return {str(key): _tagged(item) for key, item in value.items()}


def _untagged(found: dict[str, Any]) -> Any:
    if len(found) == 1:
        ((tag, content),) = found.items()
        if tag in _READERS:
            return _READERS[tag](content)
    return found


_decoder = json.JSONDecoder(object_hook=_untagged)
