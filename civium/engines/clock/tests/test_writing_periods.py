"""How a period is written in a document."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ValidationError

from civium.engines.clock.schema import LONGEST, Duration


class Document(BaseModel):
    due: Duration


@pytest.mark.parametrize(
    ("written", "amount", "unit"),
    [
        ("5 working days", 5, "working day"),
        ("1 working day", 1, "working day"),
        ("30 days", 30, "day"),
        ("2 weeks", 2, "week"),
        ("6 months", 6, "month"),
        ("3 years", 3, "year"),
        ("  1   year ", 1, "year"),
    ],
)
def test_a_number_and_a_unit_are_a_period(written: str, amount: int, unit: str) -> None:
    assert Document(due=written).due == Duration(amount, unit)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "5",
        "days",
        "five days",
        "5 wd",
        "-1 days",
        "1.5 days",
        "5 days ago",
        "٥ days",
        None,
        5,
        ["5 days"],
    ],
)
def test_anything_else_is_refused_with_what_to_write(written: object) -> None:
    with pytest.raises(ValidationError, match="Write a number and a unit, for example “5 working days”"):
        Document(due=written)


@pytest.mark.parametrize("written", ["0 days", "101 years", "999999 working days"])
def test_a_period_that_no_calendar_holds_is_refused(written: str) -> None:
    with pytest.raises(ValidationError, match="a period is from 1 to"):
        Document(due=written)


@pytest.mark.parametrize("unit", LONGEST)
def test_a_period_goes_into_a_document_as_it_came_out(unit: str) -> None:
    for amount in (1, 2, LONGEST[unit]):
        duration = Duration(amount, unit)
        assert Document(due=str(duration)).due == duration
        assert Document.model_validate_json(Document(due=duration).model_dump_json()).due == duration


def test_an_editor_is_told_what_a_period_looks_like() -> None:
    assert Document.model_json_schema()["properties"]["due"]["type"] == "string"
