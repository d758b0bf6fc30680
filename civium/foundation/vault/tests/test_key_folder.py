"""The files of the key folder: made once, never replaced, and clear words when one is missing or wrong."""

from __future__ import annotations

import base64
import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from civium.foundation.vault.actions.make_root_key import make_root_key
from civium.foundation.vault.actions.make_seal_key import make_seal_key
from civium.foundation.vault.actions.sealing import seal
from civium.foundation.vault.key_ring import RootKeyMissing, the_root_key
from civium.foundation.vault.queries import SealMissing, find_key_problems, get_seal

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)


def test_a_root_key_is_made_once_and_for_this_account_only(own_keys: Path) -> None:
    path = own_keys / "root-key"
    before = path.read_bytes()
    assert make_root_key() == str(path)
    assert path.read_bytes() == before
    assert len(base64.b64decode(before)) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in own_keys.iterdir()] == ["root-key"], "nothing half-written stays"


def test_a_root_key_does_not_print_itself(own_keys: Path) -> None:
    shown = repr(the_root_key())
    assert the_root_key().key.hex() not in shown
    assert repr(the_root_key().key) not in shown


def test_a_missing_root_key_is_said_with_what_to_do(own_keys: Path) -> None:
    (own_keys / "root-key").unlink()
    with pytest.raises(RootKeyMissing, match="civium keys make") as missing:
        the_root_key()
    assert str(own_keys / "root-key") in str(missing.value)


@pytest.mark.parametrize(
    "content", [b"", b"short", base64.b64encode(b"x" * 31), b"\xff\xfe binary", b"=" * 44]
)
def test_a_file_that_is_no_root_key_is_said(own_keys: Path, content: bytes) -> None:
    (own_keys / "root-key").write_bytes(content)
    with pytest.raises(RootKeyMissing, match="is not a root key"):
        the_root_key()


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_root_key_of_another_account_is_said(own_keys: Path) -> None:
    (own_keys / "root-key").chmod(0)
    with pytest.raises(RootKeyMissing, match="cannot be read"):
        the_root_key()


@pytest.mark.django_db
def test_the_wrong_root_key_opens_nothing_and_says_so(
    own_keys: Path, owner: str, new_process: Callable[[], None]
) -> None:
    seal("secret", under=owner, at="here")
    (own_keys / "root-key").unlink()
    make_root_key()
    new_process()
    with pytest.raises(RootKeyMissing, match="not the one that this was sealed under"):
        seal("more", under=owner, at="here")
    make_seal_key(at=NOW)
    (problem,) = find_key_problems()
    assert "nothing is lost" in problem


@pytest.mark.django_db
def test_keys_in_order_have_no_problems(own_keys: Path, owner: str) -> None:
    seal("secret", under=owner, at="here")
    assert [problem for problem in find_key_problems() if "sealed" not in problem] == []
    make_seal_key(at=NOW)
    assert find_key_problems() == []


def test_a_missing_seal_is_said_with_what_to_do(own_keys: Path) -> None:
    with pytest.raises(SealMissing, match=r"seal\.key and no .*seal\.crt"):
        get_seal()


def test_a_seal_is_made_once(own_keys: Path) -> None:
    make_seal_key(at=NOW)
    before = [path.read_bytes() for path in get_seal()]
    make_seal_key(at=NOW)
    assert [path.read_bytes() for path in get_seal()] == before
    assert get_seal().key.stat().st_mode & 0o777 == 0o600
