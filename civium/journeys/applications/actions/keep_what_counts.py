"""Let go what was answered and does not count."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from civium.engines.forms.actions.save_answers import save_answers
from civium.engines.forms.rules import Journey
from civium.foundation.files.actions.remove_file import remove_file
from civium.foundation.files.queries import find_files_under
from civium.foundation.identity.models import Person

from ..models import Application


def keep_what_counts(application: Application, journey: Journey, *, by: Person | None, at: datetime) -> None:
    """Keep of the answers what was checked before sending: not what other answers have hidden since, nor its files. The caller holds it."""
    if journey.leaves_out:
        save_answers(application.draft, {**dict.fromkeys(journey.given), **journey.answers}, at=at)
        remove_files_left(application, before=journey.given, after=journey.answers, by=by, at=at)


def remove_files_left(
    application: Application, *, before: Any, after: Any, by: Person | None, at: datetime
) -> None:
    """Remove the files that the answers named before and do not any more."""
    gone = set(_ids_in(before)).difference(_ids_in(after))
    for file in find_files_under(application.subject) if gone else ():
        if str(file.id) in gone:
            remove_file(file, by=by, at=at)


def _ids_in(answer: Any) -> Iterator[str]:
    """The ids of files, and of whatever else has one, in answers and in the rows of lists."""
    if isinstance(answer, dict):
        if isinstance(answer.get("id"), str):
            yield answer["id"]
        answer = list(answer.values())
    if isinstance(answer, list):
        for part in answer:
            yield from _ids_in(part)
