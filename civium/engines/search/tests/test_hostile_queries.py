"""Queries that nobody means well, or that nobody can mean: calm answers, in no time."""

from __future__ import annotations

import time

import pytest

from civium.engines.search.queries import search, suggest
from civium.engines.search.rules import Index, mark
from civium.engines.search.schema import Document

pytestmark = pytest.mark.django_db

HOSTILE = {
    "10 kB of one letter": "x" * 10_000,
    "10 kB of words": "licence " * 1250,
    "10 kB of different words": " ".join(f"w{number}ord" for number in range(1500)),
    "emoji": "🐕🐶👨‍👩‍👧",
    "sql": "'; DROP TABLE search_storedterm; --",
    "like": "%_%' OR 1=1",
    "nul": "dog\x00licence",
    "right to left override": "dog\u202elicence",
    "combining marks": "d" + "\u0301" * 5000,
    "brackets": "((((((((((dog))))))))))",
    "spaces": " " * 10_000,
    "regex": "(a+)+$" * 500,
    "four scripts": "dog perro كلب 犬",
    "percent": "%s %(x)s {}",
    "surrogate": "dog \udc80",
}


@pytest.fixture(scope="module")
def index() -> Index:
    index = Index()
    for number in range(300):
        index.add(
            Document(str(number), "en", {"title": f"Dog licence {number}", "summary": "For every dog " * 5})
        )
    return index


@pytest.mark.parametrize("query", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_query_is_answered_calmly(index: Index, query: str) -> None:
    index.find("dog", "en")
    begun = time.process_time()
    found = index.find(query, "en")
    index.suggest(query, "en")
    assert time.process_time() - begun < 2  # a matter of a hundredth; what grows by the square takes minutes
    assert len(found.hits) <= 20
    assert len(found.did_you_mean) <= 10_100
    search(query, language="en")
    suggest(query, language="ar")


def test_a_query_in_four_scripts_finds_what_one_of_them_says(index: Index) -> None:
    assert index.find(HOSTILE["four scripts"], "en").hits


def test_words_are_marked_without_losing_a_letter() -> None:
    for text in ("Dog licence for dogs", "رخصة كلب", "犬の登録", "<b>dog</b>", "", "DOG's"):
        assert "".join(piece.text for piece in mark(text, ["dog", "كلب", "犬の"], "en")) == text
    assert [piece.text for piece in mark("Dog licence for dogs", ["dog"], "en") if piece.is_match] == [
        "Dog",
        "dogs",
    ]
