"""Languages: direction, and the best text there is when a translation is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import get_language_info, pgettext


class Text(NamedTuple):
    """A text and the language it is really in: when that is not the reader's, the page says so with ``lang``."""

    words: str
    language: str

    @property
    def direction(self) -> str:
        """``rtl`` or ``ltr``, for the ``dir`` attribute."""
        return direction(self.language)


@lru_cache(maxsize=1)
def own_languages() -> frozenset[str]:
    """The languages that the site's own words are in, whichever of them the town speaks."""
    return frozenset(
        {"en", *(path.name for folder in settings.LOCALE_PATHS for path in Path(folder).glob("*/"))}
    )


def direction(language: str) -> str:
    """``rtl`` or ``ltr``, for the ``dir`` attribute."""
    return "rtl" if get_language_info(language)["bidi"] else "ltr"


def pick_text(texts: Mapping[str, str], language: str) -> Text:
    """The text in the reader's language, else the town's first language, else any; empty when there is none."""
    for candidate in (language, settings.LANGUAGE_CODE, *texts):
        if texts.get(candidate):
            return Text(texts[candidate], candidate)
    return Text("", language)


def listed(things: Iterable[object]) -> str:
    """Several things in a row, with the comma of the language that is being read."""
    return pgettext("between the things of a list", ", ").join(map(str, things))


def listed_apart(things: Iterable[object]) -> str:
    """Several in a row that may have commas of their own."""
    return pgettext("between the things of a list", "; ").join(map(str, things))
