"""What is sealed comes back exactly."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civium.foundation.vault.encoding import decode, encode

anything = st.text(alphabet=st.characters(), max_size=40)
leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | anything
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.dates()
    | st.datetimes(timezones=st.none() | st.just(dt.UTC) | st.timezones())
    | st.uuids()
)
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(anything | st.sampled_from(["$uuid", "$dict"]), inner, max_size=4)
    ),
    max_leaves=20,
)


def _same(one: Any, other: Any) -> bool:
    """Equal, and of the same types all the way down (True is not 1, 1.10 is not 1.1)."""
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, dict):
        return (
            isinstance(other, dict)
            and one.keys() == other.keys()
            and all(_same(one[key], other[key]) for key in one)
        )
    if isinstance(one, dt.datetime):
        return isinstance(other, dt.datetime) and one.isoformat() == other.isoformat()
    return type(one) is type(other) and str(one) == str(other)


@given(values)
def test_every_value_comes_back_as_it_was(value: Any) -> None:
    assert _same(value, decode(encode(value)))


@given(st.dictionaries(anything, leaves, min_size=2, max_size=6))
def test_the_order_of_a_dict_does_not_change_its_encoding(value: dict[str, Any]) -> None:
    assert encode(value) == encode(dict(reversed(value.items())))


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), b"bytes", {1: "one"}, {1, 2}, Decimal("NaN"), Decimal("Infinity"), object()],
)
def test_what_would_not_come_back_the_same_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="cannot be sealed"):
        encode({"deep": [value]})


def test_half_of_a_pair_of_surrogates_survives() -> None:
    assert decode(encode("a\ud83d")) == "a\ud83d"


@pytest.mark.parametrize("degrees", [41.335, -0.1, 1e-7, 179.999999, 0.1 + 0.2])
def test_a_degree_comes_back_to_the_last_bit(degrees: float) -> None:
    assert decode(encode({"lat": degrees})) == {"lat": degrees}
