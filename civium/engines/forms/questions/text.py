"""Text: one line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, ClassVar, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from civium.engines.forms.asking import Asked, Posted, Question, Read, WithPurpose, Words, Wrong, wrong
from civium.engines.forms.cleaning import clean_code, clean_line, count_characters
from civium.foundation.kit.expressions import Expression, ExpressionError, Kind, compile_expression

# A letter may carry marks; more code points than this for each counted character is no writing.
MOST_MARKS = 4
_DIGITS_ONLY = re.compile(r"(?:(?:\\d|\[0-9\]|[0-9])(?:\{[0-9]+(?:,[0-9]*)?\}|[+*?])?)+")
_BETWEEN_DIGITS = re.compile(r"[\s‐-―-]")


class Text(Question, WithPurpose):
    """One line of text, by default up to 200 characters. ``pattern`` is a regular expression (RE2) for the whole answer."""

    type: Literal["text"]
    max_length: int = Field(default=200, ge=1, le=500)
    min_length: int = Field(default=0, ge=0, le=500)
    pattern: str | None = Field(default=None, max_length=200)

    names_rows: ClassVar[bool] = True
    messages: ClassVar[Mapping[str, str | Promise]] = {
        "too_long": _("%(Name)s must be %(limit)s characters or fewer"),
        "too_short": _("%(Name)s must be %(limit)s characters or more"),
        "pattern": _("Enter %(name)s in the correct format"),
    }

    @property
    def is_digits(self) -> bool:
        """Whether the pattern takes digits and nothing else: then they may be typed in groups, and in any script."""
        return self.pattern is not None and _DIGITS_ONLY.fullmatch(self.pattern) is not None

    def read(self, posted: Posted, asked: Asked, kept: Any = None) -> Read:
        typed = posted.text(longest=self.max_length * MOST_MARKS + 1)
        return Read((_BETWEEN_DIGITS.sub("", clean_code(typed)) if self.is_digits else typed) or None)

    def accept(self, value: Any, asked: Asked) -> Read:
        if value is None:
            return Read()
        if not isinstance(value, str):
            return wrong("wrong")
        return Read(clean_line(value, self.max_length * MOST_MARKS + 1) or None)

    def check(self, value: Any, asked: Asked) -> tuple[Wrong, ...]:
        length = count_characters(value)
        if length > self.max_length or len(value) > self.max_length * MOST_MARKS:
            return (Wrong("too_long", details={"limit": self.max_length}),)
        if length < self.min_length:
            return (Wrong("too_short", details={"limit": self.min_length}),)
        if self.pattern and not pattern_matches(self.pattern, value):
            return (Wrong("pattern"),)
        return ()

    def json_schema(self) -> dict[str, Any]:
        schema: dict[str, Any] = {
            "type": "string",
            "minLength": max(1, self.min_length),
            "maxLength": self.max_length,
        }
        return {**schema, "pattern": f"^(?:{self.pattern})$"} if self.pattern else schema

    def view(self, asked: Asked, words: Words) -> dict[str, Any]:
        return {
            "width": next((width for width in (4, 10, 20) if self.max_length <= width), 0),
            "inputmode": "numeric" if self.is_digits else "",
        }


@lru_cache(maxsize=512)
def _program(pattern: str) -> Expression:
    quoted = pattern.replace("\\", "\\\\").replace("'", "\\'")
    return compile_expression(f"text.matches('^(?:{quoted})$')", names={"text": Kind.TEXT}, wants=Kind.BOOL)


def pattern_matches(pattern: str, text: str) -> bool | None:
    """Whether the whole text matches, in time linear in its length (RE2); None when the pattern cannot be read."""
    found = _program(pattern).evaluate({"text": text})
    return found if isinstance(found, bool) else None


def pattern_problem(pattern: str) -> str:
    """Why this is no pattern, and what one looks like; empty when it is one."""
    try:
        if pattern_matches(pattern, "") is not None:
            return ""
    except ExpressionError as problem:
        return str(problem)
    return (
        "this pattern cannot be read; it describes the whole answer, letter by letter: "
        "five digits are '[0-9]{5}'. Is a bracket open, or does it look ahead or back?"
    )
