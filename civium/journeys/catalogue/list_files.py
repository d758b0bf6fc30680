"""The files of the lists that a service chooses from: ``lists/<name>.csv`` in its folder, or beside it for several services."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from civium.engines.forms.rules import MOST_BYTES, OptionList, read_list

from .problems import Problem, did_you_mean

FOLDER = "lists"


@dataclass
class FoundLists:
    """The lists that could be read, what is wrong with the others, and what to say of those that are not there."""

    lists: dict[str, OptionList] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)


def load_lists(service: Path, names: Collection[str], *, languages: Collection[str]) -> FoundLists:
    """Read the lists of these names for the service in a folder. A language that a list does not have is a warning."""
    own, shared = service / FOLDER, service.resolve().parent / FOLDER
    found = FoundLists(problems=list(_unused(own, names)))
    for name in sorted(names):
        path = next((at / f"{name}.csv" for at in (own, shared) if (at / f"{name}.csv").is_file()), None)
        if path is None:
            known = {file.stem for at in (own, shared) for file in at.glob("*.csv")}
            found.missing[name] = f"there is no {FOLDER}/{name}.csv; " + (
                did_you_mean(name, known) if known else "write it, with the columns code,en,..."
            )
            continue
        _read(path, name, languages, found)
    return found


def _read(path: Path, name: str, languages: Collection[str], found: FoundLists) -> None:
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    options, problems = read_list(data, first_language=settings.LANGUAGE_CODE)
    found.problems += [Problem(str(path), one.line, one.message) for one in problems]
    if options is None:
        return
    found.lists[name] = options
    for language in languages:
        if language not in options.languages:
            words = f"the list has no column '{language}'; its readers see {settings.LANGUAGE_CODE}"
            found.problems.append(Problem(str(path), 1, words, is_warning=True))


def _unused(own: Path, names: Collection[str]) -> Iterator[Problem]:
    for file in sorted(own.glob("*")):
        if file.suffix != ".csv" or file.stem not in names:
            words = f"nothing chooses from '{file.name}'; {did_you_mean(file.stem, names, what='lists')}"
            yield Problem(str(file), 1, words, is_warning=True)
