"""Sentences that are too long, found in any language; and how old a reader must be for the services that we ship."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

from civium.journeys.catalogue.loading import load_folder
from civium.journeys.catalogue.plain_words import LONGEST_SENTENCE, find_long_sentences, sentences

from .folders import problems_after

READING_AGE = 12


def lengths(text: str) -> list[int]:
    return [len(words) for words in sentences(text)]


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("", []),
        ("...", []),
        ("Dog's name", [2]),
        ("You pay 25.50 euros. We write at 8:30 sharp!", [4, 5]),
        ("Who asks? You do: one of you.", [2, 2, 3]),
        ("- one two\n- three four\n1. five", [2, 2, 1]),
        ("A paragraph\n\nand another", [2, 2]),
        ("A line\nthat goes on", [5]),
        ("Hello ((name)), your case ((reference)) is open.", [7]),
        ("“It is free.” So it stays", [3, 3]),
        ("من يدفع؟ أنت تدفع؛ ثم نكتب إليك.", [2, 2, 3]),
        ("¿Quién paga? Tú.", [2, 1]),
    ],
)
def test_words_are_counted_by_the_sentence(text: str, counted: list[int]) -> None:
    assert lengths(text) == counted


def test_words_for_the_search_are_no_sentences() -> None:
    many = " ".join(["word"] * (LONGEST_SENTENCE + 1))
    assert not list(find_long_sentences({"keywords": [many]}))
    (found,) = find_long_sentences({"need": ["A card.", f"{many}. Short."]})
    assert (found.place, found.words) == (("need", 1), LONGEST_SENTENCE + 1)


def test_it_is_a_warning_with_its_line_and_its_beginning(tmp_path: Path) -> None:
    ending = ", and then" + " again" * 30
    line, problems = problems_after(
        tmp_path, "texts.en.yaml", "Assistance dogs are free.", f"Assistance dogs are free{ending}."
    )
    (found,) = (problem for problem in problems if "hardly anybody keeps hold" in problem.words)
    assert found.is_warning
    assert "'Assistance dogs are free, and then' has 36 words" in found.words
    assert line - 3 <= found.line <= line  # the text begins there


@pytest.mark.parametrize(
    "folder", sorted(Path(settings.CIVIUM_SERVICES).glob("*/")), ids=lambda path: path.name
)
def test_what_we_ship_is_read_at_twelve(folder: Path) -> None:
    """By the formula of Flesch and Kincaid (1975): its grade is a school year of the United States, which begins at five."""
    english = load_folder(folder).documents["texts.en.yaml"].value
    whole = [words for text in _texts(english) for words in sentences(text) if len(words) > 3]
    words = [word for sentence in whole for word in sentence]
    assert len(words) > 200
    grade = 0.39 * len(words) / len(whole) + 11.8 * sum(map(_syllables, words)) / len(words) - 15.59
    assert grade + 5 <= READING_AGE


def test_a_hard_text_would_not_pass() -> None:
    assert sum(map(_syllables, ["notwithstanding", "any", "administrative", "determination"])) == 16
    assert [_syllables(word) for word in ("dog", "paid", "make", "little", "rabies", "25")] == [
        1,
        1,
        1,
        2,
        2,
        1,
    ]


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for name, inner in value.items() if name != "keywords" for text in _texts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner)]
    return [value] if isinstance(value, str) else []


def _syllables(word: str) -> int:
    """About how many: groups of vowels, without an e that is not spoken."""
    spoken = re.sub(r"(?<=[^aeiouyl])e[ds]?$", "", word.lower())
    return max(1, len(re.findall(r"[aeiouy]+", spoken)))
