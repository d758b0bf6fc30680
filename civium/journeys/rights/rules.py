"""What a request about one's data asks for, in the names of the service document ``data-request``; how long a copy lies ready."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

REQUEST_SERVICE: Final = "data-request"
DONE: Final = "done"
# The copy is everything about somebody: it lies no longer than one needs to fetch it.
EXPORT_LIES_FOR: Final = timedelta(days=3)
# Which consent an objection ends.
OBJECTED_PURPOSES: Final[Mapping[str, str]] = {"offers": "offers", "surveys": "surveys", "news": "news"}


@dataclass(frozen=True)
class Wish:
    """What somebody asks for. ``reference``: of the case that it is about; empty when it is about everything."""

    what: str
    reference: str = ""
    right_name: str = ""
    because: str = ""
    purpose: str = ""
    words: tuple[str, ...] = ()


def read_wish(answers: Mapping[str, Any]) -> Wish:
    """The wish in the answers to the form."""
    words = tuple(str(answers[name]) for name in ("is_wrong", "is_right") if answers.get(name))
    return Wish(
        what=str(answers.get("wish", "")),
        reference=next(
            (
                str(answers[name]).strip()
                for name in ("erase_case", "restrict_case", "wrong_case")
                if answers.get(name)
            ),
            "",
        ),
        right_name=str(answers.get("right_name", "")),
        because=str(answers.get("why_restrict", "")),
        purpose=str(answers.get("object_to", "")),
        words=words,
    )
