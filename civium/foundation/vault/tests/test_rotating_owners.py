"""People and cases get new keys: what is sealed next is under these, and erasing destroys all that an owner ever had."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import uuid4

import pytest

from civium.foundation.vault.actions.copy_keys import export_keys, import_keys
from civium.foundation.vault.actions.destroy_key import destroy_key
from civium.foundation.vault.actions.keys import make_key
from civium.foundation.vault.actions.move_key import move_key
from civium.foundation.vault.actions.rotate_keys import rotate_owner_keys
from civium.foundation.vault.actions.rotate_owners import rotate_owners
from civium.foundation.vault.actions.sealing import KeyDestroyed, open_sealed, seal
from civium.foundation.vault.envelope import SEALED, key_id_of
from civium.foundation.vault.models import Key, PurposeKey

pytestmark = pytest.mark.django_db
LATER = dt.datetime(2099, 3, 2, 9, 0, tzinfo=dt.UTC)
SOME = 7


@pytest.fixture
def sealed() -> dict[str, bytes]:
    """Something of seven people, and of an application of the first."""
    owners = [f"person:{uuid4()}" for _ in range(SOME)]
    application = f"application:{uuid4()}"
    make_key(application, parent=owners[0])
    return {who: seal(who, under=who, at="here") for who in (*owners, application)}


def _all_open(sealed: dict[str, bytes], new_process: Callable[[], None]) -> bool:
    new_process()
    return all(open_sealed(blob, under=who, at="here") == who for who, blob in sealed.items())


def _seals(blob: bytes) -> Key:
    return Key.objects.get(id=key_id_of(blob, kind=SEALED))


def test_what_is_sealed_next_is_under_a_new_key_and_the_one_before_seals_no_more(
    sealed: dict[str, bytes], new_process: Callable[[], None]
) -> None:
    told: list[tuple[int, int]] = []
    assert (
        rotate_owners("person", by=None, at=LATER, batch=3, progress=lambda *so_far: told.append(so_far))
        == SOME
    )
    assert told == [(3, 7), (6, 7), (7, 7)]
    assert _all_open(sealed, new_process)
    for who, blob in sealed.items():
        assert (_seals(seal(1, under=who, at="there")).id == _seals(blob).id) == who.startswith(
            "application:"
        )
    assert rotate_owners("case", by=None, at=LATER) == 1
    assert _all_open(sealed, new_process)


def test_what_is_below_is_wrapped_by_the_new_key(
    sealed: dict[str, bytes], new_process: Callable[[], None]
) -> None:
    rotate_owners("person", by=None, at=LATER)
    below = Key.objects.get(owner__startswith="application:")
    assert below.parent is not None
    assert below.parent.replaced_at is None
    Key.objects.exclude(replaced_at=None).update(wrapped=b"gone")
    new_process()
    assert open_sealed(sealed[below.owner], under=below.owner, at="here") == below.owner


def test_stopped_in_the_middle_it_goes_on(sealed: dict[str, bytes], new_process: Callable[[], None]) -> None:
    def pull_the_plug(done: int, _all: int) -> None:
        if done >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotate_owners("person", by=None, at=LATER, batch=2, progress=pull_the_plug)
    assert _all_open(sealed, new_process)
    told: list[tuple[int, int]] = []
    an_hour_on = LATER + dt.timedelta(hours=1)
    rotate_owners("person", by=None, at=an_hour_on, batch=2, progress=lambda *so_far: told.append(so_far))
    assert told == [(6, 7), (7, 7)]
    assert Key.objects.exclude(replaced_at=None).count() == SOME, "nobody twice"
    assert _all_open(sealed, new_process)


def test_erasing_destroys_every_key_that_somebody_had(sealed: dict[str, bytes]) -> None:
    rotate_owners("person", by=None, at=LATER)
    rotate_owners("person", by=None, at=LATER + dt.timedelta(days=1))
    first = next(iter(sealed))
    newer = seal("newer", under=first, at="there")
    destroy_key(first, by=None, at=LATER)
    assert set(Key.objects.filter(owner=first).values_list("wrapped", flat=True)) == {None}
    application = next(who for who in sealed if who.startswith("application:"))
    for blob, who, place in (
        (sealed[first], first, "here"),
        (newer, first, "there"),
        (sealed[application], application, "here"),
    ):
        with pytest.raises(KeyDestroyed):
            open_sealed(blob, under=who, at=place)
    with pytest.raises(KeyDestroyed):
        seal(1, under=first, at="here")
    assert rotate_owners("person", by=None, at=LATER + dt.timedelta(days=2)) == SOME - 1


def test_earlier_keys_move_and_are_rewrapped_and_copied_with_the_others(
    sealed: dict[str, bytes], new_process: Callable[[], None]
) -> None:
    application, second = next(who for who in sealed if who.startswith("application:")), list(sealed)[1]
    for kind in ("person", "case"):
        rotate_owners(kind, by=None, at=LATER)
    move_key(application, parent=second, by=None, at=LATER)
    rotate_owner_keys(by=None, at=LATER)
    rotate_owner_keys(by=None, at=LATER + dt.timedelta(days=2))
    assert _all_open(sealed, new_process)
    copied = list(export_keys())
    Key.objects.exclude(parent=None).delete()
    Key.objects.all().delete()
    PurposeKey.objects.all().delete()
    import_keys(copied)
    assert _all_open(sealed, new_process)
    destroy_key(second, by=None, at=LATER)
    with pytest.raises(KeyDestroyed):
        open_sealed(sealed[application], under=application, at="here")
