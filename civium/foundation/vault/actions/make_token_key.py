"""Make the keys that sign identity tokens: one of this site for sister systems, and the demo identity's own."""

from __future__ import annotations

from contextlib import suppress

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ..adapters.root_key_file import write_secret_file
from ..queries import token_key_path


def make_token_key(name: str) -> None:
    """Write an RSA key of 3072 bits under that name in the key folder, unless there is one."""
    path = token_key_path(name)
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    with suppress(FileExistsError):  # another process made one at the same moment: that one it is
        write_secret_file(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
