"""Long text: several lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from civium.engines.forms.asking import Asked, Posted, Question, Read, Words, Wrong, wrong
from civium.engines.forms.cleaning import clean_lines, count_characters

MOST_MARKS = 4


class LongText(Question):
    """Several lines of text, by default up to 5000 characters."""

    type: Literal["long-text"]
    max_length: int = Field(default=5000, ge=1, le=20000)
    min_length: int = Field(default=0, ge=0)
    rows: int = Field(default=5, ge=2, le=30)

    is_short: ClassVar[bool] = False
    messages: ClassVar[Mapping[str, str | Promise]] = {
        "too_long": _("%(Name)s must be %(limit)s characters or fewer"),
        "too_short": _("%(Name)s must be %(limit)s characters or more"),
    }

    def read(self, posted: Posted, asked: Asked, kept: Any = None) -> Read:
        return Read(posted.lines(longest=self.max_length * MOST_MARKS + 1) or None)

    def accept(self, value: Any, asked: Asked) -> Read:
        if value is None:
            return Read()
        if not isinstance(value, str):
            return wrong("wrong")
        return Read(clean_lines(value, self.max_length * MOST_MARKS + 1) or None)

    def check(self, value: Any, asked: Asked) -> tuple[Wrong, ...]:
        length = count_characters(value)
        if length > self.max_length or len(value) > self.max_length * MOST_MARKS:
            return (Wrong("too_long", details={"limit": self.max_length}),)
        if length < self.min_length:
            return (Wrong("too_short", details={"limit": self.min_length}),)
        return ()

    def typed(self, posted: Posted) -> dict[str, Any]:
        return {"": posted.lines(longest=self.max_length * MOST_MARKS + 1)}

    def shown(self, value: Any, asked: Asked, words: Words) -> list[str]:
        return str(value).split("\n")

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "minLength": max(1, self.min_length), "maxLength": self.max_length}
