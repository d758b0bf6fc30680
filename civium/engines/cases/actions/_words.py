"""Words that people write about a case: cleaned, and not without limit."""

from __future__ import annotations

import unicodedata

from django.utils.translation import gettext_lazy as _

from civium.foundation.kit.refusals import Refusal

from ..rules.writing import is_too_long

# Control characters and halves of characters; joiners stay, whole scripts need them.
_NEVER_TYPED = {"Cc", "Cs"}


class TooManyWords(Refusal):
    """The text is longer than anybody reads."""

    message = _("Shorten the text to 5,000 characters or fewer.")
    status = 422


def written_words(written: str, *, missing: type[Refusal] | None = None) -> str:
    """The text without what no keyboard types. Refuses one that is too long, or empty when ``missing`` says so."""
    kept = (
        c for c in written.replace("\r\n", "\n") if c in "\n\t" or unicodedata.category(c) not in _NEVER_TYPED
    )
    words = "".join(kept).strip()
    if not words and missing:
        raise missing
    if is_too_long(words):
        raise TooManyWords
    return words
