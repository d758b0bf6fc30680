"""The key that signs the record is replaced: announced, taken, and the earlier one checks what it signed and signs no more."""

from __future__ import annotations

import datetime as dt
import os

import pytest

from civium.foundation.journal import signing
from civium.foundation.journal.actions import rotate_signing_key as rotating
from civium.foundation.journal.actions.rotate_signing_key import (
    TooSoon,
    publish_next_signing_key,
    take_next_signing_key,
)
from civium.foundation.journal.actions.sequence_entries import sequence_entries
from civium.foundation.journal.actions.verify import verify_journal
from civium.foundation.journal.signing import SignedHead, public_keys, read_signed, sign_head

pytestmark = pytest.mark.django_db(transaction=True)
NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
A_DAY_LATER = NOW + dt.timedelta(days=1)
HEAD = SignedHead(size=5, root=b"r" * 32, at=NOW)


def _signer() -> str:
    return read_signed(sign_head(HEAD)).origin


def test_the_next_key_is_published_and_does_not_sign_yet() -> None:
    before = _signer()
    assert publish_next_signing_key(by=None, at=NOW)
    assert not publish_next_signing_key(by=None, at=NOW), "asked twice, made once"
    assert len(public_keys()) == 2
    assert _signer() == before
    with pytest.raises(TooSoon) as too_soon:
        take_next_signing_key(by=None, at=A_DAY_LATER - dt.timedelta(seconds=1))
    assert too_soon.value.until == A_DAY_LATER
    assert _signer() == before


def test_a_day_later_it_signs_and_what_was_signed_before_stays_good() -> None:
    publish_next_signing_key(by=None, at=NOW)
    sequence_entries(at=NOW)
    old_note, old_seed = sign_head(HEAD), signing.signing_key_path().read_text()
    announced = public_keys()[1].name
    take_next_signing_key(by=None, at=A_DAY_LATER)
    assert _signer() == announced
    assert read_signed(old_note).origin != announced
    sequence_entries(at=A_DAY_LATER)
    assert verify_journal().is_whole
    left = [path.read_text() for path in signing.signing_key_path().parent.iterdir() if path.is_file()]
    assert not any(old_seed.strip() in text for text in left), "nobody can sign with the earlier key"


def test_in_an_emergency_it_is_taken_at_once() -> None:
    before = _signer()
    publish_next_signing_key(by=None, at=NOW)
    take_next_signing_key(by=None, at=NOW, at_once=True)
    assert _signer() != before


def test_stopped_between_two_files_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    publish_next_signing_key(by=None, at=NOW)
    before = _signer()
    replaces = os.replace

    def pull_the_plug(source: object, to: object) -> None:
        if str(to).endswith(signing.KEY_FILE):
            raise KeyboardInterrupt
        replaces(source, to)  # type: ignore[arg-type]

    with monkeypatch.context() as stopped:
        stopped.setattr(rotating.os, "replace", pull_the_plug)
        with pytest.raises(KeyboardInterrupt):
            take_next_signing_key(by=None, at=A_DAY_LATER)
    assert _signer() == before
    assert len(public_keys()) == 2, "the one that signs is not listed twice"
    take_next_signing_key(by=None, at=A_DAY_LATER)
    assert _signer() != before
    assert len(public_keys()) == 2
    assert not signing.next_signing_key_path().exists()
