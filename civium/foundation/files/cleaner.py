"""Runs the cleaning program on one file, and words what it refuses."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from pathlib import Path
from typing import Final

from django.utils.translation import gettext_lazy as _

from civium.foundation.kit.refusals import Refusal

from .cleaning import REFUSED
from .rules import Kind

logger = logging.getLogger(__name__)
_PROGRAM: Final = Path(__file__).with_name("cleaning.py")
_SECONDS: Final = 15
# Each may take a gigabyte for a moment: the others of this process wait their turn, but not so long that the threads that
# answer people are all waiting.
LONGEST_WAIT: Final = 3
_one_at_a_time = threading.Semaphore(1)


class BrokenFile(Refusal):
    """The content is damaged, or is not what it seems."""

    message = _("The file is damaged and cannot be opened.")
    what_next = _(
        "Open it on your device to check it. Then save it again, or take a new photo, and choose that file."
    )
    status = 422


class LockedFile(Refusal):
    """The document needs a password, or forbids changes to itself."""

    message = _("The PDF is protected with a password.")
    what_next = _("Open it, choose Print and then “Save as PDF”. Choose the new file: it has no password.")
    status = 422


class TooManyPixels(Refusal):
    """The picture is larger than we decode."""

    message = _("The picture is too large: it can have at most 50 million pixels.")
    what_next = _("Make it smaller, or save it as a PDF, and choose that file.")
    status = 422


class TooManyParts(Refusal):
    """A PDF of more objects than any letter or form has."""

    message = _("This PDF has too many parts, so we cannot check it.")
    what_next = _("Open it, choose Print and then “Save as PDF”, and choose the new file.")
    status = 422


class CleanerBusy(Refusal):
    """Others are being cleaned; nothing is known of this file yet."""

    message = _("We are busy checking files. Try again in a minute.")
    what_next = _("Everything else you entered is kept.")
    status = 503


class ChangingForm(Refusal):
    """A form that one program draws while it is open: what others would see is a page that says so."""

    message = _("This PDF is a form that changes while it is open, so we cannot keep what you see.")
    what_next = _("Open it, choose Print and then “Save as PDF”, and choose the new file.")
    status = 422


class Portfolio(Refusal):
    """A PDF that is a bag of other files."""

    message = _("This PDF contains other files.")
    what_next = _("Take the files out and choose them one by one.")
    status = 422


_REFUSALS: Final[dict[str, type[Refusal]]] = {
    "broken": BrokenFile,
    "locked": LockedFile,
    "pixels": TooManyPixels,
    "parts": TooManyParts,
    "changing-form": ChangingForm,
    "portfolio": Portfolio,
}


def clean(data: bytes, kind: Kind) -> bytes:
    """The file made harmless. Refuses what cannot be: broken, locked, too large a picture, too many parts, a form that
    changes, a portfolio.

    It is done in a process of its own, at most 5 seconds of computing, 15 in all, and 1 GB; a file that needs more counts as
    broken. Refuses (CleanerBusy) when others take longer than three seconds.
    """
    if not _one_at_a_time.acquire(timeout=LONGEST_WAIT):
        raise CleanerBusy
    try:
        done = _run(data, kind)
    finally:
        _one_at_a_time.release()
    if done.returncode == REFUSED:
        raise _REFUSALS[done.stderr.decode()]
    if done.returncode:
        logger.warning("cleaning a file of type %s ended with status %s", kind.name, done.returncode)
        raise BrokenFile
    return done.stdout


def _run(data: bytes, kind: Kind) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-I", "-B", str(_PROGRAM), kind.name]
    try:
        return subprocess.run(  # noqa: S603 - our own program, no word from outside
            command, input=data, capture_output=True, timeout=_SECONDS, env={}, check=False
        )
    except subprocess.TimeoutExpired:
        logger.warning("cleaning a file of type %s took too long", kind.name)
        raise BrokenFile from None
