"""Packages with known defects: the bill of materials, compared with a copy of the OSV data base that somebody fetched.

`make advisories FROM=folder` reads the records (one JSON file each, or the zip files that OSV gives for PyPI and npm) and says which of our
packages must be replaced by when (docs/security.md). It asks the network nothing, and a copy that is missing, incomplete or old
is an answer too: it fails.
"""

from __future__ import annotations

import json
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from packaging.version import InvalidVersion, Version

from setup.sbom import bill

# How long a package with a defect that bad may stay, in days. What says nothing of it counts as high.
DAYS: Final = {"CRITICAL": 2, "HIGH": 7, "MODERATE": 30, "MEDIUM": 30, "LOW": 90}
UNSAID: Final = "HIGH"
OLDEST_COPY: Final = timedelta(days=14)
ECOSYSTEMS: Final = {"pypi": "PyPI", "npm": "npm"}
Record = dict[str, Any]


@dataclass(frozen=True)
class Defect:
    """A known defect of a package of ours, and the day by which it is replaced."""

    package: str
    version: str
    id: str
    severity: str
    replace_by: date


def read_records(folder: Path) -> Iterator[Record]:
    """Every record below the folder. Raises ValueError for a file that is none."""
    for path in sorted(folder.rglob("*.json")):
        yield json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(folder.rglob("*.zip")):
        with zipfile.ZipFile(path) as packed:
            for name in sorted(packed.namelist()):
                if name.endswith(".json"):
                    yield json.loads(packed.read(name))


def look_through(records: Iterable[Record], *, today: date) -> tuple[list[Defect], list[str]]:
    """The defects of our packages, the most urgent first; and why the copy of the data base cannot be relied on, if it cannot."""
    ours = {
        (each["purl"].partition("/")[0].removeprefix("pkg:"), _plain(each["name"])): each
        for each in bill()["components"]
    }
    seen: set[str] = set()
    newest, found = date.min, []
    for record in records:
        newest = max(newest, datetime.fromisoformat(record["modified"]).date())
        for affected in record.get("affected", ()):
            package = affected.get("package", {})
            kind = str(package.get("ecosystem", "")).lower()
            seen.add(kind)
            mine = ours.get((kind, _plain(str(package.get("name", "")))))
            if mine and not record.get("withdrawn") and is_affected(mine["version"], affected):
                found.append(_defect(mine, record))
    problems = [f"there is no record about {name}" for kind, name in ECOSYSTEMS.items() if kind not in seen]
    if newest < today - OLDEST_COPY:
        problems.append(f"its newest record is of {newest:%Y-%m-%d}: fetch a newer copy")
    return sorted(set(found), key=lambda each: (each.replace_by, each.package, each.id)), problems


def is_affected(version: str, affected: dict[str, Any]) -> bool:
    """Whether this version is among those that the record names, one by one or from one to another (osv.dev, "affected")."""
    if version in affected.get("versions", ()):
        return True
    ranges = (each for each in affected.get("ranges", ()) if each.get("type") in ("ECOSYSTEM", "SEMVER"))
    return any(_is_within(version, each.get("events", ())) for each in ranges)


def _is_within(version: str, events: Iterable[dict[str, str]]) -> bool:
    mine, inside = _comparable(version), False
    steps = [(_comparable(at), what) for event in events for what, at in event.items()]
    for at, what in sorted(steps, key=lambda step: step[0]):
        if what == "introduced" and mine >= at:
            inside = True
        elif (what == "fixed" and mine >= at) or (what == "last_affected" and mine > at):
            inside = False
    return inside


def _comparable(version: str) -> Version:
    """npm's ``1.2.3-rc.1`` reads as Python's ``1.2.3rc1``; what is neither counts as older than everything, and so as affected."""
    try:
        return Version(re.sub(r"-(alpha|beta|rc|pre)\.?", r"\1", version))
    except InvalidVersion:
        return Version(".".join(re.findall(r"\d+", version.partition("-")[0])) or "0")


def _defect(mine: dict[str, Any], record: Record) -> Defect:
    said = str(record.get("database_specific", {}).get("severity", UNSAID)).upper()
    severity = said if said in DAYS else UNSAID
    known = datetime.fromisoformat(str(record.get("published") or record["modified"])).date()
    return Defect(
        mine["name"], mine["version"], record["id"], severity.lower(), known + timedelta(days=DAYS[severity])
    )


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> int:
    """0: nothing is overdue; 1: something is, or the copy cannot be relied on."""
    today = datetime.now(UTC).date()
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1] else None
    if folder is None or not folder.is_dir():
        print("Name the folder with a copy of the OSV data base: make advisories FROM=folder")
        return 1
    defects, problems = look_through(read_records(folder), today=today)
    for each in defects:
        late = "  OVERDUE" if each.replace_by < today else ""
        print(f"{each.replace_by}  {each.severity:8}  {each.package} {each.version}  {each.id}{late}")
    for problem in problems:
        print(f"This copy cannot be relied on: {problem}.")
    if not defects and not problems:
        print("No package of ours has a known defect.")
    return int(bool(problems) or any(each.replace_by < today for each in defects))


if __name__ == "__main__":
    sys.exit(main())
