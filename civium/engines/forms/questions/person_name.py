"""Person name: what somebody is called, in whatever culture."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from civium.engines.forms.asking import Asked, Posted, Question, Read, Words, Wrong, as_text, wrong
from civium.engines.forms.person_names import join_name, puts_family_first
from civium.foundation.kit.expressions import Kind

# As long as what a case calls its applicant, and no longer: nothing is cut later.
LONGEST = 200
_MOST_MARKS = 4
_FIELDS = ("full", "given", "family")


class PersonName(Question):
    """A name as its bearer writes it, in any script, of up to 200 characters in all. ``parts``: in one input, or given and family names apart.

    With parts, either may be left empty: many people have one name. ``autocomplete``: it is the citizen's own.
    """

    type: Literal["person-name"]
    asks_for: Literal["full", "given-family"] = Field(default="full", alias="parts")
    autocomplete: bool = False

    names_rows: ClassVar[bool] = True
    messages: ClassVar[Mapping[str, str | Promise]] = {
        "not_name": _("%(Name)s must have at least one letter, and no address of a web page"),
        "too_long": _("%(Name)s must be %(limit)s characters or fewer"),
    }

    @property
    def parts(self) -> tuple[str, ...]:  # type: ignore[override]  # depends on how it is asked
        return ("",) if self.asks_for == "full" else ("given", "family")

    @property
    def is_short(self) -> bool:  # type: ignore[override]
        return self.asks_for == "full"

    @property
    def is_many_inputs(self) -> bool:  # type: ignore[override]
        return self.asks_for != "full"

    @property
    def kind(self) -> Kind:
        return Kind.record(dict.fromkeys(_FIELDS, Kind.TEXT))

    def read(self, posted: Posted, asked: Asked, kept: Any = None) -> Read:
        longest = LONGEST * _MOST_MARKS + 1
        if self.asks_for == "full":
            return self.accept(posted.text(longest=longest), asked)
        return self.accept({part: posted.text(part, longest=longest) for part in self.parts}, asked)

    def accept(self, value: Any, asked: Asked) -> Read:
        if value is None:
            return Read()
        given = {"full": value} if isinstance(value, str) else value
        if not isinstance(given, Mapping) or not set(given) <= set(_FIELDS):
            return wrong("wrong", self.parts[0])
        names = {
            part: as_text(name, longest=2 * LONGEST * _MOST_MARKS) for part, name in given.items() if name
        }
        if None in names.values():
            return wrong("wrong", self.parts[0])
        kept = {part: str(names[part]) for part in _FIELDS if names.get(part)}
        if "full" not in kept and kept:
            kept = {"full": join_name(kept.get("given", ""), kept.get("family", "")), **kept}
        return Read(kept or None)

    def check(self, value: Any, asked: Asked) -> tuple[Wrong, ...]:
        full = value["full"]
        if not any(unicodedata.category(character)[0] == "L" for character in full) or "://" in full:
            return (Wrong("not_name", self.parts[0]),)
        if len(full) <= LONGEST:
            return ()
        longest = max(self.parts, key=lambda part: len(value.get(part, "")))
        return (Wrong("too_long", longest, {"limit": LONGEST}),)

    def inputs(self, value: Any, asked: Asked) -> dict[str, Any]:
        if self.asks_for == "full":
            return {"": value["full"]}
        if not (value.get("given") or value.get("family")):
            return {"given": value["full"], "family": ""}
        return {part: value.get(part, "") for part in self.parts}

    def typed(self, posted: Posted) -> dict[str, Any]:
        return {part: posted.text(part, longest=LONGEST * _MOST_MARKS) for part in self.parts}

    def shown(self, value: Any, asked: Asked, words: Words) -> list[str]:
        if value.get("given") and value.get("family"):
            return [join_name(value["given"], value["family"], asked.language)]
        return [value["full"]]

    def json_schema(self) -> dict[str, Any]:
        name = {"type": "string", "minLength": 1, "maxLength": LONGEST}
        return {
            "type": "object",
            "properties": dict.fromkeys(_FIELDS, name),
            "required": ["full"],
            "additionalProperties": False,
        }

    def view(self, asked: Asked, words: Words) -> dict[str, Any]:
        return {"family_first": puts_family_first(asked.language)}
