"""A key that is put under another parent: what it sealed stays, and is forgotten with its new parent only."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from civium.foundation.journal.models import Entry
from civium.foundation.vault.actions.destroy_key import destroy_key
from civium.foundation.vault.actions.keys import make_key
from civium.foundation.vault.actions.move_key import move_key
from civium.foundation.vault.actions.sealing import KeyDestroyed, open_sealed, seal
from civium.foundation.vault.models import Key

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def sealed(owner: str) -> tuple[str, bytes]:
    """Something sealed under a key below the owner's: that key's owner, and the value."""
    application = f"application:{uuid4()}"
    make_key(application, parent=owner)
    return application, seal("kept", under=application, at="here")


def test_what_it_sealed_opens_as_before(sealed: tuple[str, bytes]) -> None:
    application, blob = sealed
    move_key(application, parent=f"person:{uuid4()}", by=None, at=AT)
    assert open_sealed(blob, under=application, at="here") == "kept"


def test_it_is_forgotten_with_its_new_parent_only(sealed: tuple[str, bytes], owner: str) -> None:
    application, blob = sealed
    new = f"person:{uuid4()}"
    move_key(application, parent=new, by=None, at=AT)
    destroy_key(owner, by=None, at=AT)
    assert open_sealed(blob, under=application, at="here") == "kept"
    destroy_key(new, by=None, at=AT)
    with pytest.raises(KeyDestroyed):
        open_sealed(blob, under=application, at="here")


def test_nothing_moves_to_somebody_who_was_forgotten(sealed: tuple[str, bytes]) -> None:
    application, _blob = sealed
    gone = f"person:{uuid4()}"
    make_key(gone)
    destroy_key(gone, by=None, at=AT)
    with pytest.raises(KeyDestroyed):
        move_key(application, parent=gone, by=None, at=AT)


def test_keys_do_not_hang_deeper_than_they_may(sealed: tuple[str, bytes], owner: str) -> None:
    application, _blob = sealed
    deep = f"part:{uuid4()}"
    make_key(deep, parent=application)
    with pytest.raises(ValueError, match="two keys down"):
        move_key(f"{application}", parent=deep, by=None, at=AT)


def test_it_is_on_the_record(sealed: tuple[str, bytes]) -> None:
    application, _blob = sealed
    move_key(application, parent=f"person:{uuid4()}", by=None, at=AT)
    entry = Entry.objects.get(kind="vault.KeyMoved")
    assert entry.event.key == Key.objects.get(owner=application).pk
