"""From a list and its mapping to what an import would change: the pages that are new, different, the same, or gone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from django.conf import settings
from pydantic import ValidationError

from civium.foundation.kit.town import the_town

from .grammar_words import explain
from .list_file import ListFile, read_list
from .list_pages import NewPage, NewPages, make_pages
from .mapping_schema import Mapping
from .marked_yaml import MarkedDocument, Unreadable, read_marked
from .models import Offering
from .problems import Problem, did_you_mean
from .schema import KINDS

# An import that would close more than so many pages, and more than half of them, is most likely a file that was cut off.
MANY: Final = 10


@dataclass
class ListChange:
    """What an import would do. With errors among its ``problems`` it is not done at all; warnings are said."""

    list_name: str = ""
    digest: str = ""
    rows: int = 0
    left_out: int = 0
    older: int = 0
    added: list[NewPage] = field(default_factory=list)
    changed: list[NewPage] = field(default_factory=list)
    same: list[NewPage] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if not problem.is_warning]

    @property
    def removes_many(self) -> bool:
        """Whether so much would be closed that somebody should look twice."""
        before = len(self.changed) + len(self.same) + len(self.removed)
        return len(self.removed) > MANY and len(self.removed) * 2 > before


def compare_list(path: Path, mapping_path: Path) -> ListChange:
    """What importing the file as the mapping says would change. Writes nothing; whatever is wrong is among the problems."""
    change = ListChange()
    document, mapping = _read_mapping(mapping_path, change)
    if document is None or mapping is None:
        return change
    change.list_name = mapping.list
    change.problems += _mapping_problems(document, mapping)
    found = read_list(path, mapping.file, mapping.columns())
    change.digest, change.rows = found.digest, len(found.rows)
    change.problems += found.problems
    if change.errors:
        return change
    made = make_pages(found, mapping, agencies=the_town().agencies)
    change.left_out, change.older = made.left_out, made.older
    change.problems = sorted(
        {*change.problems, *made.problems}, key=lambda problem: (problem.file, problem.line)
    )
    _compare(found, made, change)
    return change


def _read_mapping(path: Path, change: ListChange) -> tuple[MarkedDocument | None, Mapping | None]:
    try:
        document = read_marked(path, shown_as=str(path))
    except Unreadable as unreadable:
        change.problems.append(Problem(str(path), unreadable.line, unreadable.words))
        return None, None
    if not isinstance(document.value, dict):
        words = "the mapping must be names with values, one 'name: value' per line"
        change.problems.append(Problem(str(path), 1, words))
        return None, None
    try:
        return document, Mapping.model_validate(document.value)
    except ValidationError as error:
        change.problems += explain(error, document, Mapping)
        return document, None


def _mapping_problems(document: MarkedDocument, mapping: Mapping) -> list[Problem]:
    """Names in the mapping that this town does not have."""
    town, languages = the_town(), dict(settings.LANGUAGES)
    found = [
        document.problem(
            ("texts", code), f"this site does not speak '{code}'; {did_you_mean(code, languages)}"
        )
        for code in mapping.texts
        if code not in languages
    ]
    for part, known in (
        ("topics", [*town.topics]),
        ("life_events", [*town.life_events]),
        ("audience", [*KINDS, *town.audiences]),
    ):
        found += [
            document.problem(
                (part,), f"town.yaml has no '{name}' among its {part}; {did_you_mean(name, known)}"
            )
            for name in _named(getattr(mapping, part))
            if name not in known
        ]
    return found


def _named(source: object) -> list[str]:
    values = getattr(source, "values", None)
    if not isinstance(values, dict):
        return list(source) if isinstance(source, Sequence) else []
    return [name for found in values.values() for name in ((found,) if isinstance(found, str) else found)]


def _compare(found: ListFile, made: NewPages, change: ListChange) -> None:
    offered = {
        name: (digest, withdrawn_at is not None)
        for name, digest, withdrawn_at in Offering.objects.values_list(
            "service", "version__digest", "withdrawn_at"
        )
    }
    own = _pages_of(change.list_name)
    for page in made.pages:
        digest, is_withdrawn = offered.get(page.name, ("", False))
        if page.name in offered and page.name not in own:
            words = f"the name '{page.name}' is taken by something that did not come with this list"
            change.problems.append(found.problem(page.line, words))
        elif not digest or is_withdrawn:
            change.added.append(page)
        else:
            (change.same if digest == page.written.digest else change.changed).append(page)
    now = {page.name for page in made.pages}
    change.removed = sorted(name for name in own if name not in now and not offered[name][1])


def _pages_of(list_name: str) -> frozenset[str]:
    """The names of all that ever came with the list."""
    rows = Offering.objects.filter(service__startswith=f"{list_name}-").values_list(
        "service", "version__document"
    )
    return frozenset(
        name for name, document in rows if json.loads(document).get("imported_from") == list_name
    )
