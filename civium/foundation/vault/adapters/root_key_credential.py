"""The root key as a systemd credential: decrypted into memory by systemd, for this service only, and read-only.

``LoadCredentialEncrypted=root-key:...`` in the unit; the content is the same as the file's (`root_key_file`).
"""

from __future__ import annotations

import os
from pathlib import Path

from .root_key import COMING, PRESENT, NotChangedHere, RootKeyMissing
from .root_key_file import RootKeyFile, read_root_key


class RootKeyCredentials:
    """The root keys among the service's credentials."""

    def where(self, name: str) -> str:
        return f"the systemd credential {name}"

    def has(self, name: str) -> bool:
        folder = _folder()
        return folder is not None and (folder / name).is_file()

    def read(self, name: str) -> RootKeyFile:
        folder = _folder()
        if folder is None or not (folder / name).is_file():
            raise RootKeyMissing(
                f"There is no systemd credential {name}. Add LoadCredentialEncrypted={name}:<its file> to the unit and restart; "
                "for a command, use systemd-run with the same property."
            )
        return read_root_key(folder / name)

    def make(self, name: str) -> None:
        if not self.has(name):
            raise NotChangedHere(
                f"Root keys come from systemd here. Make one: head -c 32 /dev/urandom | base64 | systemd-creds encrypt "
                f"--name={name} - {name}.cred; add LoadCredentialEncrypted={name}:<path of {name}.cred> to the unit, restart, "
                "and do this again."
            )

    def succeed(self, *, kept_as: str) -> None:
        raise NotChangedHere(
            f"Every key is under {COMING} now. In the unit, give the credential {PRESENT} its content, take {COMING} away, "
            f"and restart. Old backups need the one that it replaces: keep that as {kept_as}."
        )


def _folder() -> Path | None:
    named = os.environ.get("CREDENTIALS_DIRECTORY")
    return Path(named) if named else None
