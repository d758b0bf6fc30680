"""Reading a service's folder: ``service.yaml``, ``texts.<language>.yaml``, ``tests.yaml``, and the lists that it chooses from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from pydantic import BaseModel, RootModel, ValidationError

from civium.engines.forms.rules import OptionList
from civium.foundation.kit.languages import own_languages

from .examples_schema import Examples
from .grammar_words import explain
from .list_files import load_lists
from .marked_yaml import MarkedDocument, Unreadable, read_marked
from .offers import InformationPage, Listing, Offer
from .problems import Problem, did_you_mean
from .schema import Information, InformationTexts, Service, Texts

Grammar = TypeVar("Grammar", bound=BaseModel)

SERVICE_FILE = "service.yaml"
EXAMPLES_FILE = "tests.yaml"


def texts_file(language: str) -> str:
    """The name of the file with the words of a language."""
    return f"texts.{language}.yaml"


@dataclass(eq=False)
class ServiceFolder:
    """What a folder holds, as far as it could be read; ``problems`` says what could not. ``lists``: those that it chooses from.
    Once loaded it stays as it is.

    It is a ``service`` with ``texts``, or an ``information`` page with ``information_texts``. ``documents`` has every
    file that is YAML by its name, also one whose grammar is wrong.
    """

    path: Path
    documents: dict[str, MarkedDocument] = field(default_factory=dict)
    service: Service | None = None
    texts: dict[str, Texts] = field(default_factory=dict)
    information: Information | None = None
    information_texts: dict[str, InformationTexts] = field(default_factory=dict)
    examples: Examples | None = None
    lists: dict[str, OptionList] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.path.resolve().name

    @property
    def listing(self) -> Listing | None:
        """What it would be in the catalogue; None when its document could not be read."""
        if self.information is not None:
            return InformationPage(self.name, 0, self.information, self.information_texts)
        return self.offer

    @property
    def offer(self) -> Offer | None:
        """The service as it would be offered; None when there is none."""
        if self.service is None:
            return None
        return Offer(self.name, 0, self.service, self.texts, lists=self.lists)

    def problem(
        self, file: str, place: tuple[str | int, ...], words: str, *, warning: bool = False
    ) -> Problem:
        """A problem at a place of one of the folder's files."""
        document = self.documents.get(file)
        if document is None:
            return Problem(str(self.path / file), 1, words, warning)
        return document.problem(place, words, warning=warning)

    def written(self) -> Written:
        """The service as it is kept when it is published. Only for a folder that could be read."""
        return Written(
            service=self.documents[SERVICE_FILE].value,
            texts={
                language: self.documents[texts_file(language)].value
                for language in (self.texts or self.information_texts)
            },
            lists={name: options.as_json() for name, options in sorted(self.lists.items())},
        )


@dataclass(frozen=True)
class Written:
    """A service's document and words as plain values, in the order they were written: that order means something.

    ``lists``: the lists that it chooses from, as JSON by name.
    """

    service: Mapping[str, Any]
    texts: Mapping[str, Mapping[str, Any]]
    lists: Mapping[str, str] = field(default_factory=dict)

    @property
    def service_json(self) -> str:
        return _canonical(self.service)

    @property
    def texts_json(self) -> str:
        return _canonical(self.texts)

    @property
    def lists_json(self) -> str:
        """The digests of its lists by name."""
        return _canonical({name: digest_of(text) for name, text in self.lists.items()})

    @property
    def digest(self) -> str:
        """SHA-256 of document, words and lists: the same wording is the same version."""
        parts = [self.service_json, self.texts_json, *([self.lists_json] if self.lists else [])]
        return digest_of("\n".join(parts))


def digest_of(text: str) -> str:
    """SHA-256, in hexadecimal digits."""
    return sha256(text.encode()).hexdigest()


def load_folder(path: Path) -> ServiceFolder:
    """Read a service's folder. Never raises: whatever is wrong is among the problems."""
    folder = ServiceFolder(Path(path))
    if not folder.path.is_dir():
        folder.problems.append(Problem(str(path), 1, "there is no such folder; check its name"))
        return folder
    folder.problems += _stray_files(folder.path)
    written = _read_file(folder, SERVICE_FILE)
    if written is not None and "information" in written.value:
        folder.information = _understood(folder, written, Information)
        folder.information_texts = _load_texts(folder, InformationTexts)
        return folder
    folder.service = _understood(folder, written, Service) if written else None
    folder.texts = _load_texts(folder, Texts)
    _load_lists(folder)
    if (folder.path / EXAMPLES_FILE).is_file():
        folder.examples = _load(folder, EXAMPLES_FILE, Examples)
    return folder


def _load_texts(folder: ServiceFolder, grammar: type[Grammar]) -> dict[str, Grammar]:
    """The words by language, of the languages that the site speaks."""
    files = {code: texts_file(code) for code, _name in settings.LANGUAGES}
    loaded = {
        code: _load(folder, file, grammar) for code, file in files.items() if (folder.path / file).is_file()
    }
    return {code: texts for code, texts in loaded.items() if texts is not None}


def _load_lists(folder: ServiceFolder) -> None:
    """Read the lists that its questions choose from; what keeps one from being read is among the folder's problems."""
    wanted = folder.service.form.list_names if folder.service else {}
    found = load_lists(folder.path, frozenset(wanted.values()), languages=folder.texts)
    folder.lists = found.lists
    folder.problems += found.problems
    for place, name in wanted.items():
        if name in found.missing:
            folder.problems.append(folder.problem(SERVICE_FILE, ("form", *place), found.missing[name]))


def _load(folder: ServiceFolder, file: str, grammar: type[Grammar]) -> Grammar | None:
    document = _read_file(folder, file, is_list=issubclass(grammar, RootModel))
    return _understood(folder, document, grammar) if document else None


def _read_file(folder: ServiceFolder, file: str, *, is_list: bool = False) -> MarkedDocument | None:
    """The file as YAML; whatever keeps it from being read is among the folder's problems."""
    shown = str(folder.path / file)
    if not (folder.path / file).is_file():
        folder.problems.append(Problem(shown, 1, f"there is no {file} in this folder; write it"))
        return None
    try:
        document = read_marked(folder.path / file, shown_as=shown)
    except Unreadable as unreadable:
        folder.problems.append(Problem(shown, unreadable.line, unreadable.words))
        return None
    folder.documents[file] = document
    if not is_list and not isinstance(document.value, dict):
        folder.problems.append(
            Problem(shown, 1, "the file must be names with values, one 'name: value' per line")
        )
        return None
    return document


def _understood(folder: ServiceFolder, document: MarkedDocument, grammar: type[Grammar]) -> Grammar | None:
    """The file as its grammar says; what it does not allow is among the folder's problems."""
    try:
        return grammar.model_validate(document.value)
    except ValidationError as error:
        folder.problems += explain(error, document, grammar)
        return None


def _stray_files(path: Path) -> Iterator[Problem]:
    """Files that nothing reads: mostly a mistyped name, and so a language that silently is not there.

    A language that our own services are written in may stay where the town does not speak it.
    """
    languages = [language for language, _ in settings.LANGUAGES]
    known = {SERVICE_FILE, EXAMPLES_FILE, *map(texts_file, [*languages, *own_languages()])}
    for file in sorted([*path.glob("*.y*ml"), *path.glob("*.y*ml.txt")]):
        if file.name not in known:
            meant = did_you_mean(file.name, known)
            if re.fullmatch(r"texts\.\w[\w-]*\.ya?ml", file.name):
                meant = (
                    f"this site speaks {', '.join(languages)}: write {', '.join(map(texts_file, languages))}"
                )
            yield Problem(str(file), 1, f"nothing reads '{file.name}'; {meant}")


def _canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_as_json)


def _as_json(value: Any) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in a document")
