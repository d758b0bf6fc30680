"""DEFRA's forms as their own runner understands them: pages, components, and the conditions that choose the next page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# DEFRA's types of component, and ours. The others say something and ask nothing.
TYPES = {
    "AutocompleteField": "one-of",
    "CheckboxesField": "many-of",
    "DatePartsField": "date",
    "EmailAddressField": "email",
    "MultilineTextField": "long-text",
    "NumberField": "number",
    "RadiosField": "one-of",
    "SelectField": "one-of",
    "TelephoneNumberField": "phone",
    "TextField": "text",
    "UkAddressField": "address",
    "YesNoField": "yes-no",
}
SAYINGS = {"Html", "InsetText", "List"}


@dataclass(frozen=True)
class Component:
    """One thing that a page asks or says. ``name`` has its section before it, as in ``applicantOneDetails.firstName``."""

    name: str
    page: str
    told: Mapping[str, Any]

    @property
    def asks(self) -> bool:
        return self.told["type"] in TYPES

    @property
    def is_required(self) -> bool:
        return bool(self.told["options"].get("required", True))


@dataclass(frozen=True)
class DefraForm:
    """A form in the JSON of forms-runner."""

    told: Mapping[str, Any]

    @property
    def pages(self) -> dict[str, Mapping[str, Any]]:
        """The pages by their paths, without the slash."""
        return {page["path"].lstrip("/"): page for page in self.told["pages"]}

    def components(self) -> Iterator[Component]:
        """Everything that any page asks or says."""
        for path, page in self.pages.items():
            for told in page["components"]:
                assert told["type"] in TYPES.keys() | SAYINGS, told["type"]
                yield Component(
                    f"{page['section']}.{told['name']}" if "section" in page else told["name"], path, told
                )

    def options(self, name: str) -> list[str]:
        """The words of a list's options."""
        return [
            item["text"] for found in self.told["lists"] if found["name"] == name for item in found["items"]
        ]

    def walk(self, answers: Mapping[str, Any]) -> list[str]:
        """The pages that somebody with these answers sees, from the start page on."""
        seen = [self.told["startPage"].lstrip("/")]
        while following := self._next(self.pages[seen[-1]], answers):
            seen.append(following)
        return seen

    def _next(self, page: Mapping[str, Any], answers: Mapping[str, Any]) -> str:
        """The first link whose condition holds, else the link without one, as forms-runner chooses it."""
        ways = page["next"]
        chosen = [way for way in ways if "condition" in way and self._holds(way["condition"], answers)]
        chosen += [way for way in ways if "condition" not in way]
        return chosen[0]["path"].lstrip("/") if chosen else ""

    def _holds(self, name: str, answers: Mapping[str, Any]) -> bool:
        [condition] = [one for one in self.told["conditions"] if one["name"] == name]
        [only] = condition["value"]["conditions"]
        answer, value = answers[only["field"]["name"]], only["value"]["value"]
        if only["operator"] == "is":
            return str(answer).lower() == value
        assert only["operator"] == "is more than", only["operator"]
        return int(answer) > int(value)


def bare(html: str) -> str:
    """The words without their tags."""
    return re.sub(r"<[^>]+>", "", html).strip()
