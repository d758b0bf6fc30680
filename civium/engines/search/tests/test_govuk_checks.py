"""How often what people typed on GOV.UK finds the page they wanted among the first three, when only its address is known.

661 pages are known by the words of their address alone; 2,923 searches as people typed them. Nothing in this room was chosen
by looking at them: general means only.
"""

from __future__ import annotations

import csv
import hashlib
from functools import lru_cache

import pytest

from civium.engines.search.rules import Index
from civium.engines.search.schema import Document
from setup import ROOT

CHECKS = ROOT.parent / "shared/data/catalogue_search/govuk_search_checks_visible.csv"
pytestmark = pytest.mark.skipif(
    not CHECKS.is_file(), reason="the GOV.UK search checks are not on this machine"
)


@lru_cache(maxsize=1)
def outcomes() -> dict[tuple[str, str], bool]:
    """Each search and the page wanted, and whether it was among the first three."""
    with CHECKS.open(encoding="utf-8", newline="") as file:
        checks = [row for row in csv.DictReader(file) if not row["Position wanted"].startswith(">")]
        file.seek(0)
        pages = sorted({row["Page"] for row in csv.DictReader(file)})
    index = Index()
    for page in pages:
        words = page.strip("/").replace("/", " ").replace("-", " ")
        index.add(Document(page, "en", {"title": words}))
    return {
        (row["Search Term"], row["Page"]): row["Page"]
        in [hit.id for hit in index.find(row["Search Term"], "en", 3).hits]
        for row in checks
    }


def share(found: list[bool]) -> float:
    return sum(found) / len(found)


def test_the_wanted_page_is_among_the_first_three_often_enough() -> None:
    assert share(list(outcomes().values())) >= 0.62


def test_what_is_gained_is_not_owed_to_a_few_pages() -> None:
    """Halves by page: BM25 with stemming reaches 0.52 and 0.61 of them."""
    halves: dict[int, list[bool]] = {0: [], 1: []}
    for (_query, page), found in outcomes().items():
        halves[hashlib.sha256(b"x" + page.encode()).digest()[-1] % 2].append(found)
    assert share(halves[0]) >= 0.58
    assert share(halves[1]) >= 0.65
