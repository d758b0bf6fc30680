"""What people type, and what they must get."""

from __future__ import annotations

import pytest

from civium.engines.search.rules import Index
from civium.engines.search.schema import Document, How, Reason


@pytest.fixture(scope="module")
def index() -> Index:
    index = Index()
    offers = {
        "en": [
            (
                "dog",
                "Dog licence",
                "puppy pet",
                "Register your dog every year",
                "You may need heating for a kennel",
            ),
            (
                "heat",
                "Heating allowance",
                "gas bill cold",
                "Money to keep your home warm",
                "For every household",
            ),
            ("build", "Building permit", "extension loft", "Build or change a house", "Drawings, neighbours"),
        ],
        "es": [
            ("dog", "Licencia de perro", "mascota cachorro", "Registra tu perro cada año", ""),
            ("heat", "Ayuda para la calefacción", "frío gas", "Dinero para calentar tu casa", ""),
        ],
        "ar": [
            ("dog", "رخصة كلب", "جرو حيوان أليف", "سجّل كلبك كل سنة", ""),
            ("heat", "إعانة التدفئة", "غاز برد", "مساعدة لتدفئة منزلك", ""),
        ],
        "ja": [("dog", "犬の登録", "ペット", "毎年登録してください", "")],
        "hi": [("dog", "कुत्ते का लाइसेंस", "पालतू", "हर साल पंजीकरण", "")],
    }
    for language, documents in offers.items():
        for id_, title, keywords, summary, body in documents:
            fields = {"title": title, "keywords": keywords, "summary": summary, "body": body}
            index.add(Document(id_, language, fields))
    return index


@pytest.mark.parametrize(
    ("typed", "language", "first"),
    [
        ("dog licence", "en", "dog"),
        ("DOGS", "en", "dog"),
        ("I want to build an extension", "en", "build"),
        ("hea", "en", "heat"),
        ("heatng", "en", "heat"),
        ("licens", "en", "dog"),
        ("calefaccion", "es", "heat"),
        ("CALEFACCIÓN", "es", "heat"),
        ("perros", "es", "dog"),
        ("frio", "es", "heat"),
        ("رخصه", "ar", "dog"),
        ("رُخْصَة", "ar", "dog"),
        ("الكلب", "ar", "dog"),
        ("اعانه", "ar", "heat"),
        ("登録", "ja", "dog"),
        ("लाइसेंस", "hi", "dog"),
        ("<script>dog</script>", "en", "dog"),
        ("dog's", "en", "dog"),
    ],
)
def test_what_people_type_finds_what_they_mean(index: Index, typed: str, language: str, first: str) -> None:
    assert index.find(typed, language).hits[0].id == first


def test_a_word_in_the_title_beats_the_same_word_in_a_body(index: Index) -> None:
    assert [hit.id for hit in index.find("heating", "en").hits] == ["heat", "dog"]


def test_a_typing_error_is_answered_and_a_spelling_offered(index: Index) -> None:
    found = index.find("cheap heatng", "en")
    assert found.hits[0].id == "heat"
    assert found.did_you_mean == "cheap heating"


def test_a_known_word_is_never_respelled(index: Index) -> None:
    assert index.find("dog", "en").did_you_mean == ""


def test_a_result_says_why_it_is_there(index: Index) -> None:
    assert index.find("puppies", "en").hits[0].because == (Reason("keywords", "puppy", "puppies", How.SAME),)
    (reason,) = index.find("heatng", "en").hits[0].because
    assert reason == Reason("title", "heating", "heatng", How.SPELLING)


def test_another_language_answers_when_the_readers_own_does_not(index: Index) -> None:
    hit = index.find("puppy", "ar").hits[0]
    assert (hit.id, hit.language) == ("dog", "en")


def test_each_thing_is_found_once_in_the_readers_language(index: Index) -> None:
    hits = index.find("gas", "es").hits
    assert [(hit.id, hit.language) for hit in hits] == [("heat", "es")]


def test_what_is_found_in_two_languages_is_shown_in_the_readers() -> None:
    index = Index()
    index.add(Document("waste", "es", {"title": "Recogida de muebles", "keywords": "sofá, colchón, nevera"}))
    index.add(Document("waste", "en", {"title": "Sofa", "keywords": "sofa"}))
    (hit,) = index.find("sofá", "es").hits
    assert (hit.language, hit.title) == ("es", "Recogida de muebles")
    assert hit.because == (Reason("keywords", "sofá", "sofá", How.SAME),)


def test_what_means_the_same_in_another_language_does_not_count_when_the_readers_own_answers() -> None:
    index = Index()
    index.add(Document("waste", "es", {"title": "Recogida de muebles", "keywords": "sofá, colchón, nevera"}))
    index.add(
        Document("waste", "en", {"title": "Collection of bulky waste", "keywords": "old furniture, sofa"})
    )
    index.add(Document("dog", "en", {"title": "Dog licence", "body": "For dogs that are three months old."}))
    assert [hit.id for hit in index.find("sofá", "es").hits] == ["waste"]


def test_only_words_that_may_be_meant_are_offered_and_in_the_readers_language() -> None:
    index = Index()
    index.add(Document("fair", "en", {"title": "Celebration with extra hydrotherapeutically warm water"}))
    index.add(Document("fair", "es", {"title": "Celebración de una obra para la cebra"}))
    assert index.find("zebra", "en").near_words == ()
    assert index.find("hidroterapeuticaly", "en").near_words == ("hydrotherapeutically",)


@pytest.mark.parametrize("nothing", ["", "   ", "?!", "xqzvw", "\x00", "the"])
def test_nothing_to_look_for_finds_nothing(index: Index, nothing: str) -> None:
    assert index.find(nothing, "en").hits == ()


def test_more_of_the_query_found_ranks_higher(index: Index) -> None:
    assert index.find("house permit dog", "en").hits[0].id == "build"


def test_the_limit_holds(index: Index) -> None:
    assert len(index.find("heating dog building", "en", limit=1).hits) == 1


def test_a_field_nobody_ranks_is_refused() -> None:
    with pytest.raises(ValueError, match="no field"):
        Document("x", "en", {"heading": "Dog"})
