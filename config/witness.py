"""The demo town's witness: a process of its own, with a key and a folder of its own, and nothing of the town's in its surroundings.

A real town's witness runs under another account, better on another machine: docs/how-to/run-a-witness.md.
"""

from __future__ import annotations

import os
import shutil
import sys
from hashlib import sha256
from pathlib import Path

# All that the witness gets to see of our environment.
_SURROUNDINGS = ("PATH", "HOME", "LANG", "VIRTUAL_ENV", "MALLOC_ARENA_MAX", "PYTHONDONTWRITEBYTECODE")
# Longer paths are no address of a socket (unix(7)).
_LONGEST_SOCKET = 100


def witness_folder() -> Path:
    """Beside the data folder, so that whoever removes or restores the data leaves it alone."""
    from django.conf import settings

    data = Path(settings.CIVIUM_DATA)
    return data.with_name(f"{data.name}-witness")


def witness_address() -> str:
    """Where the demo town's witness listens."""
    socket = witness_folder() / "socket"
    if len(str(socket)) > _LONGEST_SOCKET:
        socket = Path("/tmp") / f"civium-{sha256(str(socket).encode()).hexdigest()[:16]}.socket"  # noqa: S108 - a socket only
    return f"unix:{socket}"


def set_up_demo_witness() -> None:
    """Have a witness know the town's record, and the town its witness. A new town begins with a new witness. Django is started."""
    from civium.foundation.journal.models import Entry
    from civium.foundation.journal.signing import WITNESSES_FILE, public_keys, signing_key_path
    from civium.foundation.journal.standalone.verify_record import BY_THE_RECORD
    from civium.foundation.journal.standalone.witness import Witness

    folder = witness_folder()
    if not Entry.objects.exists():
        shutil.rmtree(folder, ignore_errors=True)
    witness = Witness(folder)
    wanted = f"{witness.key} {witness_address()}\n"
    path = signing_key_path().with_name(WITNESSES_FILE)
    if not path.is_file() or path.read_text(encoding="utf-8") != wanted:
        path.touch(mode=0o600)
        path.write_text(wanted, encoding="utf-8")
    for key in public_keys():
        if key.kind == BY_THE_RECORD:
            witness.watch(str(key))


def witness_command() -> list[str]:
    """The demo town's witness as a program."""
    module = "civium.foundation.journal.standalone.witness"
    return [sys.executable, "-m", module, "--folder", str(witness_folder()), "--listen", witness_address()]


def witness_surroundings() -> dict[str, str]:
    return {name: os.environ[name] for name in _SURROUNDINGS if name in os.environ}
