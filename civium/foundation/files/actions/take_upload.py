"""Take a file that somebody chose on their device."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count, Sum
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import Refusal
from civium.foundation.kit.sizes import shown_size

from ..adapters import ScannerDown, the_scanner
from ..cleaner import (
    BrokenFile,
    ChangingForm,
    CleanerBusy,
    LockedFile,
    Portfolio,
    TooManyParts,
    TooManyPixels,
    clean,
)
from ..events import FileTaken
from ..models import State, StoredFile
from ..rules import (
    MOST_BYTES_PER_FILE,
    MOST_BYTES_PER_OWNER,
    MOST_FILES_PER_OWNER,
    Kind,
    accepted_kinds,
    kind_by_content,
    kind_by_name,
    safe_name,
)
from ..storage import NoRoomLeft
from ..uploads import TooBig
from .keep_content import content_kept, new_file

__all__ = [
    "BrokenFile",
    "ChangingForm",
    "CleanerBusy",
    "EmptyFile",
    "FileTooBig",
    "InfectedFile",
    "LockedFile",
    "NoRoomLeft",
    "Portfolio",
    "TooManyFiles",
    "TooManyParts",
    "TooManyPixels",
    "WrongContent",
    "WrongKind",
    "take_upload",
    "why_not_taken",
]
logger = logging.getLogger(__name__)
_NAMES: Final = {"pdf": "PDF", "jpg": "JPG", "png": "PNG", "webp": "WebP"}


class EmptyFile(Refusal):
    """There is nothing in it."""

    message = _("The file is empty.")
    what_next = _("Check it on your device, then choose it again.")
    status = 422


class FileTooBig(Refusal):
    """More bytes than the question takes."""

    message = _("The file is too big.")
    what_next = _("Make it smaller, for example by scanning with fewer colours, or send it in parts.")
    status = 413


class WrongKind(Refusal):
    """Not one of the kinds that the question takes."""

    status = 415


class WrongContent(Refusal):
    """The name says one thing and the content another."""

    message = _("The content of the file does not match its name.")
    what_next = _("Open it on your device, save it again in the right format, and choose the new file.")
    status = 415


class TooManyFiles(Refusal):
    """One owner holds as much as one may."""

    message = _("There are too many files here already.")
    what_next = _("Remove one that is not needed, or join several pages in one PDF.")
    status = 422


class InfectedFile(Refusal):
    """The virus scanner knows it."""

    message = _("The file contains a virus, so we did not keep it.")
    what_next = _("Check your device with an antivirus program. Then send another copy of the document.")
    status = 422


def take_upload(
    upload: UploadedFile,
    *,
    under: str,
    accept: Sequence[str],
    max_bytes: int = MOST_BYTES_PER_FILE,
    by: Person | None,
    at: datetime,
) -> StoredFile:
    """Check, clean and keep an uploaded file, sealed under the key of ``under`` (``"application:<uuid>"``).

    ``accept`` names extensions (``["pdf", "jpg", "png"]``; ``webp`` is the one more that we can make safe). Refuses, worded for the
    uploader: EmptyFile, FileTooBig, WrongKind, WrongContent, TooManyFiles, InfectedFile, BrokenFile, LockedFile,
    TooManyPixels, TooManyParts, ChangingForm, Portfolio, CleanerBusy, NoRoomLeft. While the virus scanner is down the file is kept in quarantine
    (``is_being_checked``): tell the uploader so; a job asks the scanner again.
    """
    kinds = accepted_kinds(accept)
    data = _content(upload, most=min(max_bytes, MOST_BYTES_PER_FILE))
    kind = _kind(upload.name or "", data, kinds)
    _refuse_more_than_fits(under, coming=len(data))
    state = _scanned(data)
    cleaned = clean(data, kind)  # in quarantine too: the uploader hears of a broken or locked file now
    file = new_file(
        cleaned if state == State.CLEAN else data,
        name=safe_name(upload.name or "", kind=kind),
        media_type=kind.media_type,
        under=under,
        state=state,
        by=by,
        at=at,
    )
    with content_kept(file, cleaned if state == State.CLEAN else data):
        file.save(force_insert=True)
        record(
            FileTaken(file=file.id, media_type=file.media_type, size=file.size, state=str(file.state)),
            by=by,
            at=at,
        )
    return file


def why_not_taken(name: str | None, refusal: Refusal) -> str:
    """Which file was refused, why, and what to do about it."""
    why = f"{refusal.message} {refusal.what_next}".strip()
    return _now("“%(file)s”: %(why)s") % {"file": (name or "")[:100], "why": why}


def _content(upload: UploadedFile, *, most: int) -> bytes:
    if isinstance(upload, TooBig) or (upload.size or 0) > most:
        size = shown_size(most, get_language() or "en")
        raise FileTooBig(format_lazy(_("The file is too big: it can have at most {size}."), size=size))
    upload.seek(0)
    data: bytes = upload.read(most + 1)
    if not data:
        raise EmptyFile
    return data


def _kind(name: str, data: bytes, accepted: Sequence[Kind]) -> Kind:
    claimed, found = kind_by_name(name), kind_by_content(data)
    if claimed not in accepted:
        names = ", ".join(_NAMES[kind.name] for kind in accepted)
        raise WrongKind(
            format_lazy(_("We cannot take this kind of file. Choose one of these: {names}."), names=names)
        )
    if found is not claimed or found is None:
        raise WrongContent
    return found


def _refuse_more_than_fits(under: str, *, coming: int) -> None:
    held = StoredFile.objects.filter(under=under).aggregate(files=Count("id"), bytes=Sum("size", default=0))
    if held["files"] >= MOST_FILES_PER_OWNER or held["bytes"] + coming > MOST_BYTES_PER_OWNER:
        raise TooManyFiles


def _scanned(data: bytes) -> State:
    """Clean, or quarantined when the scanner does not answer. Refuses what it knows."""
    try:
        verdict = the_scanner()(data)
    except ScannerDown as down:
        logger.error("an upload waits in quarantine: %s", down)
        return State.QUARANTINED
    if verdict.is_infected:
        logger.warning("an upload was refused by the virus scanner: %s", verdict.found)
        raise InfectedFile
    return State.CLEAN
