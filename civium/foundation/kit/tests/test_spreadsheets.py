"""What is written for spreadsheets calculates nothing, and comes back as it was."""

from __future__ import annotations

import csv
import io

import pytest

from civium.foundation.kit.spreadsheets import safe_cell, spreadsheet

DANGEROUS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "  =HYPERLINK(1)", "＝1", "=cmd|' /C calc'!A0"],
)
def test_a_formula_is_text(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("separator", [";", "\t", "|", "\n", "\r\n", "\r"])
@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", " =1", '"=1+1"', "'=1", '" =1'])
@pytest.mark.parametrize("before", ["Amina", "", " ", "a;b"])
def test_a_formula_is_text_whichever_separator_divides_the_cells(
    before: str, formula: str, separator: str
) -> None:
    """A program that divides at semicolons or tabs makes cells of its own of ours; none of these calculates."""
    written = spreadsheet(["Name", "Words"], [["x", f"{before}{separator}{formula}"]]).decode("utf-8-sig")
    for divides in (",", ";", "\t", "|"):
        cells = [
            cell.strip(' "')
            for row in csv.reader(io.StringIO(written, newline=""), delimiter=divides)
            for cell in row
        ]
        cells += [cell.strip(' "') for line in written.splitlines() for cell in line.split(divides)]
        assert [cell for cell in cells if cell.startswith(DANGEROUS)] == [], divides


def test_what_begins_no_cell_stays_as_it_is() -> None:
    for text in ("a; b", "1;2", "x\ty", "12 - 14", "a-b;c-d", "Main Street 5, -1", "a | b"):
        assert safe_cell(text) == text


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
