"""The folder of contents: ``CIVIUM_DATA/files``, sealed, each whole or not there at all."""

from __future__ import annotations

import errno
import logging
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from civium.foundation.kit.refusals import Refusal

logger = logging.getLogger(__name__)
_PART = ".part"


class NoRoomLeft(Refusal):
    """The disk is full, or may not be written."""

    message = _("We cannot store your file at the moment.")
    what_next = _("Everything else you entered is kept. Try again in an hour, or contact us.")
    status = 507


class ContentMissing(Refusal):
    """The row is there and its content is not."""

    message = _("We cannot find the content of this file.")
    what_next = _("We have made a note of it. Contact us, or send the file again.")
    status = 404


def folder() -> Path:
    """Where contents lie."""
    return Path(settings.CIVIUM_DATA) / "files"


def path_of(content: UUID) -> Path:
    """Where this content lies."""
    return folder() / content.hex[:2] / content.hex


def write_content(content: UUID, pieces: Iterable[bytes]) -> None:
    """Write sealed pieces so that after a power cut there is all of them or nothing. Refuses (NoRoomLeft) on a full disk."""
    path = path_of(content)
    part = path.with_name(path.name + _PART)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
        _sync_folder(path.parent)
    except OSError as error:
        logger.error("a file could not be stored: %s", errno.errorcode.get(error.errno or 0, "unknown"))
        part.unlink(missing_ok=True)
        raise NoRoomLeft from error
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def open_content(content: UUID) -> BinaryIO:
    """The sealed content, to read. Refuses (ContentMissing) when it is not there."""
    try:
        return path_of(content).open("rb")
    except OSError as error:
        logger.error(
            "the content %s cannot be read: %s", content, errno.errorcode.get(error.errno or 0, "unknown")
        )
        raise ContentMissing from error


def delete_content(content: UUID) -> None:
    """Delete the content if it is there."""
    path_of(content).unlink(missing_ok=True)


def find_contents() -> Iterator[tuple[Path, UUID | None]]:
    """Every file in the folder, with the content it is; None for one that was never finished, or is not ours."""
    for path in sorted(folder().glob("*/*")):
        try:
            yield path, UUID(hex=path.name)
        except ValueError:
            yield path, None
