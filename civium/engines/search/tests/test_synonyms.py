"""What words are also called."""

from __future__ import annotations

import pytest

from civium.engines.search.rules import Index
from civium.engines.search.schema import Document, How
from civium.engines.search.synonyms import FOLDER, synonyms_in

LANGUAGES = sorted(path.stem for path in FOLDER.glob("*.txt"))


def test_the_languages_of_the_demo_town_and_french_have_synonyms() -> None:
    assert {"ar", "en", "es", "fr"} <= set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_group_has_several_words(language: str) -> None:
    for line in (FOLDER / f"{language}.txt").read_text(encoding="utf-8").splitlines():
        said = line.partition("#")[0].strip()
        left, leads, right = said.partition(">")
        words = [word.strip() for word in (left + "," + right if leads else left).split(",")]
        assert not said or (len(words) > 1 and all(words)), line
        assert len(set(words)) == len(words), line


@pytest.mark.parametrize(
    ("typed", "language", "title"),
    [
        ("my automobile", "en", "Vehicle tax"),
        ("planning permission", "en", "Building permit"),
        ("aparcar", "es", "Estacionamiento para residentes"),
        ("mudanza", "es", "Cambio de domicilio"),
        ("char", "fr", "Immatriculer une voiture"),
        ("زبالة", "ar", "جمع النفايات"),
    ],
)
def test_another_name_for_it_finds_it(typed: str, language: str, title: str) -> None:
    index = Index()
    index.add(Document("this", language, {"title": title}))
    index.add(Document("other", language, {"title": "xylograph"}))
    (hit,) = index.find(typed, language).hits
    assert hit.id == "this"
    assert hit.because[0].how is How.SYNONYM


def test_one_way_synonyms_do_not_lead_back() -> None:
    assert any(each.shown == "road" for each in synonyms_in(["pothole"], "en"))
    assert not any(each.shown == "pothole" for each in synonyms_in(["road"], "en"))


def test_a_word_is_not_a_synonym_of_its_own_plural() -> None:
    assert [each.stems for each in synonyms_in(["cars"], "en") if each.stems == ("car",)] == []
