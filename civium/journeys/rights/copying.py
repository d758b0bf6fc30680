"""Everything that rooms hold about somebody, as one document with a JSON Schema, as a page to read, and as one archive."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override
from pydantic import BaseModel, ConfigDict, create_model

from civium.foundation.design.showing import bare_words, day, moment, reading_language
from civium.foundation.files.actions.make_pdf import make_pdf
from civium.foundation.kit.languages import direction
from civium.foundation.kit.town import the_town
from civium.foundation.privacy.queries import find_holdings
from civium.foundation.privacy.schema import Exported, Holding, Label
from civium.journeys.applications.queries import mandate_words
from civium.journeys.rights.holding_words import account_first

FORMAT: Final = "civium-my-data-1"
# A table on paper: more columns, or longer cells, are read better one below the other.
MOST_COLUMNS: Final = 7
LONGEST_CELL: Final = 90


def exported_holdings() -> list[Holding]:
    """What people can take along, from the account up."""
    return [holding for holding in find_holdings() if holding.export is not None]


@lru_cache(maxsize=1)
def everything() -> type[BaseModel]:
    """The shape of the whole document: each holding's rows under its name."""
    rows: dict[str, Any] = {
        holding.name: (list[holding.shape], ...)  # type: ignore[name-defined]
        for holding in exported_holdings()
        if holding.shape is not None
    }
    return create_model(
        "Everything",
        __config__=ConfigDict(extra="forbid", frozen=True),
        format=(str, ...),
        town=(str, ...),
        owner=(str, ...),
        made_at=(datetime, ...),
        **rows,
    )


@dataclass(frozen=True)
class Section:
    """A part of the readable copy: rows of names with lines of text; with ``names``, one table with these columns."""

    title: str
    rows: Sequence[Sequence[tuple[str, Sequence[str]]]]
    names: Sequence[str]

    def cells(self, row: Sequence[tuple[str, Sequence[str]]]) -> list[Sequence[str]]:
        """What a row of the table has in each column."""
        found = dict(row)
        return [found.get(name, ()) for name in self.names]


@dataclass(frozen=True)
class Copy:
    """What is in the archive."""

    document: BaseModel
    files: Sequence[tuple[str, bytes]]


def gather(owner: str, *, at: datetime, tell: Callable[[int, int], None] = lambda done, parts: None) -> Copy:
    """Ask every room for what it holds about the owner. ``tell(done, parts)`` hears how far it is."""
    holdings = exported_holdings()
    found: dict[str, Sequence[Exported]] = {}
    files: list[tuple[str, bytes]] = []
    for number, holding in enumerate(holdings):
        tell(number, len(holdings) + 1)
        assert holding.export is not None
        found[holding.name] = holding.export(owner)
        files += [(each.path, each.read()) for each in (holding.files(owner) if holding.files else ())]
    tell(len(holdings), len(holdings) + 1)
    document = everything()(format=FORMAT, town=bare_words(the_town().name), owner=owner, made_at=at, **found)
    return Copy(document, files)


def as_json(copy: Copy) -> bytes:
    """The document for machines."""
    return copy.document.model_dump_json(indent=2).encode()


def as_schema() -> bytes:
    """The JSON Schema of the document (2020-12)."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **everything().model_json_schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False).encode()


def as_pdf(copy: Copy, *, language: str) -> bytes:
    """The document for people."""
    with override(language):
        title = _("What the town holds about you")
        html = render_to_string(
            "rights/copy.html",
            {
                "title": title,
                "town_name": bare_words(the_town().name),
                "made_at": copy.document.made_at,  # type: ignore[attr-defined]
                **_sections(copy),
            },
            using="jinja2",
        )
        return make_pdf(html, language=language, title=title)


def _sections(copy: Copy) -> dict[str, Any]:
    """The parts of the readable copy, the account first; and the names of what there is nothing of."""
    all_of_it = [_section(holding, copy) for holding in account_first(exported_holdings())]
    return {
        "sections": [each for each in all_of_it if each.rows],
        "nothing_of": [each.title for each in all_of_it if not each.rows],
    }


def _section(holding: Holding, copy: Copy) -> Section:
    """The rows of a holding as people read them: what many rows say alike is one table."""
    rows: Sequence[BaseModel] = getattr(copy.document, holding.name)
    told = holding.in_short(rows) if holding.in_short else rows
    shown = [list(_lines(row)) for row in told]
    used = {name for lines in shown for name, _said in lines}
    labels = _labels(type(told[0])).values() if told else ()
    names = [name for name in dict.fromkeys(str(label.words) for label in labels) if name in used]
    is_table = (
        len(shown) > 1
        and len(names) <= MOST_COLUMNS
        and all(len(text) <= LONGEST_CELL for lines in shown for _name, texts in lines for text in texts)
    )
    return Section(str(holding.title), shown, names if is_table else [])


def _labels(shape: type[BaseModel]) -> dict[str, Label]:
    """What the fields that people read are called, by their names and in their order."""
    return {
        name: label
        for name, field in shape.model_fields.items()
        for label in field.metadata
        if isinstance(label, Label)
    }


def _lines(row: BaseModel) -> Iterator[tuple[str, list[str]]]:
    """Each labelled field of a row as a name and lines of text; what is empty is left out."""
    for name, label in _labels(type(row)).items():
        value = getattr(row, name)
        if label.names == "service":
            yield str(label.words), [mandate_words.service_words(value, reading_language())]
        elif value not in (None, "", []) and any(texts := list(_texts(value, label.said))):
            yield str(label.words), [_isolated(text) for text in texts]


def _isolated(text: str) -> str:
    """By itself in a document from right to left: a network or a file name keeps its parts in order (UAX #9, FSI and PDI)."""
    return f"\N{FIRST STRONG ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}" if _is_right_to_left() else text


def _is_right_to_left() -> bool:
    return direction(reading_language()) == "rtl"


def _texts(value: Any, said: Callable[[Any], Any] | None = None) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _texts(each, said)
    elif said is not None:
        yield str(said(value))
    elif isinstance(value, BaseModel):
        yield " · ".join(text for _name, lines in _lines(value) for text in lines)
    elif isinstance(value, datetime):
        yield moment(value)
    elif isinstance(value, date):
        yield day(value)
    elif isinstance(value, bool):
        yield _("yes") if value else _("no")
    else:
        yield str(value)


def as_archive(copy: Copy, *, language: str) -> bytes:
    """All of it in one ZIP: my-data.json, my-data.schema.json, my-data.pdf, and the files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("my-data.json", as_json(copy))
        archive.writestr("my-data.schema.json", as_schema())
        archive.writestr("my-data.pdf", as_pdf(copy, language=language))
        for path, content in copy.files:
            archive.writestr(path, content)
    return packed.getvalue()
