"""One of several options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from civium.engines.forms.asking import Asked, OptionName, Question, Read, Words, spell_options, wrong

# From here on a list to open is easier to read than radio buttons.
MANY_OPTIONS = 15


class OneOf(Question):
    """One option of a list: radio buttons, or a list to open when there are more than fifteen."""

    type: Literal["one-of"]
    options: Annotated[tuple[OptionName, ...], Field(min_length=2, max_length=300)]

    is_many_inputs: ClassVar[bool] = True
    needs_words: ClassVar[tuple[str, ...]] = ("label", "options")
    messages: ClassVar[Mapping[str, str | Promise]] = {
        "required": _("Select %(name)s"),
        "not_an_option": _("Select one of the options"),
    }

    @property
    def option_names(self) -> tuple[str, ...]:
        return self.options

    @property
    def buttons(self) -> Mapping[str, Any]:
        return {} if len(self.options) > MANY_OPTIONS else {name: name for name in self.options}

    def accept(self, value: Any, asked: Asked) -> Read:
        if value is None or value == "":
            return Read()
        return Read(value) if isinstance(value, str) and value in self.options else wrong("not_an_option")

    def shown(self, value: Any, asked: Asked, words: Words) -> list[str]:
        return [words.option(value, asked.language)]

    def json_schema(self) -> dict[str, Any]:
        return {"enum": list(self.options)}

    def view(self, asked: Asked, words: Words) -> dict[str, Any]:
        return {"options": spell_options(self.options, words), "as_list": len(self.options) > MANY_OPTIONS}
