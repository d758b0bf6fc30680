"""Words that people write about a case: how many, and whom of the colleagues they name."""

from __future__ import annotations

import re
from collections.abc import Collection

LONGEST = 5_000


def mentioned(words: str, names: Collection[str]) -> set[str]:
    """Those of the names that the words have after an ``@``, in any case: of ``@Omar Saleh`` and ``@Omar`` the longer one.

    A name inside a longer word, or in an e-mail address, is nobody's.
    """
    longest_first = sorted((name for name in names if name), key=len, reverse=True)
    if not longest_first or "@" not in words:
        return set()
    anybody = re.compile(
        r"(?<![\w.])@(" + "|".join(re.escape(name) for name in longest_first) + r")(?!\w)", re.IGNORECASE
    )
    found = {match.group(1).casefold() for match in anybody.finditer(words)}
    return {name for name in longest_first if name.casefold() in found}
