"""Open a file that may be opened."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from django.utils.translation import gettext_lazy as _

from civium.foundation.kit.refusals import Refusal
from civium.foundation.vault.actions.streams import open_stream

from ..models import State, StoredFile
from ..storage import ContentMissing, open_content

__all__ = [
    "ContentMissing",
    "FileBeingChecked",
    "FileWasRefused",
    "Pieces",
    "content_of",
    "open_file",
    "stream_file",
]


class FileBeingChecked(Refusal):
    """It is in quarantine."""

    message = _("This file is still being checked for viruses.")
    what_next = _("Try again in a few minutes.")
    status = 409


class FileWasRefused(Refusal):
    """It was in quarantine and did not come out."""

    message = _("We did not keep this file, because it was not safe or could not be read.")
    what_next = _("Send another copy of the document.")
    status = 410


def open_file(file: StoredFile) -> bytes:
    """The content of the file. Refuses FileBeingChecked, FileWasRefused, ContentMissing, KeyDestroyed."""
    return b"".join(stream_file(file))


class Pieces(Iterator[bytes]):
    """The content of a file in the clear, piece by piece. Closes the file at its end, or when told to."""

    def __init__(self, file: StoredFile) -> None:
        """Open the first piece, so that a refusal comes before an answer has begun."""
        self._sealed = open_content(file.content)
        self._pieces: Iterator[bytes] = open_stream(self._sealed, under=file.under, at=file.content_place)
        self._pieces = chain([next(self)], self._pieces)

    def __next__(self) -> bytes:
        try:
            return next(self._pieces)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._sealed.close()


def stream_file(file: StoredFile) -> Pieces:
    """The content of the file, piece by piece. Refuses as ``open_file``, before the first piece."""
    if file.state == State.QUARANTINED:
        raise FileBeingChecked
    if file.state == State.REFUSED:
        raise FileWasRefused
    return Pieces(file)


def content_of(file: StoredFile) -> bytes:
    """The content of the file in whatever state, for the one who checks it."""
    return b"".join(Pieces(file))
