"""The key of blind indexes is replaced: everything is found all the while, and in the end the earlier key finds nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest

from civium.foundation.vault.actions.indexing import blind_index, possible_indexes
from civium.foundation.vault.actions.keys import make_key
from civium.foundation.vault.actions.rotate_index_key import Indexed, Progress, rotate_index_key
from civium.foundation.vault.models import Key, PurposeKey

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2099, 3, 2, 9, 0, tzinfo=dt.UTC)
TOMORROW = NOW + dt.timedelta(days=1)
NUMBERS = range(7)


def _write_down(told: list[tuple[str, int, int]]) -> Progress:
    return lambda *so_far: told.append(so_far)


class Shelf:
    """Seven keys stand for rows of a room: each is found by the index of its number."""

    def __init__(self) -> None:
        self.indexes = {number: blind_index(str(number), purpose="shelf") for number in NUMBERS}
        self.number_of = {make_key(f"shelf:{number}").id: number for number in NUMBERS}
        self.waiting = 0

    def renew(self, rows: Sequence[Key]) -> None:
        for row in rows:
            number = self.number_of[row.id]
            self.indexes[number] = blind_index(str(number), purpose="shelf")

    def indexed(self) -> list[Indexed]:
        rows: Any = Key.objects.all
        return [Indexed("things", ("shelf.Thing.number",), rows, self.renew, lambda _began: self.waiting)]

    def finds_all(self) -> bool:
        possible = possible_indexes(map(str, NUMBERS), purpose="shelf")
        return all(self.indexes[number] in found for number, found in zip(NUMBERS, possible, strict=True))


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def test_everything_is_found_all_the_while_and_the_earlier_key_is_deleted_a_day_later(shelf: Shelf) -> None:
    old, told = dict(shelf.indexes), []
    first = rotate_index_key(
        shelf.indexed(), by=None, at=NOW, batch=3, progress=lambda *so_far: told.append(so_far)
    )
    assert told == [("things", 3, 7), ("things", 6, 7), ("things", 7, 7)]
    assert (first.version, first.until, first.is_over) == (2, TOMORROW, False)
    assert shelf.finds_all()
    assert not set(old.values()) & set(shelf.indexes.values())
    shelf.indexes[3] = old[3]  # written by whoever had looked up the key just before
    assert shelf.finds_all()
    assert not rotate_index_key(shelf.indexed(), by=None, at=TOMORROW - dt.timedelta(minutes=1)).is_over
    assert rotate_index_key(shelf.indexed(), by=None, at=TOMORROW).is_over
    assert shelf.finds_all()
    assert PurposeKey.objects.filter(purpose="index").count() == 1
    assert not set(old.values()) & {
        each for found in possible_indexes(map(str, NUMBERS), purpose="shelf") for each in found
    }


def test_stopped_in_the_middle_it_goes_on(shelf: Shelf) -> None:
    def pull_the_plug(_name: str, done: int, _all: int) -> None:
        if done >= 4:
            raise KeyboardInterrupt

    for at in (NOW, TOMORROW):
        with pytest.raises(KeyboardInterrupt):
            rotate_index_key(shelf.indexed(), by=None, at=at, batch=2, progress=pull_the_plug)
        assert shelf.finds_all()
        told: list[tuple[str, int, int]] = []
        came = rotate_index_key(shelf.indexed(), by=None, at=at, batch=2, progress=_write_down(told))
        assert (told, came.version) == ([("things", 6, 7), ("things", 7, 7)], 2)
        assert shelf.finds_all()
    assert came.is_over


def test_the_earlier_key_stays_while_something_still_needs_it(shelf: Shelf) -> None:
    rotate_index_key(shelf.indexed(), by=None, at=NOW)
    shelf.waiting = 2
    assert rotate_index_key(shelf.indexed(), by=None, at=TOMORROW).waiting == 2
    assert PurposeKey.objects.filter(purpose="index").count() == 2
    shelf.waiting = 0
    assert rotate_index_key(shelf.indexed(), by=None, at=TOMORROW).is_over
