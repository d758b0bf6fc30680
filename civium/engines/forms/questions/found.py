"""Found: one thing that an outside register knows, by its reference."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import Field, model_validator

from civium.engines.forms.asking import Asked, Name, Posted, Question, Read, Words, Wrong, as_text, wrong
from civium.engines.forms.cleaning import clean_code
from civium.foundation.kit.expressions import Kind

LONGEST = 40
REFERENCE = "reference"
_KINDS = {
    "text": Kind.TEXT,
    "number": Kind.NUMBER,
    "money": Kind.NUMBER,
    "date": Kind.DATE,
    "yes-no": Kind.BOOL,
}
_BETWEEN = re.compile(r"[\s.·/‐-―-]+")

RegisterName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
FactKind = Literal["text", "number", "money", "date", "yes-no"]


class Found(Question):
    """A reference, and what the register knows of the thing it names. Kept with its facts: ``{reference, amount, ...}``.

    ``look_in``: the register. ``key``: which of its keys the reference is; ``other_keys``: which questions above answer the
    others. ``facts``: those that are wanted, and of what sort they are. Who asks the register, and when, is for others.
    """

    type: Literal["found"]
    look_in: RegisterName
    key: Name = "number"
    other_keys: dict[Name, Name] = {}
    facts: Annotated[dict[Name, FactKind], Field(min_length=1, max_length=30)]

    is_short: ClassVar[bool] = False
    text_direction: ClassVar[str] = "ltr"
    messages: ClassVar[Mapping[str, str | Promise]] = {
        "not_found": _("We found nothing with this %(name)s. Check it and try again"),
        "not_now": _("We cannot look this up at the moment. Try again in a few minutes"),
        "too_long": _("%(Name)s must be %(limit)s characters or fewer"),
    }

    @model_validator(mode="after")
    def _makes_sense(self) -> Found:
        if self.key in self.other_keys:
            raise ValueError(f"'{self.key}' is the reference itself; take it out of other_keys")
        if REFERENCE in self.facts:
            raise ValueError(
                f"'{REFERENCE}' is what people type; it is always there, so take it out of facts"
            )
        return self

    @property
    def kind(self) -> Kind:
        facts = {fact: _KINDS[kind] for fact, kind in self.facts.items()}
        return Kind.record({REFERENCE: Kind.TEXT, **facts})

    def accept(self, value: Any, asked: Asked) -> Read:
        if value is None or value == "":
            return Read()
        given = {REFERENCE: value} if isinstance(value, str) else value
        if not isinstance(given, Mapping) or not set(given) <= {REFERENCE, *self.facts}:
            return wrong("wrong")
        typed = as_text(given.get(REFERENCE), longest=200)
        if typed is None or not all(isinstance(fact, str | int | bool) for fact in given.values()):
            return wrong("wrong")
        reference = compact_reference(typed)
        return Read({**given, REFERENCE: reference} if reference else None)

    def check(self, value: Any, asked: Asked) -> tuple[Wrong, ...]:
        if too_long := self._too_long(value):
            return too_long
        is_found = any(value.get(fact) is not None for fact in self.facts)
        return () if is_found else (Wrong("not_found"),)

    def settle_posted(self, posted: Posted, asked: Asked, kept: Any = None) -> Read:
        """What was typed, without its facts: nobody brings those along. They are filled in before it is kept."""
        read = self.accept(posted.text(), asked)
        if read.wrong or read.value is None:
            is_missing = not read.wrong and not self.optional
            return wrong("required") if is_missing else read
        too_long = self._too_long(read.value)
        return Read(None, too_long) if too_long else read

    def _too_long(self, value: Mapping[str, Any]) -> tuple[Wrong, ...]:
        return (Wrong("too_long", details={"limit": LONGEST}),) if len(value[REFERENCE]) > LONGEST else ()

    def with_facts(self, value: Mapping[str, Any], facts: Mapping[str, Any] | None) -> dict[str, Any] | None:
        """The answer with what the register knows; None when it knows nothing of that reference."""
        if facts is None:
            return None
        known = {fact: facts[fact] for fact in self.facts if facts.get(fact) is not None}
        return {REFERENCE: value[REFERENCE], **known}

    def inputs(self, value: Any, asked: Asked) -> dict[str, Any]:
        return {"": value[REFERENCE]}

    def shown(self, value: Any, asked: Asked, words: Words) -> list[str]:
        return [str(value[REFERENCE])]

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "maxLength": LONGEST}


def compact_reference(text: str) -> str:
    """A reference without what people put between its letters and digits, in upper case."""
    return _BETWEEN.sub("", clean_code(text)).upper()
