"""What this room holds: files that people sent, and documents that they were given. Whoever asked for a file exports it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from civium.foundation.privacy.rules import declare_kinds
from civium.foundation.privacy.schema import Holding, Somebody

from .actions.remove_file import remove_file
from .queries import find_files_under


def _forget(owner: str, by: Somebody | None, at: datetime) -> None:
    for file in find_files_under(owner):
        remove_file(file, by=None, at=at)


declare_kinds(
    # What is in a file lies on the disk.
    {"files.storedfile:name_sealed": "file-names", "files:content": "files"},
    lies_at={"files:name": "files.storedfile:name_sealed"},
)
HOLDINGS = (
    Holding(
        name="files",
        title=_("Files"),
        what=_("What you send with an application, and the documents that you get."),
        purpose=_("To decide on your application, and to give you its outcome."),
        basis="public-task",
        period=_("As long as the case they belong to."),
        end="erased",
        erase=_forget,
        tables=("files.StoredFile",),
    ),
)
