"""Words that people write about a case: how many, and whom of the colleagues they name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

LONGEST = 5_000
# Control characters and halves of characters; joiners stay, whole scripts need them.
_NEVER_TYPED = {"Cc", "Cs"}


def as_kept(written: str) -> str:
    """The text without what no keyboard types. A browser sends each new line as two characters, and people count one."""
    kept = (
        c for c in written.replace("\r\n", "\n") if c in "\n\t" or unicodedata.category(c) not in _NEVER_TYPED
    )
    return "".join(kept).strip()


def is_too_long(written: str) -> bool:
    """Whether nobody reads so much."""
    return len(as_kept(written)) > LONGEST


def mentioned(words: str, names: Collection[str]) -> set[str]:
    """Those of the names that the words have after an ``@``, in any case: of ``@Omar Saleh`` and ``@Omar`` the longer one.

    A name inside a longer word, or in an e-mail address, is nobody's.
    """
    return _found(words, names)[0]


def mentioned_in_vain(words: str, names: Collection[str]) -> list[str]:
    """What stands after an ``@`` and is nobody's name, in the order of the words: ``nobody`` of ``@nobody, look``."""
    return _found(words, names)[1]


def _found(words: str, names: Collection[str]) -> tuple[set[str], list[str]]:
    longest_first = sorted((name for name in names if name), key=len, reverse=True)
    anybody = "|".join([*(rf"{re.escape(name)}(?!\w)" for name in longest_first), r"(?P<nobody>\w[\w\-]*)"])
    called, nobody = set(), {}
    for match in re.finditer(rf"(?<![\w.])@(?:{anybody})", words, re.IGNORECASE):
        if match["nobody"]:
            nobody[match["nobody"]] = True
        else:
            called.add(match[0][1:].casefold())
    return {name for name in longest_first if name.casefold() in called}, list(nobody)
