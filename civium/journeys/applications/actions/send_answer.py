"""Answering what the agency asked, with files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from civium.engines.cases.actions.answer_question import answer_question
from civium.engines.cases.models import Case, Question
from civium.engines.cases.rules import may_answer
from civium.foundation.files.actions.remove_file import remove_file
from civium.foundation.files.actions.take_upload import take_upload, why_not_taken
from civium.foundation.files.models import StoredFile
from civium.foundation.identity.models import Person
from civium.foundation.kit.refusals import NotFound, Refusal, require

ACCEPTED: Final = ("pdf", "jpg", "png")
MOST_BYTES: Final = 10 * 1024 * 1024
MOST_FILES: Final = 5


class UnusableFile(Refusal):
    """One of the files cannot be taken. The message says which and why."""

    status = 422


class TooManyAtOnce(UnusableFile):
    """More files than one answer or message takes."""

    message = _("Choose at most 5 files.")
    what_next = _("You can join several pages in one PDF.")


def send_answer(question: Question, *, answer: str, uploads: Sequence[Any], by: Person, at: datetime) -> Case:
    """Store the files under the case's own key and give the answer with them. What is refused leaves nothing behind."""
    require(may_answer(by, question.case), NotFound)
    files = take_files(uploads, under=question.case.subject, by=by, at=at)
    try:
        return answer_question(question, answer=answer, files=[file.id for file in files], by=by, at=at)
    except Refusal:
        for file in files:
            remove_file(file, by=by, at=at)
        raise


def take_files(uploads: Sequence[Any], *, under: str, by: Person, at: datetime) -> list[StoredFile]:
    """Store what came with an answer or a message: all of it, or nothing and why not."""
    if len(uploads) > MOST_FILES:
        raise TooManyAtOnce
    files: list[StoredFile] = []
    try:
        for upload in uploads:
            files.append(_take(upload, under=under, by=by, at=at))
    except Refusal:
        for file in files:
            remove_file(file, by=by, at=at)
        raise
    return files


def _take(upload: Any, *, under: str, by: Person, at: datetime) -> StoredFile:
    try:
        return take_upload(upload, under=under, accept=ACCEPTED, max_bytes=MOST_BYTES, by=by, at=at)
    except Refusal as refusal:
        raise UnusableFile(why_not_taken(upload.name, refusal)) from refusal
