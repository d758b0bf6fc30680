"""Declaration: a statement and a tick."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from civium.engines.forms.asking import Asked, Question, Read, Words, wrong
from civium.foundation.kit.expressions import Kind


class Declaration(Question):
    """The text ``statement`` beside a tick box; the tick is the answer."""

    type: Literal["declaration"]

    is_short: ClassVar[bool] = False
    is_many_inputs: ClassVar[bool] = True
    needs_words: ClassVar[tuple[str, ...]] = ("label", "statement")
    messages: ClassVar[Mapping[str, str | Promise]] = {"required": _("Tick the box to confirm")}

    @property
    def kind(self) -> Kind:
        return Kind.BOOL

    def accept(self, value: Any, asked: Asked) -> Read:
        if value is True or value == "yes":
            return Read(True)
        return Read() if value in (None, False, "", "no") else wrong("wrong")

    def inputs(self, value: Any, asked: Asked) -> dict[str, Any]:
        return {"": "yes" if value else ""}

    def shown(self, value: Any, asked: Asked, words: Words) -> list[str]:
        with override(asked.language):
            return [_now("Confirmed")]

    def json_schema(self) -> dict[str, Any]:
        return {"const": True}

    def view(self, asked: Asked, words: Words) -> dict[str, Any]:
        return {"statement": words.all("statement")}
