"""Long things are sealed in frames; a frame that is missing, moved or foreign is noticed."""

from __future__ import annotations

import io
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tried
from hypothesis import strategies as st

from civium.foundation.vault.actions.sealing import SealBroken
from civium.foundation.vault.actions.streams import FRAME_BYTES, open_stream, seal_stream

pytestmark = pytest.mark.django_db
HEAD = 33
FRAME = FRAME_BYTES + 16


def _sealed(data: bytes, owner: str, at: str = "files:content:1") -> bytes:
    return b"".join(seal_stream([data], under=owner, at=at))


def _opened(sealed: bytes, owner: str, at: str = "files:content:1") -> bytes:
    return b"".join(open_stream(io.BytesIO(sealed), under=owner, at=at))


@pytest.mark.parametrize(
    "length", [0, 1, FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, 3 * FRAME_BYTES, 200_000]
)
def test_a_stream_of_any_length_opens_again(owner: str, length: int) -> None:
    data = bytes(range(256)) * (length // 256 + 1)
    assert _opened(_sealed(data[:length], owner), owner) == data[:length]


@tried(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(chunks=st.lists(st.binary(max_size=70_000), max_size=6))
def test_the_sizes_of_the_chunks_do_not_matter(owner: str, chunks: list[bytes]) -> None:
    sealed = b"".join(seal_stream(chunks, under=owner, at="files:content:1"))
    assert _opened(sealed, owner) == b"".join(chunks)


@pytest.mark.parametrize(
    "length", [HEAD - 1, HEAD, HEAD + 10, HEAD + FRAME, HEAD + 2 * FRAME, HEAD + 2 * FRAME + 5, -1]
)
def test_a_stream_cut_short_is_noticed(owner: str, length: int) -> None:
    sealed = _sealed(b"x" * (2 * FRAME_BYTES + 100), owner)
    with pytest.raises(SealBroken):
        _opened(sealed[:length], owner)


def test_a_stream_that_goes_on_is_noticed(owner: str) -> None:
    sealed = _sealed(b"x" * 100, owner)
    for more in (b"y", sealed[HEAD:]):
        with pytest.raises(SealBroken):
            _opened(sealed + more, owner)


def test_frames_that_were_swapped_or_repeated_are_noticed(owner: str) -> None:
    sealed = _sealed(b"a" * FRAME_BYTES + b"b" * FRAME_BYTES + b"c", owner)
    head, first, second, last = (
        sealed[:HEAD],
        sealed[HEAD : HEAD + FRAME],
        sealed[HEAD + FRAME : -17],
        sealed[-17:],
    )
    assert _opened(head + first + second + last, owner)
    for moved in (second + first + last, first + first + last, first + last, second + last):
        with pytest.raises(SealBroken):
            _opened(head + moved, owner)


def test_a_frame_of_another_file_of_the_same_owner_is_noticed(owner: str) -> None:
    one, other = _sealed(b"one", owner), _sealed(b"two", owner)
    with pytest.raises(SealBroken):
        _opened(one[:HEAD] + other[HEAD:], owner)
    with pytest.raises(SealBroken):
        _opened(one, owner, at="files:content:2")


def test_a_stream_does_not_open_for_another_owner(owner: str) -> None:
    with pytest.raises(SealBroken):
        _opened(_sealed(b"one", owner), f"person:{uuid4()}")
