"""Information pages for tests: written by hand, or loaded from a list."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from civium.journeys.catalogue.actions.import_list import import_list
from civium.journeys.catalogue.list_changes import ListChange, compare_list

MAPPING = """
list: demo
key: "{id}"
agency: "{agency}"
empty: [NA]
topics: {column: topic, values: {A: animals, H: [home, support]}}
texts:
  en:
    title: "{title}"
    summary: "{about}"
    agency: "{agency}"
    need: ["{need}"]
    links: ["{url}"]
"""
COLUMNS = ("id", "title", "about", "agency", "topic", "need", "url")
CAT = (
    "1",
    "Cat register",
    "Tell the island that you have a cat.",
    "Cats’ Office",
    "A",
    "- A cat\n- A form",
    "https://cats.example.org/",
)
ROOF = (
    "2",
    "Roof inspection",
    "Have your roof looked at.",
    "Roof Board",
    "H",
    "NA",
    "www.roofs.example.org https://b.example.org",
)


def write_list(folder: Path, *rows: Sequence[str], mapping: str = MAPPING) -> tuple[Path, Path]:
    """A list and its mapping as files."""
    path = folder / "list.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *rows])
    (folder / "map.yaml").write_text(mapping, encoding="utf-8")
    return path, folder / "map.yaml"


def load(path: Path, mapping: Path, *, at: dt.datetime, may_remove_many: bool = False) -> ListChange:
    """Import a list that has nothing wrong with it; what changed."""
    change = compare_list(path, mapping)
    assert change.errors == []
    import_list(change, by=None, at=at, may_remove_many=may_remove_many)
    return change


def many(count: int) -> list[tuple[str, ...]]:
    """Rows of that number, with titles all over the alphabet."""
    words = ("Ash", "Bridge", "Café", "Dyke", "Élan", "Ferry", "Garden", "Harbour", "Ñandú", "Quay")
    return [
        (
            str(at),
            f"{words[at % len(words)]} {at:05}",
            f"About number {at}. " * 5,
            f"Office {at % 60}",
            "",
            "",
            "",
        )
        for at in range(count)
    ]
