"""A package with a known defect is found in time, and a copy of the data base that says too little is no all-clear."""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from setup.advisories import is_affected, look_through, read_records
from setup.sbom import bill

TODAY = dt.date(2026, 11, 22)


def record(package: str, ecosystem: str = "PyPI", **more: Any) -> dict[str, Any]:
    return {
        "id": "GHSA-1",
        "modified": "2026-11-20T00:00:00Z",
        "published": "2026-11-18T00:00:00Z",
        "database_specific": {"severity": "HIGH"},
        "affected": [
            {
                "package": {"ecosystem": ecosystem, "name": package},
                "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "9999"}]}],
            }
        ],
        **more,
    }


OTHERS = [record("nobody-has-this"), record("nor-this", "npm")]


def test_a_defect_of_ours_is_named_with_the_day_by_which_it_goes() -> None:
    npm = next(each for each in bill()["components"] if each["purl"].startswith("pkg:npm/"))
    found, problems = look_through(
        [
            *OTHERS,
            record("DJANGO"),
            record(npm["name"], "npm", database_specific={}, published="2026-11-01T00:00:00Z"),
        ],
        today=TODAY,
    )
    assert not problems
    assert [(each.package, each.replace_by, each.severity) for each in found] == [
        (npm["name"], dt.date(2026, 11, 8), "high"),
        ("django", dt.date(2026, 11, 25), "high"),
    ]


def test_what_was_withdrawn_or_is_of_another_kind_is_none() -> None:
    for harmless in (
        record("django", withdrawn="2026-11-19T00:00:00Z"),
        record("django", "npm"),
        record("djang"),
    ):
        assert look_through([*OTHERS, harmless], today=TODAY) == ([], [])


@pytest.mark.parametrize(
    ("records", "problem"),
    [
        ([], "PyPI"),
        (OTHERS[:1], "npm"),
        ([{**each, "modified": "2026-11-01T00:00:00Z"} for each in OTHERS], "newer"),
    ],
)
def test_a_copy_that_says_too_little_is_no_all_clear(records: list[dict[str, Any]], problem: str) -> None:
    assert problem in " ".join(look_through(records, today=TODAY)[1])


@pytest.mark.parametrize(
    ("version", "events", "affected"),
    [
        ("5.2.9", [{"introduced": "5.0"}, {"fixed": "5.2.10"}], True),
        ("5.2.10", [{"introduced": "5.0"}, {"fixed": "5.2.10"}], False),
        ("4.2.1", [{"introduced": "5.0"}, {"fixed": "5.2.10"}], False),
        ("5.2.9", [{"introduced": "0"}, {"last_affected": "5.2.9"}], True),
        ("5.2.10", [{"introduced": "0"}, {"last_affected": "5.2.9"}], False),
        ("6.0", [{"introduced": "0"}, {"fixed": "5.0"}, {"introduced": "6.0"}, {"fixed": "6.1"}], True),
        ("1.0.0", [{"introduced": "1.0.0-rc.1"}, {"fixed": "1.0.1"}], True),
        ("1.0.0-rc.1", [{"introduced": "1.0.0"}], False),
    ],
)
def test_versions_are_compared_as_their_makers_count(
    version: str, events: list[dict[str, str]], affected: bool
) -> None:
    assert is_affected(version, {"ranges": [{"type": "SEMVER", "events": events}]}) is affected


def test_records_are_read_one_by_one_and_packed(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text(json.dumps(record("a")))
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as packed:
        packed.writestr("two.json", json.dumps(record("b", "npm")))
    assert [each["affected"][0]["package"]["name"] for each in read_records(tmp_path)] == ["a", "b"]
