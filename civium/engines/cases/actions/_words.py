"""Words that people write about a case: cleaned, and not without limit."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from civium.foundation.kit.refusals import Refusal

from ..rules.writing import LONGEST, as_kept


class TooManyWords(Refusal):
    """The text is longer than anybody reads."""

    message = _("Shorten the text to 5,000 characters or fewer.")
    status = 422


def written_words(written: str, *, missing: type[Refusal] | None = None) -> str:
    """The text without what no keyboard types. Refuses one that is too long, or empty when ``missing`` says so."""
    words = as_kept(written)
    if not words and missing:
        raise missing
    if len(words) > LONGEST:
        raise TooManyWords
    return words
