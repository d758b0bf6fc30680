"""The order of titles and the letters they stand under, as readers of each language expect."""

from __future__ import annotations

import pytest

from civium.journeys.catalogue.alphabet import DIGITS, OTHER, first_letter, letter_key, sort_key


def in_order(language: str, *titles: str) -> list[str]:
    return sorted(titles, key=lambda title: sort_key(title, language))


@pytest.mark.parametrize(
    ("language", "titles"),
    [
        ("en", ["Élan", "elf", "Elm tree", "Éloge", "Zoo"]),
        ("es", ["nube", "nuez", "ñandú", "oso"]),
        (
            "es",
            ["Ayuda", "Calefacción", "Licencia de obras", "Licencia para perros", "Ñu", "Óptica", "Zanja"],
        ),
        ("fr", ["cote", "coté", "côte", "côté", "œuf", "zèbre"]),
        ("ar", ["إثبات السكن", "أرض", "بدل التدفئة", "تصريح بناء", "رخصة", "يوم"]),
        ("ar", ["كلب", "Dog licence"]),
        ("en", ["Dog licence", "كلب"]),
        ("en", ["“Quoted”", "10 things", "A thing"]),
        ("sv", ["zon", "åker", "äpple", "öga"]),
    ],
)
def test_titles_stand_in_the_order_of_their_language(language: str, titles: list[str]) -> None:
    assert in_order(language, *reversed(titles)) == titles


def test_words_stand_before_longer_words_that_begin_with_them() -> None:
    assert in_order("en", "Car park", "Carpark", "Car", "Care") == ["Car", "Car park", "Care", "Carpark"]


@pytest.mark.parametrize(
    ("language", "title", "letter"),
    [
        ("en", "élan", "E"),
        ("es", "Ñandú", "Ñ"),
        ("en", "Ñandú", "N"),
        ("es", "Óptica", "O"),
        ("ar", "إثبات السكن", "ا"),
        ("ar", "آلة", "ا"),
        ("ar", "Dog", "D"),
        ("fr", "Œuvre", "O"),
        ("en", "“Quoted”", "Q"),
        ("en", "(Re)issue", "R"),
        ("en", "10 things", DIGITS),
        ("ar", "١٠ أشياء", DIGITS),
        ("en", "🐕", OTHER),
        ("en", "", OTHER),
    ],
)
def test_a_title_stands_under_the_letter_of_its_language(language: str, title: str, letter: str) -> None:
    assert first_letter(title, language) == letter


def test_letters_stand_in_the_order_of_the_alphabet() -> None:
    shuffled = ["Z", "ا", OTHER, "Ñ", "N", DIGITS, "O", "A"]
    assert sorted(shuffled, key=lambda one: letter_key(one, "es")) == [
        OTHER, DIGITS, "A", "N", "Ñ", "O", "Z", "ا",
    ]  # fmt: skip
    assert sorted(shuffled, key=lambda one: letter_key(one, "ar"))[:3] == [OTHER, DIGITS, "ا"]


def test_every_character_can_be_sorted() -> None:
    odd = ["\x00", "\u202e", "ﷺ", "𐍈", "ẞ", "ǆ", "Ⅷ", "½", "\ud7ff", "한글", "日本"]
    assert sorted(in_order("en", *odd)) == sorted(odd)
