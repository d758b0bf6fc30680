"""Sealed values open for their owner, in their place, and nowhere else."""

from __future__ import annotations

import time
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as tried
from hypothesis import strategies as st

from civium.foundation.vault import key_ring
from civium.foundation.vault.actions.keys import make_key
from civium.foundation.vault.actions.sealing import (
    SealBroken,
    fetch_keys,
    open_bytes,
    open_sealed,
    seal,
    seal_bytes,
)
from civium.foundation.vault.models import Key, PurposeKey

pytestmark = pytest.mark.django_db
CANARY = "Zyxwvut Qanary 4711"


def test_a_value_opens_again(owner: str, new_process: Callable[[], None]) -> None:
    blob = seal({"name": CANARY}, under=owner, at="people:name:1")
    new_process()
    assert open_sealed(blob, under=owner, at="people:name:1") == {"name": CANARY}
    assert open_sealed(memoryview(blob), under=owner, at="people:name:1") == {"name": CANARY}


@tried(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.binary(max_size=300))
def test_any_bytes_open_again(owner: str, data: bytes) -> None:
    assert open_bytes(seal_bytes(data, under=owner, at="here"), under=owner, at="here") == data


def test_the_same_value_never_looks_the_same(owner: str) -> None:
    assert len({seal(CANARY, under=owner, at="here") for _ in range(50)}) == 50


def test_nothing_of_the_value_is_readable(owner: str) -> None:
    blob = seal(CANARY, under=owner, at="here")
    assert CANARY.encode() not in blob
    assert all(CANARY.encode() not in bytes(key.wrapped or b"") for key in Key.objects.all())


def test_a_value_moved_to_another_row_does_not_open(owner: str) -> None:
    blob = seal(CANARY, under=owner, at="people:name:1")
    with pytest.raises(SealBroken):
        open_sealed(blob, under=owner, at="people:name:2")


def test_a_value_moved_to_another_owner_does_not_open(owner: str) -> None:
    other = f"person:{uuid4()}"
    mine, theirs = seal("mine", under=owner, at="here"), seal("theirs", under=other, at="here")
    with pytest.raises(SealBroken):
        open_sealed(theirs, under=owner, at="here")
    with pytest.raises(SealBroken):
        open_sealed(mine[:17] + theirs[17:], under=owner, at="here")
    with pytest.raises(SealBroken):
        open_sealed(theirs[:17] + mine[17:], under=other, at="here")


def test_an_owner_and_a_place_do_not_run_into_each_other(owner: str) -> None:
    blob = seal("x", under=owner, at="a\x00b")
    with pytest.raises(SealBroken):
        open_sealed(blob, under=owner + "\x00a", at="b")


@pytest.mark.parametrize("place", [0, 1, 8, 17, 25, 29, -1])
def test_one_changed_bit_is_noticed(owner: str, place: int) -> None:
    blob = bytearray(seal(CANARY, under=owner, at="here"))
    blob[place] ^= 1
    with pytest.raises(SealBroken) as refused:
        open_sealed(bytes(blob), under=owner, at="here")
    assert CANARY not in str(refused.value)


@pytest.mark.parametrize("length", [0, 1, 16, 17, 20, 29, 44])
def test_a_value_cut_short_is_noticed(owner: str, length: int) -> None:
    blob = seal(CANARY, under=owner, at="here")
    with pytest.raises(SealBroken):
        open_sealed(blob[:length], under=owner, at="here")


def test_key_rows_that_were_swapped_open_nothing(owner: str, new_process: Callable[[], None]) -> None:
    other = f"person:{uuid4()}"
    blob = seal(CANARY, under=owner, at="here")
    seal("theirs", under=other, at="here")
    mine, theirs = Key.objects.get(owner=owner), Key.objects.get(owner=other)
    Key.objects.filter(pk=mine.pk).update(wrapped=theirs.wrapped)
    Key.objects.filter(pk=theirs.pk).update(wrapped=mine.wrapped)
    new_process()
    for who in (owner, other):
        with pytest.raises(SealBroken):
            open_sealed(blob, under=who, at="here")


def test_sealing_reads_one_row_and_writes_none(owner: str) -> None:
    application = f"application:{uuid4()}"
    make_key(application, parent=owner)
    key_ring.forget_keys()
    with CaptureQueriesContext(connection) as asked:
        seal({"dog_name": "Rex"}, under=application, at="drafts:answers:1")
    assert len(asked) == 1


def test_a_page_of_sealed_lines_reads_one_row(owner: str) -> None:
    blobs = [seal(f"line {n}", under=owner, at=f"notices:body:{n}") for n in range(20)]
    key_ring.forget_keys()
    with CaptureQueriesContext(connection) as asked:
        assert [open_sealed(blob, under=owner, at=f"notices:body:{n}") for n, blob in enumerate(blobs)][
            19
        ] == "line 19"
    assert len(asked) == 1


def test_a_list_of_many_owners_reads_their_keys_at_once() -> None:
    owners = [f"person:{uuid4()}" for _ in range(30)]
    blobs = {who: seal(who, under=who, at="here") for who in owners}
    key_ring.forget_keys()
    with CaptureQueriesContext(connection) as asked:
        fetch_keys(owners)
        fetch_keys([])
        assert all(open_sealed(blobs[who], under=who, at="here") == who for who in owners)
    assert len(asked) == 1


def test_a_list_that_is_looked_at_again_reads_only_what_is_not_at_hand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(key_ring, "KEYS_AT_HAND", 5)
    owners = [f"person:{uuid4()}" for _ in range(6)]
    for who in owners:
        seal(who, under=who, at="here")
    key_ring.forget_keys()
    fetch_keys(owners[:5])
    with CaptureQueriesContext(connection) as asked:
        fetch_keys(owners[:5])
        fetch_keys(owners)  # pushes one of the five out
        fetch_keys(owners[5:])
    assert len(asked) == 1
    pushed_out = [who for who in owners if key_ring._ring.not_read([who])]
    with CaptureQueriesContext(connection) as asked:
        fetch_keys(owners)
    assert len(pushed_out) == 1
    assert len(asked) == 1
    assert all(asked[0]["sql"].count(who) == (who in pushed_out) for who in owners)


def test_a_key_is_at_hand_for_three_seconds(owner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    blob = seal(1, under=owner, at="here")
    later = time.monotonic() + 3.1
    monkeypatch.setattr(key_ring.time, "monotonic", lambda: later)
    with CaptureQueriesContext(connection) as asked:
        open_sealed(blob, under=owner, at="here")
    assert len(asked) == 1


def test_few_keys_are_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_ring, "KEYS_AT_HAND", 5)
    for _ in range(9):
        seal(1, under=f"person:{uuid4()}", at="here")
    assert len(key_ring._ring._keys) == 5


def test_a_key_in_memory_does_not_print_itself(owner: str) -> None:
    key = make_key(owner)
    assert key.key.hex() not in repr(key)
    assert repr(key.key) not in repr(key)


def test_one_purpose_key_wraps_all_owners(owner: str) -> None:
    seal(1, under=owner, at="here")
    seal(1, under=f"person:{uuid4()}", at="here")
    assert PurposeKey.objects.filter(purpose="owners").count() == 1
