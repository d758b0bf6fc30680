"""Several of several options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import Field, model_validator

from civium.engines.forms.asking import (
    Asked,
    OptionName,
    Posted,
    Question,
    Read,
    Words,
    Wrong,
    spell_options,
    wrong,
)
from civium.foundation.kit.expressions import Kind


class ManyOf(Question):
    """Options to tick. ``exclusive`` names the one that excludes the others, such as none of these."""

    type: Literal["many-of"]
    options: Annotated[tuple[OptionName, ...], Field(min_length=1, max_length=100)]
    exclusive: OptionName | None = None
    at_least: int = Field(default=1, ge=1)
    at_most: int | None = Field(default=None, ge=1)

    is_short: ClassVar[bool] = False
    is_many_inputs: ClassVar[bool] = True
    needs_words: ClassVar[tuple[str, ...]] = ("label", "options")
    messages: ClassVar[Mapping[str, str | Promise]] = {
        "required": _("Select %(name)s"),
        "not_an_option": _("Select from the options"),
        "exclusive": _("Select what applies, or select “%(option)s”, but not both"),
        "too_few": _("Select at least %(limit)s"),
        "too_many": _("Select at most %(limit)s"),
    }

    @model_validator(mode="after")
    def _options_make_sense(self) -> ManyOf:
        if self.exclusive is not None and self.exclusive not in self.options:
            raise ValueError(f"exclusive: '{self.exclusive}' is not one of the options")
        if self.at_most is not None and self.at_most < self.at_least:
            raise ValueError("at_least is larger than at_most")
        if self.at_least > len(self.options):
            raise ValueError("at_least is larger than the number of options")
        return self

    @property
    def kind(self) -> Kind:
        return Kind.TEXTS

    @property
    def option_names(self) -> tuple[str, ...]:
        return self.options

    def read(self, posted: Posted, asked: Asked, kept: Any = None) -> Read:
        return self.accept(posted.choices(), asked)

    def accept(self, value: Any, asked: Asked) -> Read:
        if value is None or value == []:
            return Read()
        if not isinstance(value, list | tuple) or not all(
            isinstance(one, str) and one in self.options for one in value
        ):
            return wrong("not_an_option")
        return Read([name for name in self.options if name in value])

    def check(self, value: Any, asked: Asked) -> tuple[Wrong, ...]:
        if self.exclusive in value:
            return () if len(value) == 1 else (Wrong("exclusive", details={"option": self.exclusive}),)
        if len(value) < self.at_least:
            return (Wrong("too_few", details={"limit": self.at_least}),)
        if self.at_most is not None and len(value) > self.at_most:
            return (Wrong("too_many", details={"limit": self.at_most}),)
        return ()

    def message(self, mistake: Wrong, words: Words, language: str) -> str:
        if mistake.code == "exclusive" and self.exclusive:
            mistake = Wrong("exclusive", mistake.part, {"option": words.option(self.exclusive, language)})
        return super().message(mistake, words, language)

    def typed(self, posted: Posted) -> dict[str, Any]:
        return {"": posted.choices()}

    def shown(self, value: Any, asked: Asked, words: Words) -> list[str]:
        return [words.option(name, asked.language) for name in value]

    def json_schema(self) -> dict[str, Any]:
        schema: dict[str, Any] = {
            "type": "array",
            "items": {"enum": list(self.options)},
            "uniqueItems": True,
            "minItems": 1,
        }
        return {**schema, "maxItems": self.at_most} if self.at_most else schema

    def view(self, asked: Asked, words: Words) -> dict[str, Any]:
        return {"options": spell_options(self.options, words), "exclusive": self.exclusive}
