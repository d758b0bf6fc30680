"""A problem in a service's folder: where it is, what is wrong, and what to write instead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

# Every sort of question fits; of a hundred names, nobody reads all.
MOST_SHOWN = 30


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to put right. A warning does not keep a service from being published."""

    file: str
    line: int
    words: str
    is_warning: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {'warning: ' if self.is_warning else ''}{self.words}"


def nearest_word(word: str, known: Iterable[str]) -> str | None:
    """The known word that was most likely meant; None when none is near."""
    from rapidfuzz import fuzz, process  # only for whoever made a mistake

    found = process.extractOne(word.lower(), sorted(set(known)), scorer=fuzz.ratio, score_cutoff=60)
    return found[0] if found else None


def did_you_mean(word: str, known: Iterable[str], *, what: str = "") -> str:
    """What to write instead of a word that nothing knows, as the end of a sentence."""
    choices = sorted(set(known))
    if near := nearest_word(word, choices):
        return f"did you mean '{near}'?"
    if not choices:
        return f"there are no {what or 'names'} to choose from"
    shown = ", ".join(choices[:MOST_SHOWN]) + (", ..." if len(choices) > MOST_SHOWN else "")
    return f"write one of: {shown}"
