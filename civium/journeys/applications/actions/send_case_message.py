"""Writing to the other side of a case, with files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from civium.engines.cases.actions.send_message import send_message
from civium.engines.cases.models import Case, Message
from civium.engines.cases.rules import may_write_in
from civium.foundation.files.actions.remove_file import remove_file
from civium.foundation.identity.models import Person
from civium.foundation.kit.refusals import NotFound, Refusal, require

from .send_answer import take_files


def send_case_message(
    case: Case,
    *,
    words: str,
    uploads: Sequence[Any] = (),
    by: Person,
    at: datetime,
    refuse_same: bool = False,
) -> Message:
    """Store the files under the case's own key and send the message with them. What is refused leaves nothing behind.

    ``refuse_same``: not the words that the same person has just sent.
    """
    require(may_write_in(by, case), NotFound)
    if by.pk != case.applicant_id:
        case.require_usable()
    files = take_files(uploads, under=case.subject, by=by, at=at)
    try:
        ids = [file.id for file in files]
        return send_message(case, words=words, files=ids, by=by, at=at, refuse_same=refuse_same)
    except Refusal:
        for file in files:
            remove_file(file, by=by, at=at)
        raise
