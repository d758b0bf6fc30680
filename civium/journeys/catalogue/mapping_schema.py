"""The grammar of a mapping: which columns of a government's list become which words of information pages.

```yaml
list: canada
key: "{service_id}"
newest: fiscal_yr
agency: "{department_name_en}"
texts:
  en: {title: "{service_name_en}", summary: "{service_description_en}", links: ["{service_url_en}"]}
```

A text in a mapping is words with columns in braces. When every column in it is empty for a row, so is the text.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from civium.foundation.kit.codes import Name

COLUMN: Final = re.compile(r"\{([^{}]+)\}")
Filled = Annotated[str, Field(max_length=2000)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _known_encoding(name: str) -> str:
    try:
        codecs.lookup(name)
    except LookupError:
        raise ValueError(
            f"'{name}' is no encoding; write utf-8, windows-1252 or utf-16, for example"
        ) from None
    return name


class FileShape(_Part):
    """How the file is written. ``delimiter`` is found out when it is left out; ``header_row``: the row with the names of columns."""

    encoding: Annotated[str, AfterValidator(_known_encoding)] = "utf-8"
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    header_row: Annotated[int, Field(ge=1, le=1000)] = 1


class FromColumn(_Part):
    """Names by what a column says: each of its codes stands for one name or several."""

    column: str
    values: dict[str, Name | tuple[Name, ...]]

    def names(self, codes: list[str]) -> Iterator[str]:
        """The names for a row's codes; codes that nobody mapped stand for none."""
        for code in codes:
            found = self.values.get(code, ())
            yield from (found,) if isinstance(found, str) else found


class MappedLink(_Part):
    """A link: the column with its address, or addresses, and what it says."""

    to: Filled
    text: Filled = ""


class MappedTexts(_Part):
    """Where the words of a page in one language come from."""

    title: Filled
    summary: Filled = ""
    keywords: tuple[Filled, ...] = ()
    agency: Filled = ""
    what: Filled = ""
    who: Filled = ""
    need: tuple[Filled, ...] = ()
    how: Filled = ""
    cost: Filled = ""
    how_long: Filled = ""
    links: tuple[Filled | MappedLink, ...] = ()

    def written(self) -> Iterator[str]:
        """Every text with columns in it."""
        for name in type(self).model_fields:
            found = getattr(self, name)
            for one in (found,) if isinstance(found, str) else found:
                yield from (one.to, one.text) if isinstance(one, MappedLink) else (one,)


class Mapping(_Part):
    """A mapping of one list."""

    list: Annotated[Name, Field(max_length=30)]
    file: FileShape = FileShape()
    key: Filled
    newest: str | None = None
    only: dict[str, tuple[str, ...]] = {}
    empty: tuple[str, ...] = ()
    separator: Annotated[str, Field(min_length=1, max_length=5)] = ","
    agency: Filled
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")] | None = None
    topics: FromColumn | tuple[Name, ...] = ()
    life_events: FromColumn | tuple[Name, ...] = ()
    audience: FromColumn | tuple[Name, ...] = ("person",)
    codes: dict[str, dict[str, dict[str, str]]] = {}
    texts: Annotated[dict[str, MappedTexts], Field(min_length=1)]

    def columns(self) -> dict[str, str]:
        """Every column that the mapping names, with the part of the mapping that names it first."""
        found: dict[str, str] = {}
        for part, texts in (("key", [self.key]), ("agency", [self.agency])):
            for text in texts:
                found |= {name: part for name in columns_in(text) if name not in found}
        for language, mapped in self.texts.items():
            for text in mapped.written():
                found |= {name: f"texts.{language}" for name in columns_in(text) if name not in found}
        for part in ("topics", "life_events", "audience"):
            source = getattr(self, part)
            if isinstance(source, FromColumn):
                found.setdefault(source.column, part)
        if self.newest:
            found.setdefault(self.newest, "newest")
        for name in (*self.only, *self.codes):
            found.setdefault(name, "only" if name in self.only else "codes")
        return found


def columns_in(text: str) -> list[str]:
    """The columns that a text of a mapping names."""
    return [name.strip() for name in COLUMN.findall(text)]
