"""Owners have one key; a key may hang below another."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from civium.foundation.vault.actions.destroy_key import destroy_key
from civium.foundation.vault.actions.keys import make_key
from civium.foundation.vault.actions.sealing import KeyDestroyed, open_sealed, seal
from civium.foundation.vault.envelope import SEALED, key_id_of
from civium.foundation.vault.models import Key
from tests.cast import NOW

pytestmark = pytest.mark.django_db


def test_an_owner_has_one_key(owner: str) -> None:
    assert make_key(owner) == make_key(owner)
    assert Key.objects.filter(owner=owner).count() == 1


def test_a_key_below_another_opens_what_it_sealed(owner: str) -> None:
    application, part = f"application:{uuid4()}", f"part:{uuid4()}"
    make_key(application, parent=owner)
    make_key(part, parent=application)
    blob = seal("deep", under=part, at="here")
    assert open_sealed(blob, under=part, at="here") == "deep"
    assert Key.objects.get(owner=part).purpose_key is None


def test_keys_hang_two_below_and_no_further(owner: str) -> None:
    first, second = f"application:{uuid4()}", f"part:{uuid4()}"
    make_key(first, parent=owner)
    make_key(second, parent=first)
    with pytest.raises(ValueError, match="two keys down"):
        make_key(f"part:{uuid4()}", parent=second)


def test_a_key_does_not_change_its_parent_unnoticed(owner: str) -> None:
    application = f"application:{uuid4()}"
    make_key(application, parent=owner)
    with pytest.raises(ValueError, match="another parent"):
        make_key(application, parent=f"person:{uuid4()}")
    with pytest.raises(ValueError, match="another parent"):
        make_key(application)


@pytest.mark.django_db(transaction=True)
def test_a_key_made_in_a_transaction_is_known_there_and_read_after_it(owner: str) -> None:
    application = f"application:{uuid4()}"
    with transaction.atomic():
        make_key(application, parent=owner)
        with CaptureQueriesContext(connection) as asked:
            blob = seal("known", under=application, at="here")
        assert len(asked) == 0
    assert open_sealed(blob, under=application, at="here") == "known"
    with CaptureQueriesContext(connection) as asked:
        seal("read", under=application, at="here")
    assert len(asked) == 1


def test_nothing_is_sealed_under_a_key_whose_making_was_undone(owner: str) -> None:
    application = f"application:{uuid4()}"
    make_key(owner)
    with transaction.atomic():
        undone = make_key(application, parent=owner)
        transaction.set_rollback(True)
    blob = seal("kept", under=application, at="here")
    assert key_id_of(blob, kind=SEALED) == Key.objects.get(owner=application).id != undone.id


def test_a_key_destroyed_where_it_was_made_seals_nothing_more(owner: str) -> None:
    application = f"application:{uuid4()}"
    make_key(application, parent=owner)
    destroy_key(owner, by=None, at=NOW)
    with pytest.raises(KeyDestroyed):
        seal("too late", under=application, at="here")


@pytest.mark.django_db(transaction=True)
def test_many_who_make_a_key_at_once_get_the_same(owner: str) -> None:
    def seal_alone(number: int) -> bytes:
        try:
            return seal(number, under=owner, at="here")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as together:
        blobs = list(together.map(seal_alone, range(16)))
    assert [open_sealed(blob, under=owner, at="here") for blob in blobs] == list(range(16))
    assert Key.objects.filter(owner=owner).count() == 1
