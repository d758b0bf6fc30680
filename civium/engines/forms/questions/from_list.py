"""From a list: one of thousands, found by typing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from civium.engines.forms.asking import Asked, Posted, Question, Read, Words, as_text, wrong
from civium.engines.forms.lists import LONGEST_SEARCH, OptionList

ListName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]


class FromList(Question):
    """One option of a list file, by its code. A box with suggestions; without a script, a search and what it found to choose from."""

    type: Literal["from-list"]
    list_name: ListName = Field(alias="list")

    is_short: ClassVar[bool] = False
    names_rows: ClassVar[bool] = True
    # What is typed, the option that is chosen, and what had been typed when the options to choose from were found.
    parts: ClassVar[tuple[str, ...]] = ("search", "", "searched")
    messages: ClassVar[Mapping[str, str | Promise]] = {
        "required": _("Enter %(name)s and choose from the list"),
        "choose": _("Choose one of those we found, or enter something else"),
        "not_found": _("We found nothing like this. Try another spelling, or only a part of it"),
        "not_an_option": _("Choose something that is in the list"),
    }

    def _list(self, asked: Asked) -> OptionList:
        return asked.lists.get(self.list_name) or OptionList((), {})

    def read(self, posted: Posted, asked: Asked, kept: Any = None) -> Read:
        options, typed, chosen = (
            self._list(asked),
            posted.text("search", longest=LONGEST_SEARCH),
            posted.text(),
        )
        if chosen in options and typed in {
            "",
            posted.text("searched"),
            options.label(chosen, asked.language),
        }:
            return Read(chosen)
        if not typed:
            return wrong("not_an_option", "search") if chosen else Read()
        if code := options.match(typed):
            return Read(code)
        return wrong("choose" if options.find(typed, asked.language, limit=1) else "not_found", "search")

    def accept(self, value: Any, asked: Asked) -> Read:
        if value is None or value == "":
            return Read()
        code = as_text(value, longest=100)
        return Read(code) if code in self._list(asked) else wrong("not_an_option", "search")

    def inputs(self, value: Any, asked: Asked) -> dict[str, Any]:
        label = self._list(asked).label(value, asked.language)
        return {"search": label, "": value, "searched": label}

    def typed(self, posted: Posted) -> dict[str, Any]:
        typed = posted.text("search", longest=LONGEST_SEARCH)
        return {"search": typed, "": posted.text(), "searched": typed}

    def shown(self, value: Any, asked: Asked, words: Words) -> list[str]:
        return [self._list(asked).label(value, asked.language)]

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "maxLength": 60}

    def view(self, asked: Asked, words: Words) -> dict[str, Any]:
        options = self._list(asked)

        def find(typed: str) -> list[dict[str, Any]]:
            codes = options.find(typed, asked.language)
            return [{"code": code, "label": options.labels(code)} for code in codes]

        return {"find": find, "address": options.address, "longest": LONGEST_SEARCH}
