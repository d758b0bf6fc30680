"""Every requirement of the security standard that this project adopts has a test, a page or a reason, and none of them is made up."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from setup import ROOT

ASVS = ROOT / "docs" / "asvs.yaml"
LEVELS_1_AND_2, ADOPTED_OF_LEVEL_3 = 253, 20
# The 20 of level 3.
ADOPTED = [
    "1.2.10",
    "1.3.12",
    "1.5.3",
    "3.4.7",
    "3.7.3",
    "5.2.4",
    "5.2.5",
    "5.2.6",
    "5.3.3",
    "6.3.5",
    "6.3.6",
    "6.3.7",
    "6.3.8",
    "8.3.3",
    "13.3.4",
    "14.2.5",
    "14.2.7",
    "15.2.4",
    "15.4.2",
    "16.5.4",
]
DATA = Path(os.environ.get("CIVIUM_SHARED", ROOT.parent / "shared")) / "data" / "asvs"


def answers() -> dict[str, dict[str, Any]]:
    """What is said about each requirement, by its id."""
    found: dict[str, dict[str, Any]] = yaml.safe_load(ASVS.read_text(encoding="utf-8"))
    return found


def problems(answers: dict[str, dict[str, Any]]) -> list[str]:
    """What is wrong with the answers: not one of the four, a test or page that is not there, no reason."""
    found = []
    for id, answer in answers.items():
        (kind, said), *more = answer.items()
        if more or kind not in ("met", "page", "not_yet", "does_not_apply") or not said:
            found.append(f"{id}: say met, page, not_yet or does_not_apply")
        elif kind in ("met", "page"):
            found += [f"{id}: {link} is not there" for link in said if not is_there(link)]
        elif len(said) < 8:
            found.append(f"{id}: say why")
    return found


def is_there(link: str) -> bool:
    """Whether a page, a file of tests or one test exists."""
    name, _, test = link.partition("::")
    path = ROOT / name
    return path.is_file() and (not test or f"def {test}(" in path.read_text(encoding="utf-8"))


def test_every_answer_leads_somewhere() -> None:
    assert problems(answers()) == []


def test_every_requirement_has_an_answer() -> None:
    assert len(answers()) == LEVELS_1_AND_2 + ADOPTED_OF_LEVEL_3
    assert set(ADOPTED) <= answers().keys()


def test_the_ids_are_the_standards() -> None:
    lists = DATA / "ASVS_5.0.0_en.csv"
    if not lists.is_file():
        pytest.skip("the requirements of the standard are not beside this repository")
    with lists.open(encoding="utf-8") as file:
        wanted = {
            id
            for row in csv.DictReader(file)
            if (id := row["req_id"].removeprefix("V")) in ADOPTED or row["L"] in "12"
        }
    assert answers().keys() == wanted


def test_an_answer_that_is_made_up_would_be_noticed() -> None:
    assert problems({"1.1.1": {"met": ["tests/house/test_asvs.py::test_that_nobody_wrote"]}}) != []
    assert problems({"1.1.1": {"not_yet": ""}}) != []
    assert problems({"1.1.1": {"perhaps": "one day, who knows"}}) != []
