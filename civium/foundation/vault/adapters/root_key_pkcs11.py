"""The root key in hardware, or what speaks as hardware: an AES key in a PKCS#11 token that can be used and not read.

Needs the package python-pkcs11, the token's module (``CIVIUM_PKCS11_MODULE``), its label (``CIVIUM_PKCS11_TOKEN``), and its PIN in the file
``pkcs11-pin`` of the key folder. Wrapping is AES-256-GCM in the token, in the same format as everywhere.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from ..envelope import NONCE_BYTES, TAG_BYTES, SealBroken
from .root_key import COMING, PRESENT, NotChangedHere, RootKeyMissing

if TYPE_CHECKING:
    import pkcs11

# A token's modules are rarely safe for threads, and the root key is asked a few times in the life of a process.
_one_at_a_time = threading.RLock()
_process: dict[str, int] = {}


@dataclass(frozen=True)
class Token:
    """A token, and how to ask for its PIN."""

    module: str
    label: str
    pin: Callable[[], str]

    @contextmanager
    def session(self, *, changes: bool = False) -> Iterator[pkcs11.Session]:
        """A session that has signed in, for one use. Raises RootKeyMissing when the token cannot be reached or refuses the PIN."""
        try:
            import pkcs11
        except ImportError:
            raise RootKeyMissing(
                "The root key is in a PKCS#11 token and the package python-pkcs11 is not installed."
            ) from None
        with _one_at_a_time:
            try:
                library = pkcs11.lib(self.module)
                if _process.setdefault(self.module, os.getpid()) != os.getpid():
                    library.reinitialize()  # this process was forked from the one that loaded it
                    _process[self.module] = os.getpid()
                token = library.get_token(token_label=self.label)
                session = token.open(user_pin=self.pin(), rw=changes)
            except (pkcs11.PKCS11Error, OSError) as problem:
                raise RootKeyMissing(
                    f"The PKCS#11 token {self.label} does not answer ({type(problem).__name__}). See that CIVIUM_PKCS11_MODULE and "
                    "CIVIUM_PKCS11_TOKEN are right, the token is there, and its PIN is the file pkcs11-pin of the key folder."
                ) from None
            with session:
                yield session


@dataclass(frozen=True)
class TokenKey:
    """A root key in a token."""

    token: Token
    id: UUID

    def wrap(self, key: bytes, *, place: str) -> bytes:
        """The key encrypted in the token, for its place in the key table: nonce and ciphertext."""
        from pkcs11 import GCMParams, Mechanism

        nonce = os.urandom(NONCE_BYTES)
        with self.token.session() as session:
            sealed: bytes = self._in(session).encrypt(
                key,
                mechanism=Mechanism.AES_GCM,
                mechanism_param=GCMParams(nonce, place.encode(), TAG_BYTES * 8),
            )
        return nonce + sealed

    def unwrap(self, wrapped: bytes, *, place: str) -> bytes:
        """The key that this root key wrapped for this place. Raises SealBroken for any other."""
        from pkcs11 import GCMParams, Mechanism, PKCS11Error

        nonce, sealed = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
        with self.token.session() as session:
            held = self._in(session)
            try:
                opened: bytes = held.decrypt(
                    sealed,
                    mechanism=Mechanism.AES_GCM,
                    mechanism_param=GCMParams(nonce, place.encode(), TAG_BYTES * 8),
                )
            except PKCS11Error as error:  # each maker has a code of its own for a tag that does not fit
                raise SealBroken(f"the wrapped key does not open at {place}") from error
        return opened

    def _in(self, session: Any) -> Any:
        from pkcs11 import Attribute

        found = list(session.get_objects({Attribute.ID: self.id.bytes}))
        if not found:
            raise RootKeyMissing(f"The root key {self.id} is no longer in the token {self.token.label}.")
        return found[0]


class RootKeyToken:
    """The root keys in a PKCS#11 token, by their labels."""

    def __init__(self, token: Token) -> None:
        self._token = token

    def where(self, name: str) -> str:
        return f"{name} in the PKCS#11 token {self._token.label}"

    def has(self, name: str) -> bool:
        with self._token.session() as session:
            return _labelled(session, name) is not None

    def read(self, name: str) -> TokenKey:
        with self._token.session() as session:
            found = _in_use(session, name)
            if found is None or len(found.id) != 16:
                raise RootKeyMissing(
                    f"There is no {self.where(name)}. A new installation: `civium keys make`. A site with data: bring the token that "
                    "has its root key, or one restored from the maker's backup: a new key opens nothing."
                )
            return TokenKey(self._token, UUID(bytes=bytes(found.id)))

    def make(self, name: str) -> None:
        from pkcs11 import Attribute, KeyType

        with self._token.session(changes=True) as session:
            if _in_use(session, name) is None:
                session.generate_key(
                    KeyType.AES,
                    256,
                    id=uuid4().bytes,
                    label=name,
                    store=True,
                    template={
                        Attribute.SENSITIVE: True,
                        Attribute.EXTRACTABLE: False,
                        Attribute.ENCRYPT: True,
                        Attribute.DECRYPT: True,
                    },
                )

    def succeed(self, *, kept_as: str) -> None:
        from pkcs11 import Attribute, PKCS11Error

        with self._token.session(changes=True) as session:
            try:
                if (present := _labelled(session, PRESENT)) is not None:
                    present[Attribute.LABEL] = kept_as
                if (coming := _labelled(session, COMING)) is not None:
                    coming[Attribute.LABEL] = PRESENT
            except PKCS11Error as refused:
                raise NotChangedHere(
                    f"Every key is under {self.where(COMING)} now, and the token does not let Civium rename keys "
                    f"({type(refused).__name__}). With its own tools: rename {PRESENT} to {kept_as}, then {COMING} to {PRESENT}."
                ) from None


def _in_use(session: Any, name: str) -> Any | None:
    """The key of that name; for the present one also the next, which is alone when a rotation stopped between two renamings."""
    found = _labelled(session, name)
    return _labelled(session, COMING) if found is None and name == PRESENT else found


def _labelled(session: Any, label: str) -> Any | None:
    from pkcs11 import Attribute, ObjectClass

    wanted = {Attribute.CLASS: ObjectClass.SECRET_KEY, Attribute.LABEL: label}
    return next(iter(list(session.get_objects(wanted))), None)
