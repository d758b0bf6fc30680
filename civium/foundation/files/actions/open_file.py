"""Open a file that may be opened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from civium.foundation.kit.refusals import Refusal
from civium.foundation.vault.actions.streams import open_stream

from ..models import State, StoredFile
from ..storage import ContentMissing, open_content

__all__ = ["ContentMissing", "FileBeingChecked", "FileWasRefused", "content_of", "open_file", "stream_file"]


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


def stream_file(file: StoredFile) -> Iterator[bytes]:
    """The content of the file, piece by piece. Refuses as ``open_file``, before the first piece."""
    if file.state == State.QUARANTINED:
        raise FileBeingChecked
    if file.state == State.REFUSED:
        raise FileWasRefused
    return _pieces(file)


def content_of(file: StoredFile) -> bytes:
    """The content of the file in whatever state, for the one who checks it."""
    return b"".join(_pieces(file))


def _pieces(file: StoredFile) -> Iterator[bytes]:
    """The first piece is opened now, so that a refusal comes before the answer has begun."""
    sealed = open_content(file.content)
    pieces = open_stream(sealed, under=file.under, at=file.content_place)
    try:
        first = next(pieces)
    except BaseException:
        sealed.close()
        raise
    return _rest(first, pieces, sealed)


def _rest(first: bytes, pieces: Iterator[bytes], sealed: BinaryIO) -> Iterator[bytes]:
    with sealed:
        yield first
        yield from pieces
