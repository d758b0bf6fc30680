"""Forgetting is real: a destroyed key opens nothing again, for anybody, ever."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import connection, transaction

from civium.foundation.journal.queries import find_entries
from civium.foundation.vault import key_ring
from civium.foundation.vault.actions.destroy_key import destroy_key
from civium.foundation.vault.actions.keys import make_key
from civium.foundation.vault.actions.sealing import KeyDestroyed, fetch_keys, open_sealed, seal
from civium.foundation.vault.events import KeyDestroyed as KeyDestroyedEvent
from civium.foundation.vault.models import Key
from tests.disk import bytes_of_database

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)


def test_what_was_sealed_under_a_destroyed_key_never_opens(owner: str) -> None:
    blob = seal("secret", under=owner, at="here")
    destroy_key(owner, by=None, at=NOW)
    with pytest.raises(KeyDestroyed):
        open_sealed(blob, under=owner, at="here")
    key = Key.objects.get(owner=owner)
    assert key.wrapped is None
    assert key.destroyed_at == NOW


def test_a_forgotten_owner_never_gets_another_key(owner: str) -> None:
    seal("secret", under=owner, at="here")
    destroy_key(owner, by=None, at=NOW)
    for use in (lambda: seal("again", under=owner, at="here"), lambda: make_key(owner)):
        with pytest.raises(KeyDestroyed):
            use()


def test_an_owner_can_be_forgotten_before_anything_was_sealed(owner: str) -> None:
    destroy_key(owner, by=None, at=NOW)
    with pytest.raises(KeyDestroyed):
        seal("first", under=owner, at="here")


def test_destroying_a_key_destroys_all_below_it(owner: str) -> None:
    application, part = f"application:{uuid4()}", f"part:{uuid4()}"
    make_key(application, parent=owner)
    make_key(part, parent=application)
    blobs = {who: seal("secret", under=who, at="here") for who in (owner, application, part)}
    destroy_key(owner, by=None, at=NOW)
    for who, blob in blobs.items():
        with pytest.raises(KeyDestroyed):
            open_sealed(blob, under=who, at="here")
    with pytest.raises(KeyDestroyed):
        make_key(f"application:{uuid4()}", parent=owner)


def test_destroying_a_key_leaves_the_one_above_it(owner: str) -> None:
    application = f"application:{uuid4()}"
    make_key(application, parent=owner)
    mine, gone = seal("mine", under=owner, at="here"), seal("gone", under=application, at="here")
    destroy_key(application, by=None, at=NOW)
    assert open_sealed(mine, under=owner, at="here") == "mine"
    with pytest.raises(KeyDestroyed):
        open_sealed(gone, under=application, at="here")


def test_a_key_destroyed_by_another_process_opens_nothing_three_seconds_later(
    owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    blob = seal("secret", under=owner, at="here")
    fetch_keys([owner])
    Key.objects.filter(owner=owner).update(wrapped=None, destroyed_at=NOW)
    with pytest.raises(KeyDestroyed):
        seal("more", under=owner, at="here")
    later = key_ring.time.monotonic() + key_ring.SECONDS_AT_HAND
    monkeypatch.setattr(key_ring.time, "monotonic", lambda: later)
    fetch_keys([owner])
    assert key_ring.is_seen_destroyed(owner)
    with pytest.raises(KeyDestroyed):
        open_sealed(blob, under=owner, at="here")


def test_a_list_is_read_even_when_one_of_its_owners_was_forgotten(owner: str) -> None:
    other = f"person:{uuid4()}"
    blob = seal("secret", under=other, at="here")
    destroy_key(owner, by=None, at=NOW)
    fetch_keys([owner, other])
    assert open_sealed(blob, under=other, at="here") == "secret"


def test_destroying_is_recorded_once_with_who_did_it(owner: str) -> None:
    officer = SimpleNamespace(id=uuid4())
    seal("secret", under=owner, at="here")
    destroy_key(owner, by=officer, at=NOW)
    destroy_key(owner, by=officer, at=NOW)
    entries = find_entries([owner])
    assert [entry.event for entry in entries] == [
        KeyDestroyedEvent(key=Key.objects.get(owner=owner).id, owner=owner)
    ]
    assert entries[0].by_id == officer.id


def test_a_destruction_that_was_rolled_back_did_not_happen(owner: str) -> None:
    blob = seal("secret", under=owner, at="here")
    with transaction.atomic():
        destroy_key(owner, by=None, at=NOW)
        transaction.set_rollback(True)
    assert open_sealed(blob, under=owner, at="here") == "secret"


@pytest.mark.django_db(transaction=True)
def test_the_bytes_of_a_destroyed_key_are_gone_from_the_disk(owner: str) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps old rows until VACUUM; its key table has a backup of its own")
    seal("secret", under=owner, at="here")
    wrapped = bytes(Key.objects.get(owner=owner).wrapped or b"")
    assert wrapped in bytes_of_database()
    destroy_key(owner, by=None, at=NOW)
    assert wrapped not in bytes_of_database()
