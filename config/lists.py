"""Lists of services from the command line: what an import would change, and doing it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from config.services import tables_in_reach
from config.terminal import say, step

if TYPE_CHECKING:
    from civium.journeys.catalogue.list_changes import ListChange

MOST_SHOWN = 20


def import_services(
    path: Path, mapping: Path, *, dry_run: bool = False, may_remove_many: bool = False
) -> int:
    """Load a list as information pages: all of it, or nothing when something is wrong. Returns the exit code."""
    from django.utils import timezone

    from civium.journeys.catalogue.actions.import_list import WouldRemoveMany, import_list
    from civium.journeys.catalogue.list_changes import compare_list

    with tables_in_reach():
        with step(f"Reading {path.name}"):
            change = compare_list(path, mapping)
        _say_problems(change)
        if change.errors:
            say("  Nothing was imported.")
            return 1
        _say_changes(change)
        if change.removes_many and not may_remove_many:
            say(f"  {WouldRemoveMany.message} {WouldRemoveMany.what_next}")
            say("  Nothing was imported. If it is meant, add  --remove-many")
            return 1
        if dry_run:
            say("  Nothing was imported: this was a trial.")
            return 0
        import_list(
            change,
            by=None,
            at=timezone.now(),
            may_remove_many=may_remove_many,
            progress=lambda done, total: say(f"  {done:,} of {total:,} pages written"),
        )
    return 0


def _say_problems(change: ListChange) -> None:
    shown = [*change.errors, *(problem for problem in change.problems if problem.is_warning)]
    for problem in shown[:MOST_SHOWN]:
        say(f"    {str(problem).removeprefix(f'{Path.cwd()}/')}")
    if len(shown) > MOST_SHOWN:
        errors, warnings = len(change.errors), len(shown) - len(change.errors)
        say(f"    ... {len(shown) - MOST_SHOWN:,} more: {errors:,} problems and {warnings:,} warnings in all")


def _say_changes(change: ListChange) -> None:
    say(f"  {change.rows:,} rows{_of_them(change)}")
    for what, names in (
        ("added", [page.name for page in change.added]),
        ("changed", [page.name for page in change.changed]),
        ("removed", change.removed),
    ):
        say(f"  {len(names):>6,} {what}{_some(names)}")
    say(f"  {len(change.same):>6,} as before")


def _of_them(change: ListChange) -> str:
    parts = []
    if change.older:
        parts.append(f"{change.older:,} are older wordings of others")
    if change.left_out:
        parts.append(f"{change.left_out:,} are not wanted by the mapping")
    return f": {', '.join(parts)}" if parts else ""


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:3])
    return f": {shown}{', ...' if len(names) > 3 else ''}" if names else ""
