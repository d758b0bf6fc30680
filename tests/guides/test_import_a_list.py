"""The guide to importing lists says every key of a mapping, and its mappings can be used as they stand."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from civium.journeys.catalogue.mapping_schema import FileShape, Mapping
from civium.journeys.catalogue.marked_yaml import parse_marked
from tests.guides.reading import sections

SECTIONS = sections("import-a-list.md")


@pytest.mark.parametrize(("heading", "model"), [("Write a mapping", Mapping), ("The file", FileShape)])
def test_every_key_is_described_with_what_holds_without_it(heading: str, model: type[BaseModel]) -> None:
    [table] = SECTIONS[heading].tables
    assert set(table) == set(model.model_fields)
    for key, (_says, left_out) in table.items():
        assert (left_out == "required") == model.model_fields[key].is_required(), key


def test_every_mapping_can_be_used() -> None:
    mappings = [text for kind, text in SECTIONS["Write a mapping"].blocks if kind == "yaml"]
    read = [Mapping.model_validate(parse_marked(text, file="guide").value) for text in mappings]
    assert [mapping.list for mapping in read] == ["canada", "tenerife"]
