"""What must not be in the repository."""

from __future__ import annotations

import re

from packaging.markers import Marker

from setup import ROOT
from setup.locks import RUN, TEST, locked_packages
from tests.house.source import our_files, words_of

LARGEST = 500_000
# Spelled in pieces, so that this file does not find itself.
_HOMES = "|".join(("home/", "root/", "work/", "Users/", "mnt/"))
A_MACHINE = re.compile(rf"(?<![\w.:/<>-])/(?:{_HOMES})[a-z]", re.IGNORECASE)
AN_ADDRESS = re.compile(
    r"--(?:extra-)?index-ur[l]|[\"]resolved[\"]: \"http|^registry *=|files\.pythonhosted\.org", re.M
)
TEXTS = {
    ".py",
    ".md",
    ".txt",
    ".toml",
    ".json",
    ".yaml",
    ".yml",
    ".html",
    ".scss",
    ".js",
    ".css",
    ".svg",
    ".po",
    ".cfg",
    "",
}


def lines_with(pattern: re.Pattern[str], files: dict[str, str]) -> list[str]:
    """Where the pattern is said."""
    return [
        f"{name}:{number}"
        for name, text in files.items()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    assert lines_with(A_MACHINE, words_of(TEXTS)) == []


def test_no_file_says_where_a_package_was_downloaded() -> None:
    assert lines_with(AN_ADDRESS, words_of(TEXTS)) == []


def test_both_would_be_noticed() -> None:
    said = {"a.md": "see /" + "home/maria/civium", "b.json": '"resolved"' + ': "http://example.org/a.tgz"'}
    assert lines_with(A_MACHINE, said) == ["a.md:1"]
    assert lines_with(AN_ADDRESS, said) == ["b.json:1"]


def test_every_file_is_small_enough_to_be_source() -> None:
    large = [path for path in our_files() if path.stat().st_size > LARGEST]
    # All words of the product in one language are one file: as translators' tools want it.
    assert [path.relative_to(ROOT).as_posix() for path in large if path.suffix != ".po"] == []


def test_nothing_built_is_committed() -> None:
    built = re.compile(r"\.(?:min\.js|mo|pyc|woff2?|sqlite3|pdf)$|(?:^|/)(?:node_modules|dist|build)/")
    assert [name for name in map(str, our_files()) if built.search(name.removeprefix(f"{ROOT}/"))] == []


def test_what_is_tested_is_what_runs() -> None:
    """The lock for tests only adds to the lock for running."""
    assert locked_packages(RUN).keys() & locked_packages(TEST).keys() == set()


def test_every_python_3_11_gets_the_same_packages() -> None:
    """Debian 12 has 3.11.2: a package that is locked for later ones only would be missing there."""
    markers = {name: re.findall(r"; (.+?) \\\n", entry) for name, entry in locked_packages(RUN, TEST).items()}
    assert [
        name
        for name, [marker] in ((name, found) for name, found in markers.items() if found)
        if len({Marker(marker).evaluate({"python_full_version": each}) for each in ("3.11.0", "3.11.99")}) > 1
    ] == []


def test_every_locked_package_has_hashes() -> None:
    assert [name for name, entry in locked_packages(RUN, TEST).items() if "--hash=sha256:" not in entry] == []
