"""What is written for spreadsheets calculates nothing, and comes back as it was."""

from __future__ import annotations

import csv
import io

import pytest

from civium.foundation.kit.spreadsheets import safe_cell, spreadsheet


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =HYPERLINK(1)", "＝1", "=cmd|' /C calc'!A0"],
)
def test_a_formula_is_text(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Amina", "1", "a=b", "ليلى", "'=1", "12:00"])
def test_what_is_none_stays_as_it_is(text: str) -> None:
    assert safe_cell(text) == text


def test_cells_keep_their_words_whatever_is_in_them() -> None:
    rows = [["a,b", 'say "x"', "two\nlines", "ليلى"], [1, "", "x\0y", "=1"]]
    written = spreadsheet(["One", "Two", "Three", "=Four"], rows)
    read = list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline="")))
    assert read == [
        ["One", "Two", "Three", "'=Four"],
        ["a,b", 'say "x"', "two\nlines", "ليلى"],
        ["1", "", "xy", "'=1"],
    ]
