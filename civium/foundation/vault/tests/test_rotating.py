"""Keys are replaced by rewrapping: everything stays readable, and no sealed value is touched."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from civium.foundation.journal.queries import find_entries
from civium.foundation.vault import key_ring
from civium.foundation.vault.actions import rotate_root_key as rotating_root
from civium.foundation.vault.actions.copy_keys import export_keys, import_keys, require_root_keys
from civium.foundation.vault.actions.destroy_key import destroy_key
from civium.foundation.vault.actions.indexing import blind_index
from civium.foundation.vault.actions.keys import make_key
from civium.foundation.vault.actions.rotate_keys import rotate_owner_keys
from civium.foundation.vault.actions.rotate_root_key import rotate_root_key
from civium.foundation.vault.actions.sealing import KeyDestroyed, open_sealed, seal
from civium.foundation.vault.adapters.root_key import RootKeyMissing
from civium.foundation.vault.adapters.root_key_file import RootKeyFiles
from civium.foundation.vault.models import Key, PurposeKey

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=2)


@pytest.fixture
def sealed() -> dict[str, bytes]:
    """Values of twelve owners, two of them below another."""
    owners = [f"person:{uuid4()}" for _ in range(10)]
    below = [f"application:{uuid4()}" for _ in range(2)]
    for who in below:
        make_key(who, parent=owners[0])
    return {who: seal(who, under=who, at="here") for who in (*owners, *below)}


def _all_open(sealed: dict[str, bytes], new_process: Callable[[], None]) -> bool:
    new_process()
    return all(open_sealed(blob, under=who, at="here") == who for who, blob in sealed.items())


def test_everything_opens_after_the_owners_keys_were_rewrapped(
    sealed: dict[str, bytes], new_process: Callable[[], None]
) -> None:
    before = {key.owner: bytes(key.wrapped or b"") for key in Key.objects.all()}
    told: list[tuple[int, int]] = []
    newest = rotate_owner_keys(by=None, at=NOW, batch=4, progress=lambda done, of: told.append((done, of)))
    assert newest.version == 2
    assert told == [(4, 10), (8, 10), (10, 10)]
    assert _all_open(sealed, new_process)
    changed = {key.owner for key in Key.objects.all() if before[key.owner] != bytes(key.wrapped or b"")}
    assert changed == {who for who in sealed if who.startswith("person:")}, (
        "keys below another need no rewrapping"
    )


def test_what_is_sealed_next_is_under_the_new_key(sealed: dict[str, bytes], owner: str) -> None:
    newest = rotate_owner_keys(by=None, at=NOW)
    seal(1, under=owner, at="here")
    assert Key.objects.get(owner=owner).purpose_key == newest


def test_a_rotation_that_was_stopped_goes_on_where_it_stopped(
    sealed: dict[str, bytes], new_process: Callable[[], None]
) -> None:
    def pull_the_plug(done: int, _all: int) -> None:
        if done >= 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotate_owner_keys(by=None, at=NOW, batch=3, progress=pull_the_plug)
    assert _all_open(sealed, new_process)
    told: list[int] = []
    newest = rotate_owner_keys(by=None, at=NOW, batch=3, progress=lambda done, _all: told.append(done))
    assert (newest.version, told) == (2, [3, 4])
    assert _all_open(sealed, new_process)
    assert rotate_owner_keys(by=None, at=NOW).version == 3


def test_a_replaced_key_is_deleted_a_day_later(
    sealed: dict[str, bytes], new_process: Callable[[], None]
) -> None:
    rotate_owner_keys(by=None, at=NOW)
    rotate_owner_keys(by=None, at=NOW + dt.timedelta(hours=1))
    assert set(PurposeKey.objects.filter(purpose="owners").values_list("version", flat=True)) == {1, 2, 3}
    rotate_owner_keys(by=None, at=LATER)
    assert set(PurposeKey.objects.filter(purpose="owners").values_list("version", flat=True)) == {3, 4}
    assert _all_open(sealed, new_process)


def test_a_key_made_while_the_rotation_ran_is_caught_by_the_next(
    sealed: dict[str, bytes], owner: str, new_process: Callable[[], None]
) -> None:
    sealed[owner] = seal(owner, under=owner, at="here")
    first = PurposeKey.objects.get(purpose="owners")
    late = Key.objects.get(owner=owner).wrapped
    rotate_owner_keys(by=None, at=NOW)
    Key.objects.filter(owner=owner).update(purpose_key=first, wrapped=late)
    rotate_owner_keys(by=None, at=LATER)
    assert Key.objects.get(owner=owner).purpose_key != first
    assert _all_open(sealed, new_process)


def test_a_destroyed_key_stays_destroyed_and_holds_nothing_up(sealed: dict[str, bytes], owner: str) -> None:
    seal(1, under=owner, at="here")
    destroy_key(owner, by=None, at=NOW)
    rotate_owner_keys(by=None, at=NOW)
    rotate_owner_keys(by=None, at=LATER)
    with pytest.raises(KeyDestroyed):
        make_key(owner)
    assert not PurposeKey.objects.filter(purpose="owners", version=1).exists()


def test_rotations_are_recorded(sealed: dict[str, bytes], own_keys: Path) -> None:
    newest = rotate_owner_keys(by=None, at=NOW)
    assert [entry.event.version for entry in find_entries([f"purpose_key:{newest.id}"])] == [2]  # type: ignore[attr-defined]


def test_everything_opens_under_a_new_root_key_and_nothing_under_the_old(
    own_keys: Path, sealed_own: dict[str, bytes], new_process: Callable[[], None]
) -> None:
    old, indexed = (own_keys / "root-key").read_bytes(), blind_index("amina", purpose="x")
    assert rotate_root_key(by=None, at=NOW) == 2
    assert (own_keys / "root-key").read_bytes() != old
    assert (own_keys / "root-key").stat().st_mode & 0o777 == 0o600
    assert _all_open(sealed_own, new_process)
    assert blind_index("amina", purpose="x") == indexed
    kept = next(own_keys.glob("root-key.*.old"))
    assert kept.read_bytes() == old
    (own_keys / "root-key").write_bytes(old)
    with pytest.raises(key_ring.RootKeyMissing, match="not the one that this was sealed under"):
        _all_open(sealed_own, new_process)


@pytest.mark.parametrize("when", ["before the database changed", "before the files changed"])
def test_a_root_rotation_that_was_stopped_goes_on_where_it_stopped(
    own_keys: Path,
    sealed_own: dict[str, bytes],
    new_process: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
    when: str,
) -> None:
    def pull_the_plug(*_asked: object, **_more: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as stopped:
        if when == "before the database changed":
            stopped.setattr(rotating_root, "record", pull_the_plug)
        else:
            stopped.setattr(RootKeyFiles, "succeed", pull_the_plug)
        with pytest.raises(KeyboardInterrupt):
            rotate_root_key(by=None, at=NOW)
    assert (own_keys / "root-key.next").exists()
    assert _all_open(sealed_own, new_process)
    rotate_root_key(by=None, at=NOW)
    assert not (own_keys / "root-key.next").exists()
    assert _all_open(sealed_own, new_process)


@pytest.fixture
def sealed_own(own_keys: Path, sealed: dict[str, bytes]) -> dict[str, bytes]:
    """The same, sealed under a root key that only this test uses."""
    return sealed


def test_keys_copied_before_the_root_key_was_replaced_are_put_back_under_the_new_one(
    sealed_own: dict[str, bytes], new_process: Callable[[], None], own_keys: Path
) -> None:
    copied = list(export_keys())
    rotate_root_key(by=None, at=NOW)
    require_root_keys(copied)
    Key.objects.exclude(parent=None).delete()
    Key.objects.all().delete()
    PurposeKey.objects.all().delete()
    import_keys(copied)
    [old] = own_keys.glob("root-key.*.old")
    old.rename(own_keys / "away")
    assert _all_open(sealed_own, new_process), "the old root key is needed no more"
    with pytest.raises(RootKeyMissing):
        require_root_keys(copied)
