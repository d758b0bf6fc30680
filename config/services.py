"""Service documents from the command line: check them, publish and withdraw them, list what is published."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from config.terminal import Trouble, say

if TYPE_CHECKING:
    from civium.journeys.catalogue.problems import Problem


def service_folders() -> list[Path]:
    """Every service of the town."""
    from django.conf import settings

    return sorted(path.parent for path in Path(settings.CIVIUM_SERVICES).glob("*/service.yaml"))


def check_folders(folders: Sequence[Path]) -> int:
    """Say every problem of every folder; warnings are said and forgiven. Returns the exit code."""
    code = 0
    for folder in folders or service_folders():
        _require_service(folder)
        problems = _problems_of(folder)
        errors = [problem for problem in problems if not problem.is_warning]
        say(
            f"  {folder.resolve().name}: {_count(len(errors), 'problem')}{_warnings(len(problems) - len(errors))}"
        )
        for problem in problems:
            say(f"    {str(problem).removeprefix(f'{Path.cwd()}/')}")
        code = max(code, int(bool(errors)))
    return code


def errors_in(folder: Path) -> list[str]:
    """What keeps the service in this folder from being published."""
    return [str(problem) for problem in _problems_of(folder) if not problem.is_warning]


def publish_folders(folders: Sequence[Path]) -> int:
    """Publish every folder, or none when any of them has a problem. Returns the exit code."""
    from django.utils import timezone

    from civium.journeys.catalogue.actions.publish_service import publish_folder
    from civium.journeys.catalogue.queries import find_offers

    if check_folders(folders):
        say("  Nothing was published.")
        return 1
    with tables_in_reach():
        before = {offer.name: offer.version for offer in find_offers()}
        for folder in folders:
            version = publish_folder(folder, by=None, at=timezone.now())
            if before.get(version.service) == version.number:
                say(
                    f"  {version.service}: nothing has changed, people get version {version.number} as before"
                )
            else:
                say(f"  {version.service}: people get version {version.number} from now on")
    return 0


def withdraw_services(names: Sequence[str]) -> int:
    """Take services out of the offer, saying of each what happened. Returns the exit code."""
    from django.utils import timezone

    from civium.foundation.kit.refusals import NotFound
    from civium.journeys.catalogue.actions.withdraw_service import AlreadyWithdrawn, withdraw_service

    code = 0
    with tables_in_reach():
        for name in names:
            try:
                withdraw_service(name, by=None, at=timezone.now())
            except NotFound:
                say(f"  {name}: there is no such service; civium services list names them")
                code = 1
            except AlreadyWithdrawn:
                say(f"  {name}: was withdrawn before")
            else:
                say(
                    f"  {name}: nobody can apply for it from now on. Its page says so, and what was begun goes on."
                    f"  To bring it back:  civium services publish services/{name}"
                )
    return code


def list_services() -> None:
    """Say what people can apply for: name, version, title."""
    from django.conf import settings

    from civium.journeys.catalogue.queries import find_offers

    with tables_in_reach():
        offers = find_offers()
    for offer in offers:
        say(f"  {offer.name:<28} version {offer.version:<4} {offer.words(settings.LANGUAGE_CODE).title}")
    if not offers:
        say("  None yet. Publish one:  civium services publish services/NAME")


@contextmanager
def tables_in_reach() -> Iterator[None]:
    """A database that is not there, or has no tables yet, is said in plain words."""
    from django.conf import settings
    from django.db import OperationalError, ProgrammingError, connection

    try:
        yield
    except (OperationalError, ProgrammingError) as problem:
        raise Trouble(
            f"The database is not ready: {str(problem).strip().splitlines()[0]}.",
            "A new site: make its tables with  civium migrate",
            f"The data folder is {settings.CIVIUM_DATA}; if it is elsewhere, set CIVIUM_DATA."
            if connection.vendor == "sqlite"
            else "A site that was well: is DATABASE_URL right, and is the database server running?",
        ) from None


def _problems_of(folder: Path) -> list[Problem]:
    from civium.journeys.catalogue.actions.check_folder import check_folder

    return check_folder(folder)


def _require_service(folder: Path) -> None:
    if not folder.exists():
        raise Trouble(f"There is no folder {folder}.", *_folders_like(folder))
    if not (folder / "service.yaml").is_file():
        raise Trouble(
            f"{folder} is not a service: it has no service.yaml.",
            "A service is a folder with service.yaml, texts.<language>.yaml and tests.yaml.",
            *_named_otherwise(folder),
        )


def _named_otherwise(folder: Path) -> list[str]:
    """The file that was meant to be service.yaml: editors add .txt and do not show it."""
    found = sorted(folder.glob("service.*"))
    return [f"Rename {found[0].name} to service.yaml." for _ in found[:1]]


def _folders_like(folder: Path) -> list[str]:
    """What to type instead of a folder that is not there: a service whose name is near, or where services are."""
    from civium.journeys.catalogue.problems import nearest_word

    known = {
        each.parent.name: each.parent
        for place in {folder.parent, Path("services")}
        for each in place.glob("*/service.yaml")
    }
    near = nearest_word(folder.name, known)
    if near:
        return [f"Did you mean  {known[near]}?"]
    return ["Name the folder of a service, for example  services/beach-wheelchair."]


def _count(number: int, what: str) -> str:
    return f"no {what}s" if number == 0 else f"{number} {what}{'' if number == 1 else 's'}"


def _warnings(number: int) -> str:
    return f", {_count(number, 'warning')}" if number else ""
