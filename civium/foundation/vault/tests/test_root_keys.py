"""A root key in each place where one can be kept: a file, a systemd credential, a PKCS#11 token."""

from __future__ import annotations

import base64
import datetime as dt
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from civium.foundation.vault import key_ring
from civium.foundation.vault.actions.make_root_key import make_root_key
from civium.foundation.vault.actions.rotate_root_key import rotate_root_key
from civium.foundation.vault.actions.sealing import open_sealed, seal
from civium.foundation.vault.adapters.root_key import COMING, PRESENT, NotChangedHere, RootKeyMissing
from civium.foundation.vault.adapters.root_key_pkcs11 import RootKeyToken
from civium.foundation.vault.envelope import SealBroken
from civium.foundation.vault.models import PurposeKey
from civium.foundation.vault.queries import find_key_problems

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
SOFT_TOKEN = next(iter(map(str, Path("/usr/lib").glob("**/softhsm/libsofthsm2.so"))), "")


@pytest.fixture
def credentials(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A service whose root key systemd hands over."""
    settings.CIVIUM_ROOT_KEY, settings.CIVIUM_KEYS = "credential", tmp_path / "keys"
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "credentials"))
    (tmp_path / "credentials").mkdir()
    return tmp_path / "credentials"


@pytest.fixture
def token(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RootKeyToken]:
    """A site whose root key is in a token of SoftHSM: real PKCS#11, without the hardware."""
    pkcs11 = pytest.importorskip("pkcs11", reason="python-pkcs11 is not installed")
    if not SOFT_TOKEN or not shutil.which("softhsm2-util"):
        pytest.skip("SoftHSM is not installed (Debian: softhsm2)")
    (tmp_path / "tokens").mkdir()
    (tmp_path / "softhsm2.conf").write_text(f"directories.tokendir = {tmp_path / 'tokens'}\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "softhsm2.conf"))
    asked = [
        "softhsm2-util",
        "--init-token",
        "--free",
        "--label",
        "civium",
        "--pin",
        "2468",
        "--so-pin",
        "1357",
    ]
    subprocess.run(asked, check=True, capture_output=True)
    settings.CIVIUM_ROOT_KEY, settings.CIVIUM_KEYS = "pkcs11", tmp_path / "keys"
    settings.CIVIUM_PKCS11_MODULE, settings.CIVIUM_PKCS11_TOKEN = SOFT_TOKEN, "civium"
    settings.CIVIUM_KEYS.mkdir()
    (settings.CIVIUM_KEYS / "pkcs11-pin").write_text("2468\n")
    kept = key_ring.root_keys()
    assert isinstance(kept, RootKeyToken)
    yield kept
    pkcs11.unload(SOFT_TOKEN)


def _new_key() -> bytes:
    return base64.b64encode(os.urandom(32))


def test_a_place_that_does_not_exist_is_said(settings: Any) -> None:
    settings.CIVIUM_ROOT_KEY = "cupboard"
    with pytest.raises(RootKeyMissing, match="file, credential or pkcs11"):
        key_ring.the_root_key()


@pytest.mark.django_db
def test_what_is_sealed_under_a_credential_opens_with_it_only(
    credentials: Path, owner: str, new_process: Callable[[], None]
) -> None:
    (credentials / PRESENT).write_bytes(_new_key())
    sealed = seal("secret", under=owner, at="here")
    new_process()
    assert open_sealed(sealed, under=owner, at="here") == "secret"
    (credentials / PRESENT).write_bytes(_new_key())
    new_process()
    with pytest.raises(RootKeyMissing, match="the systemd credential root-key is not the one"):
        open_sealed(sealed, under=owner, at="here")


@pytest.mark.django_db
def test_a_credential_is_replaced_by_whoever_keeps_the_unit(
    credentials: Path, owner: str, new_process: Callable[[], None]
) -> None:
    (credentials / PRESENT).write_bytes(_new_key())
    sealed = seal("secret", under=owner, at="here")
    with pytest.raises(NotChangedHere, match=r"LoadCredentialEncrypted=root-key\.next"):
        rotate_root_key(by=None, at=NOW)
    (credentials / COMING).write_bytes(_new_key())
    with pytest.raises(NotChangedHere, match=r"keep that as root-key\..*\.old"):
        rotate_root_key(by=None, at=NOW)
    new_process()
    assert open_sealed(sealed, under=owner, at="here") == "secret"
    (credentials / COMING).rename(credentials / PRESENT)
    new_process()
    assert open_sealed(sealed, under=owner, at="here") == "secret"


def test_without_a_credential_it_says_what_the_unit_needs(credentials: Path) -> None:
    with pytest.raises(RootKeyMissing, match="LoadCredentialEncrypted=root-key"):
        key_ring.the_root_key()
    with pytest.raises(NotChangedHere, match="systemd-creds encrypt --name=root-key"):
        make_root_key()


@pytest.mark.django_db
def test_a_token_wraps_and_its_key_cannot_be_read(
    token: RootKeyToken, owner: str, new_process: Callable[[], None]
) -> None:
    import pkcs11

    make_root_key()
    before = key_ring.the_root_key().id
    make_root_key()
    assert key_ring.the_root_key().id == before, "made once"
    sealed = seal("secret", under=owner, at="here")
    new_process()
    assert open_sealed(sealed, under=owner, at="here") == "secret"
    with token._token.session() as session:
        (held,) = session.get_objects({pkcs11.Attribute.LABEL: PRESENT})
        with pytest.raises(pkcs11.AttributeSensitive):
            held[pkcs11.Attribute.VALUE]
    key = PurposeKey.objects.get(purpose="owners")
    with pytest.raises(SealBroken):
        key_ring.the_root_key().unwrap(bytes(key.wrapped), place="elsewhere")


@pytest.mark.django_db
def test_a_token_gets_a_new_key_and_the_old_one_opens_nothing(
    token: RootKeyToken, owner: str, new_process: Callable[[], None]
) -> None:
    make_root_key()
    old = key_ring.the_root_key()
    sealed = seal("secret", under=owner, at="here")
    assert rotate_root_key(by=None, at=NOW) == 1
    new_process()
    assert open_sealed(sealed, under=owner, at="here") == "secret"
    assert key_ring.the_root_key().id != old.id
    assert key_ring.root_key_with(old.id, or_an_old_one=True).id == old.id, "old backups still open"
    key = PurposeKey.objects.get(purpose="owners")
    with pytest.raises(SealBroken):
        old.unwrap(bytes(key.wrapped), place=key.place)


@pytest.mark.django_db
def test_a_token_that_was_stopped_between_two_renamings_goes_on(
    token: RootKeyToken, owner: str, new_process: Callable[[], None]
) -> None:
    import pkcs11

    make_root_key()
    sealed = seal("secret", under=owner, at="here")
    rotate_root_key(by=None, at=NOW)
    with token._token.session(changes=True) as session:
        (held,) = session.get_objects({pkcs11.Attribute.LABEL: PRESENT})
        held[pkcs11.Attribute.LABEL] = COMING
    make_root_key()
    new_process()
    assert open_sealed(sealed, under=owner, at="here") == "secret"
    assert rotate_root_key(by=None, at=NOW) == 0
    assert (token.has(PRESENT), token.has(COMING)) == (True, False)
    new_process()
    assert open_sealed(sealed, under=owner, at="here") == "secret"


@pytest.mark.django_db
def test_a_token_opens_in_another_process(token: RootKeyToken, settings: Any) -> None:
    make_root_key()
    wrapped = key_ring.the_root_key().wrap(b"k" * 32, place="here")
    asks = (
        "from civium.foundation.vault.adapters.root_key_pkcs11 import RootKeyToken, Token\n"
        f"kept = RootKeyToken(Token({SOFT_TOKEN!r}, 'civium', lambda: '2468'))\n"
        f"print(kept.read('root-key').unwrap({wrapped!r}, place='here') == b'k' * 32)"
    )
    told = subprocess.run(
        [sys.executable, "-c", asks], capture_output=True, text=True, check=True, cwd=settings.BASE_DIR
    )
    assert told.stdout == "True\n"


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", ["pin", "label", "module", "no pin"])
def test_a_token_that_does_not_answer_is_said(token: RootKeyToken, settings: Any, wrong: str) -> None:
    match wrong:
        case "pin":
            (settings.CIVIUM_KEYS / "pkcs11-pin").write_text("0000")
        case "no pin":
            (settings.CIVIUM_KEYS / "pkcs11-pin").unlink()
        case "label":
            settings.CIVIUM_PKCS11_TOKEN = f"not {uuid4()}"
        case "module":
            settings.CIVIUM_PKCS11_MODULE = "/nowhere.so"
    problems = find_key_problems()
    assert "does not answer" in problems[0]
    assert "pkcs11-pin" in problems[0]
    assert not any(pin in problems[0] for pin in ("2468", "0000"))
