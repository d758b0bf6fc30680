"""Service documents from the command line: check them, publish them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from config.terminal import Trouble, say


def service_folders() -> list[Path]:
    """Every service of the town."""
    from django.conf import settings

    return sorted(path.parent for path in Path(settings.CIVIUM_SERVICES).glob("*/service.yaml"))


def problems_of(folder: Path) -> list[str]:
    """What is wrong in one service's documents, each with file, line and what to write instead."""
    from civium.journeys.catalogue.actions.check_folder import check_folder

    return [str(problem) for problem in check_folder(folder)]


def check_folders(folders: Sequence[Path]) -> int:
    """Say every problem of every folder. Returns the exit code."""
    code = 0
    for folder in folders or service_folders():
        _require_service(folder)
        problems = problems_of(folder)
        say(f"  {folder.name}: {'no problems' if not problems else f'{len(problems)} problems'}")
        for problem in problems:
            say(f"    {problem}")
            code = 1
    return code


def publish_folders(folders: Sequence[Path]) -> int:
    """Publish each folder whose documents have no problems. Returns the exit code."""
    from civium.journeys.catalogue.actions.publish_service import publish_folder
    from django.utils import timezone

    if check_folders(folders):
        say("  Nothing was published.")
        return 1
    for folder in folders:
        version = publish_folder(folder, by=None, at=timezone.now())
        say(f"  {folder.name}: published as version {version.number}")
    return 0


def _require_service(folder: Path) -> None:
    if not (folder / "service.yaml").is_file():
        raise Trouble(
            f"{folder} is not a service: it has no service.yaml.",
            "A service is a folder with service.yaml, texts.<language>.yaml and tests.yaml.",
        )
