"""Names of people: none that somebody has is refused, and each is written as its readers do."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civium.engines.forms.asking import Asked
from civium.engines.forms.person_names import FAMILY_FIRST, NOTHING_BETWEEN, join_name
from civium.foundation.identity.actions.rename_person import LONGEST_NAME, clean_name

from .examples import IN_ARABIC, IN_ENGLISH, TODAY, WORDS, codes, make_form, post, question

WHOLE = question(type="person-name")
APART = question(type="person-name", parts="given-family")
SAMPLES = Path(__file__).resolve().parents[5] / "shared/data/identity_i18n/cldr-person-names"
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the CLDR's sample names are not here")


@pytest.mark.parametrize(
    "name",
    [
        "O",
        "Ng",
        "X Æ A-12",
        "O'Brien-Smith",
        "D’Arcy",
        "Jr.",
        "María del Carmen Núñez y Díaz de la Vega",
        "Wolfeschlegel" * 14 + "steins",
        "ब" * 200,
        "آمنة حداد",
        "محمد\u200cرضا",
        "慎太郎",
        "박",
        "ซูซาน",
        "Πηνελόπη Δέλτα",
        "ʻEleu",
        "Tāne",
        "ᏣᎳᎩ",
        "Null",
        "Test",
        "',--;DROP",
    ],
)
def test_a_real_name_is_never_refused(name: str) -> None:
    read = post(WHOLE, whole=name)
    assert read.wrong == ()
    assert read.value == {"full": name}
    assert WHOLE.shown(read.value, IN_ARABIC, WORDS) == [name]


@pytest.mark.parametrize("typed", ["-", "123", "…", "😀", "see https://free.example Amina"])
def test_what_is_no_name_is_refused(typed: str) -> None:
    assert codes(post(WHOLE, whole=typed)) == ["not_name"]


def test_a_name_of_more_letters_than_a_case_calls_its_applicant_by_is_too_long() -> None:
    assert post(WHOLE, whole="a" * LONGEST_NAME).wrong == ()
    assert codes(post(WHOLE, whole="a" * (LONGEST_NAME + 1))) == ["too_long"]
    assert codes(post(WHOLE, whole="a" * 5_000)) == ["too_long"]
    assert [one.part for one in post(APART, given="Ana", family="a" * LONGEST_NAME).wrong] == ["family"]
    assert [one.part for one in post(APART, given="a" * 150, family="b" * 60).wrong] == ["given"]


@pytest.mark.parametrize("name", ["e\u0301" * 200, "ஸ்ரீ" * 50])
def test_a_name_that_is_taken_is_not_cut(name: str) -> None:
    kept = post(WHOLE, whole=name).value["full"]
    assert clean_name(kept) == kept == unicodedata.normalize("NFC", name)


def test_whoever_has_one_name_writes_it_in_either_box() -> None:
    assert post(APART, given="Suharto").value == {"full": "Suharto", "given": "Suharto"}
    assert post(APART, family="Suharto").value == {"full": "Suharto", "family": "Suharto"}
    assert codes(post(APART)) == ["required"]


def test_a_name_in_parts_is_put_together_as_its_script_has_it() -> None:
    assert post(APART, given="Amina", family="Haddad").value["full"] == "Amina Haddad"
    assert post(APART, given="太郎", family="山田").value["full"] == "山田太郎"
    assert post(APART, given="さくら", family="佐藤").value["full"] == "佐藤さくら"
    assert (
        post(APART, given="アルベルト", family="アインシュタイン").value["full"]
        == "アルベルト・アインシュタイン"
    )
    assert post(APART, given="민준", family="김").value["full"] == "김민준"


def test_a_reader_sees_a_name_in_the_order_of_their_language() -> None:
    kept = {"full": "Anna Kovács", "given": "Anna", "family": "Kovács"}
    assert APART.shown(kept, IN_ENGLISH, WORDS) == ["Anna Kovács"]
    assert APART.shown(kept, Asked("hu", TODAY, "HU", "HUF"), WORDS) == ["Kovács Anna"]
    assert APART.shown(kept, Asked("zh", TODAY, "CN", "CNY"), WORDS) == ["Anna Kovács"]


def test_a_register_or_a_machine_may_send_a_name_as_text() -> None:
    for asked in (WHOLE, APART):
        assert asked.accept(" Amina   Haddad ", IN_ENGLISH).value == {"full": "Amina Haddad"}
        assert codes(asked.settle({"full": "A", "title": "Dr"}, IN_ENGLISH)) == ["wrong"]
        assert codes(asked.settle({"full": 7}, IN_ENGLISH)) == ["wrong"]
    assert APART.inputs({"full": "Amina Haddad"}, IN_ENGLISH) == {"given": "Amina Haddad", "family": ""}


def test_expressions_reach_the_parts_of_a_name() -> None:
    assert set(WHOLE.kind.fields) == {"full", "given", "family"}


@given(st.text(max_size=400), st.text(max_size=400))
def test_any_two_parts_make_a_name_that_stays_as_it_is(one: str, other: str) -> None:
    read = post(APART, given=one, family=other)
    if read.value is not None:
        assert APART.settle(read.value, IN_ENGLISH) == read
        assert APART.shown(read.value, IN_ENGLISH, WORDS)[0]


def sample(path: Path) -> dict[str, Any]:
    [found] = json.loads(path.read_text(encoding="utf-8"))["main"].values()
    return found["personNames"]


@needs_samples
def test_every_sample_name_of_the_cldr_is_taken_as_it_is() -> None:
    taken = 0
    for path in SAMPLES.glob("*.json"):
        for parts in sample(path).get("sampleName", {}).values():
            for name in parts.values():
                assert post(WHOLE, whole=name).wrong == (), (path.name, name)
                taken += 1
    assert taken > 1000


@needs_samples
def test_the_order_of_names_is_the_cldrs() -> None:
    for path in SAMPLES.glob("*.json"):
        names, language = sample(path), path.stem
        base = language.split("-")[0]
        assert (base in FAMILY_FIRST) == (base in names["surnameFirst"]), language
        assert (base in NOTHING_BETWEEN) == (names["nativeSpaceReplacement"] == ""), language
        native = names.get("sampleName", {}).get("nativeGS", {"given": "A", "surname": "B"})
        first, second = (
            (native["surname"], native["given"])
            if base in FAMILY_FIRST
            else (native["given"], native["surname"])
        )
        joined = first + ("" if base in NOTHING_BETWEEN else " ") + second
        assert join_name(native["given"], native["surname"], language) == joined, language


def test_a_row_of_a_list_is_called_by_the_name_in_it() -> None:
    form = make_form(
        "- page: people\n  repeat: {name: people}\n  ask: [{name: born, type: date}, {name: who, type: person-name}]"
    )
    answers = {"people": [{"_id": "1", "born": "2001-02-03", "who": {"full": "Ng"}}]}
    assert form.shown_answers(answers, language="en", today=TODAY) == {"people": "Ng"}
