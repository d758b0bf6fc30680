"""Signature by declaration: a statement, one's own name typed below it, a tick, and the day."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from civium.engines.forms.asking import Asked, Posted, Question, Read, Words, Wrong, as_text, wrong
from civium.engines.forms.cleaning import count_characters
from civium.engines.forms.questions.date import long_day
from civium.foundation.kit.expressions import Kind

LONGEST = 200
MOST_MARKS = 4


class Signature(Question):
    """The text ``statement``, signed by typing one's own name and ticking a box. The name and the day are kept.

    A name that stays the same keeps the day on which it was signed first.
    """

    type: Literal["signature"]

    is_short: ClassVar[bool] = False
    is_many_inputs: ClassVar[bool] = True
    parts: ClassVar[tuple[str, ...]] = ("name", "agreed")
    needs_words: ClassVar[tuple[str, ...]] = ("label", "statement")
    messages: ClassVar[Mapping[str, str | Promise]] = {
        "required": _("Type your name and tick the box to sign"),
        "no_name": _("Type your name to sign"),
        "not_name": _("Your name must have at least one letter"),
        "not_ticked": _("Tick the box to sign"),
        "too_long": _("Your name must be %(limit)s characters or fewer"),
        "not_yet": _("The day of the signature cannot be in the future"),
    }

    @property
    def kind(self) -> Kind:
        return Kind.record({"name": Kind.TEXT, "signed_on": Kind.DATE})

    def read(self, posted: Posted, asked: Asked, kept: Any = None) -> Read:
        name = posted.text("name", longest=LONGEST * MOST_MARKS + 1)
        is_ticked = posted.text("agreed") == "yes"
        if not name:
            return wrong("no_name", "name") if is_ticked else Read()
        if not is_ticked:
            return wrong("not_ticked", "agreed")
        signed_on = kept["signed_on"] if kept and kept["name"] == name else asked.today.isoformat()
        return Read({"name": name, "signed_on": signed_on})

    def accept(self, value: Any, asked: Asked) -> Read:
        if value is None or value == {}:
            return Read()
        if not isinstance(value, Mapping) or not set(value) <= {"name", "signed_on"}:
            return wrong("wrong", "name")
        name = as_text(value.get("name"), longest=LONGEST * MOST_MARKS + 1)
        if not name:
            return wrong("no_name", "name")
        try:
            signed_on = dt.date.fromisoformat(str(value.get("signed_on") or asked.today.isoformat()))
        except ValueError:
            return wrong("wrong", "name")
        return Read({"name": name, "signed_on": signed_on.isoformat()})

    def check(self, value: Any, asked: Asked) -> tuple[Wrong, ...]:
        name = value["name"]
        if not any(unicodedata.category(character)[0] == "L" for character in name):
            return (Wrong("not_name", "name"),)
        if count_characters(name) > LONGEST or len(name) > LONGEST * MOST_MARKS:
            return (Wrong("too_long", "name", {"limit": LONGEST}),)
        return (Wrong("not_yet", "name"),) if value["signed_on"] > asked.today.isoformat() else ()

    def inputs(self, value: Any, asked: Asked) -> dict[str, Any]:
        return {"name": value["name"], "agreed": "yes"}

    def shown(self, value: Any, asked: Asked, words: Words) -> list[str]:
        on = long_day(dt.date.fromisoformat(value["signed_on"]), asked.language)
        with override(asked.language):
            lines = [value["name"], _now("Signed on %(day)s") % {"day": on}]
        return [*lines, *filter(None, [words.say("statement", asked.language)])]

    def json_schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": {
                "name": {"type": "string", "minLength": 1, "maxLength": LONGEST},
                "signed_on": {"type": "string", "format": "date"},
            },
            "required": ["name"],
            "additionalProperties": False,
        }

    def view(self, asked: Asked, words: Words) -> dict[str, Any]:
        return {"statement": words.all("statement")}
