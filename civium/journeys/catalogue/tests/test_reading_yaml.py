"""YAML that means what it looks like, and files that want to do harm."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from civium.journeys.catalogue.marked_yaml import MAX_BYTES, Unreadable, parse_marked, read_marked


def test_words_stay_words_and_decimals_stay_exact() -> None:
    read = parse_marked(
        "a: yes\nb: off\nc: 2026-03-02\nd: 12:30\ne: 25.00\nf: 3\ng: true\nh: 0123\ni: ~\nj: 'no'\n", file="f"
    )
    assert read.value == {
        "a": "yes", "b": "off", "c": "2026-03-02", "d": "12:30", "e": Decimal("25.00"),
        "f": 3, "g": True, "h": "0123", "i": None, "j": "no",
    }  # fmt: skip


def test_every_value_knows_its_line() -> None:
    read = parse_marked("a: 1\nb:\n  - x\n  - {c: 2,\n     d: 3}\n", file="f")
    assert [read.line_of(place) for place in [("a",), ("b",), ("b", 0), ("b", 1, "c"), ("b", 1, "d")]] == [
        1,
        2,
        3,
        4,
        5,
    ]
    assert read.line_of(("b", "a union's tag", 1, "not there")) == 4


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: 1\nb: 2\na: 3", 3, "written twice"),
        ("a:\n\tb: 1", 2, "tab"),
        ("a: Note: this", 1, "quotes"),
        ("a: [1, 2", 1, "closing ']'"),
        ("a:\n  - {name: b, by: c\n  - {name: d}\n", 2, "closing '}'"),
        ('a: 1\nb: "never closed\nc: 2\n', 2, "never closed"),
        ("a: 1\nb: 'never closed\nc: 2\n", 2, "never closed"),
        ('a: 1\nb: "not closed\nc: "well"\n', 2, "further down"),
        ("a: 'it's'\n", 1, "twice"),
        ("a:\n    b: 1\n  c: 2\n", 3, "like the one above: 4 spaces"),
        ("a:\n  b: 1\n\n  # more\n    c: 2\nd: 3\n", 5, "like the one above: 2 spaces"),
        ("a:\n  - {b: c}\n - {b: d}\n", 3, "like the one above: 2 spaces"),
        ("a:\n  - x: 1\n    y: 2\n   z: 3\n", 4, "like the one above: 4 spaces"),
        ("a: 1\n b: 2\n", 2, "like the one above: no spaces"),
        ("a:\nb: 1\n  c: 2\n", 2, "like the one below: 2 spaces"),
        ("a:\n  b: 1\nc: 2\n  d: 3\n", 3, "like the one below: 2 spaces"),
        ("a:\n  - b: 1\n  c: 2\n", 3, "what follows that, 4 spaces"),
        ("a:\n\u00a0\u00a0b: 1\n  c: 2\n", 2, "no-break"),
        ("a:\u00a0b\nc: 2\n", 1, "no-break"),
        ("a:\n  - {b: 1}\n  – {b: 2}\n", 3, "a plain hyphen"),
        ("a: 1\nb:2\nc: 3\n", 2, "a space after 'b:'"),
        ("a: 1\nb 2\nc: 3\n", 2, "a ':' is missing"),
        ("a:\n  -{b: 1}\n  - {b: 2}\n", 2, "a space after the '-'"),
        ("a:\n  {b: 1}\n  - {b: 2}\n", 2, "begin this one with '- '"),
        ("a: {b: Like this: 2}\n", 1, "put quotes around it"),
        ('a: {b: "not closed}\nc: {d: "well"}\n', 1, "a quote in this line is not closed"),
        ("a: Hall #2 and more\n", 1, "'#2 and more' would not be read"),
        ("a: #2\n", 1, "'#2' would not be read"),
        ("a: !!python/object/apply:os.system [ls]", 1, "tags"),
        ("a: &x {b: 1}\nc:\n  <<: *x", 3, "write the values out"),
        ("a: *x", 1, "points to nothing"),
        ("? [1, 2]\n: 3", 1, "one word"),
        ("a: 1\n---\nb: 2", 2, "second document"),
        ("a: 1\nb: \x00", 2, "character"),
        ("", 1, "empty"),
        ("\n\na: " + "[" * 30 + "]" * 30, 3, "nested"),
    ],
)
def test_what_cannot_be_read_is_explained_with_its_line(text: str, line: int, says: str) -> None:
    with pytest.raises(Unreadable) as refused:
        parse_marked(text, file="f")
    assert refused.value.line == line
    assert says in refused.value.words


def test_a_billion_laughs_are_stopped_at_once() -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
    )
    with pytest.raises(Unreadable, match=r"aliases|values"):
        parse_marked(bomb, file="f")


def test_few_large_aliases_are_counted_as_what_they_stand_for() -> None:
    text = "a: &a [" + "x, " * 9000 + "x]\n" + "".join(f"b{n}: *a\n" for n in range(10))
    with pytest.raises(Unreadable, match="values"):
        parse_marked(text, file="f")


def test_a_hundred_thousand_brackets_do_not_end_the_process() -> None:
    with pytest.raises(Unreadable, match="nested"):
        parse_marked("[" * 100_000, file="f")


def test_a_large_file_is_not_even_read(tmp_path: Path) -> None:
    path = tmp_path / "service.yaml"
    path.write_bytes(b"a: " + b"x" * MAX_BYTES)
    with pytest.raises(Unreadable, match="kB"):
        read_marked(path)


def test_another_encoding_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "texts.es.yaml"
    path.write_bytes("title: Perro\nsummary: año".encode("latin-1"))
    with pytest.raises(Unreadable, match="UTF-8") as refused:
        read_marked(path)
    assert refused.value.line == 2


def test_remarks_and_signs_inside_words_are_no_cut_texts() -> None:
    read = parse_marked(
        "a: 1 # one\nb: C#\nc: 'Hall #2'\nd: |\n  Hall #2\n#2\ne: https://a.example/#top\n", file="f"
    )
    assert read.value == {"a": 1, "b": "C#", "c": "Hall #2", "d": "Hall #2\n", "e": "https://a.example/#top"}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("title: Halle".encode("utf-16"), "UTF-16"),
        ("title: Halle".encode("utf-16-le"), "UTF-16"),
        (b"PK\x03\x04 a zip file", "plain text"),
        (b"{\\rtf1\\ansi title: Halle}", "plain text"),
    ],
)
def test_a_file_of_another_kind_is_named_and_how_to_save_it(
    tmp_path: Path, content: bytes, says: str
) -> None:
    path = tmp_path / "texts.en.yaml"
    path.write_bytes(content)
    with pytest.raises(Unreadable, match=says):
        read_marked(path)


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "service.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1")
    assert read_marked(path).value == {"a": 1}
