"""Words for a reader: their own language, else the first, and always known which."""

from __future__ import annotations

from civium.journeys.catalogue.schema import Texts
from civium.journeys.catalogue.wording import words_for

TEXTS = {
    "en": Texts.model_validate(
        {
            "title": "Dog licence",
            "need": ["A dog"],
            "steps": {"received": "Received"},
            "outputs": {"paper": {"title": "Paper", "body": "This"}},
        }
    ),
    "ar": Texts.model_validate({"title": "رخصة", "steps": {}, "need": []}),
}


def test_a_text_in_the_readers_language_is_taken() -> None:
    title = words_for(TEXTS, "ar").title
    assert (title, title.language, title.direction) == ("رخصة", "ar", "rtl")


def test_a_missing_text_falls_back_and_knows_its_language() -> None:
    words = words_for(TEXTS, "ar")
    assert [(text, text.language, text.direction) for text in words.need] == [("A dog", "en", "ltr")]
    assert (words.steps["received"], words.steps["received"].language) == ("Received", "en")
    assert words.outputs["paper"].language == "en"


def test_a_language_without_any_words_gets_the_first() -> None:
    assert words_for(TEXTS, "es").title == "Dog licence"


def test_a_text_that_no_language_has_is_empty() -> None:
    assert words_for(TEXTS, "en").cost == ""
