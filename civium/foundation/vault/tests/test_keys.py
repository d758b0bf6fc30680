"""Owners have one key; a key may hang below another."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection

from civium.foundation.vault.actions.keys import make_key
from civium.foundation.vault.actions.sealing import open_sealed, seal
from civium.foundation.vault.models import Key

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
