"""Numbers with check digits: of people, of organisations, of bank accounts. Real rules, real examples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from civium.engines.forms.asking import Wrong
from civium.engines.forms.official_numbers import (
    OF_ORGANISATIONS,
    OF_PERSONS,
    read_number,
    show_number,
)
from civium.engines.forms.rules import find_ibans

from .examples import IN_ARABIC, IN_ENGLISH, IN_SPANISH, TODAY, WORDS, codes, make_form, post, question

DATA = Path(__file__).resolve().parents[5] / "shared/data/identity_i18n"
KINDS = sorted(
    {
        (country, kind)
        for table in (OF_PERSONS, OF_ORGANISATIONS)
        for country in table
        for kind in table[country]
    }
)
# In the data, and no number of a person or an organisation.
OF_OTHER_THINGS = {
    "ar.cbu",
    "ch.esr",
    "cz.bankaccount",
    "de.wkn",
    "do.ncf",
    "es.cae",
    "es.referenciacatastral",
    "gb.sedol",
    "nz.bankaccount",
}


def load(name: str) -> dict[str, Any]:
    if not (DATA / name).is_file():
        pytest.skip(f"{name} is not here")
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def of_country(module: str) -> tuple[str, str] | None:
    """``in_.pan`` as country and kind; None for what no country gives."""
    country, _dot, kind = module.partition(".")
    code = country.rstrip("_").upper()
    return (code, kind.rstrip("_")) if kind and code != "EU" and len(code) == 2 else None


@pytest.mark.parametrize(("country", "kind"), KINDS)
def test_every_kind_has_its_rule(country: str, kind: str) -> None:
    assert isinstance(read_number(country, [kind], "?"), Wrong)


def test_every_valid_number_of_an_organisation_is_taken_and_shown_and_read_again() -> None:
    taken = 0
    for module, found in load("stdnum_org_numbers_valid.json").items():
        if module in OF_OTHER_THINGS or (known := of_country(module)) is None:
            continue
        country, kind = known
        asked = question(
            type="organisation-number" if kind in OF_ORGANISATIONS.get(country, ()) else "national-number",
            country=country,
            kinds=[kind],
        )
        for number in found["valid"]:
            read = post(asked, whole=number)
            assert read.wrong == (), (module, number)
            [shown] = asked.shown(read.value, IN_ARABIC, WORDS)
            assert post(asked, whole=shown) == read == asked.settle(read.value, IN_ENGLISH), (module, number)
            taken += 1
    assert taken > 2000


def test_what_the_examples_refuse_is_refused_and_what_they_format_is_shown_so() -> None:
    compared = 0
    for module, found in load("stdnum_examples_visible.json").items():
        known = of_country(module)
        if known is None or known not in KINDS:
            continue
        country, kind = known
        for example in found["examples"]:
            if example["call"] == "validate" and isinstance(example.get("arg"), str):
                read = read_number(country, [kind], example["arg"])
                # A sign that stands between other groups than usual is forgiven; nothing else is.
                is_grouping = example.get("raises") == "InvalidFormat" and "-" in example["arg"]
                assert isinstance(read, Wrong) == ("raises" in example) or is_grouping, (module, example)
                compared += 1
            if example["call"] == "format" and isinstance(
                read_number(country, [kind], str(example["arg"])), str
            ):
                compact = read_number(country, [kind], str(example["arg"]))
                assert show_number(country, [kind], str(compact)) == example["returns"], (module, example)
                compared += 1
    assert compared > 80


@pytest.mark.parametrize(
    ("typed", "kept", "wrong"),
    [
        ("12345678Z", "12345678Z", None),
        ("12.345.678-z", "12345678Z", None),
        ("x-1234567-l", "X1234567L", None),
        ("١٢٣٤٥٦٧٨Z", "12345678Z", None),
        ("12345678A", None, "not_real"),
        ("1234567Z9", None, "wrong_characters"),
        ("1234", None, "wrong_length"),
        ("!!!!!!!!!", None, "wrong_characters"),
        ("1" * 500, None, "wrong_length"),
    ],
)
def test_a_spanish_identity_number(typed: str, kept: str | None, wrong: str | None) -> None:
    read = post(question(type="national-number", country="ES"), whole=typed)
    assert read.value == kept
    assert codes(read) == ([wrong] if wrong else [])


def test_only_the_kinds_that_are_wanted_are_taken() -> None:
    citizens = question(type="national-number", country="ES", kinds=["dni"])
    assert post(citizens, whole="12345678Z").value == "12345678Z"
    assert codes(post(citizens, whole="X1234567L")) == ["not_real"] or codes(
        post(citizens, whole="X1234567L")
    )


def test_a_number_of_an_organisation_is_shown_in_its_groups() -> None:
    siren = question(type="organisation-number", country="FR")
    kept = post(siren, whole="552 008 443").value
    assert kept == "552008443"
    assert siren.shown(kept, IN_ENGLISH, WORDS) == ["552 008 443"]
    assert siren.inputs(kept, IN_ENGLISH) == {"": "552 008 443"}


def test_an_unknown_country_or_kind_is_told_with_what_there_is() -> None:
    with pytest.raises(ValidationError, match="we know no numbers of 'XX'"):
        question(type="national-number", country="XX")
    with pytest.raises(ValidationError, match="there is dni, nie"):
        question(type="national-number", country="ES", kinds=["cif"])
    with pytest.raises(ValidationError, match="country"):
        question(type="organisation-number")


@given(st.sampled_from(KINDS), st.text(max_size=40))
def test_no_text_breaks_a_rule(known: tuple[str, str], text: str) -> None:
    country, kind = known
    found = read_number(country, [kind], text)
    if isinstance(found, str):
        assert read_number(country, [kind], found) == found


@given(st.sampled_from(KINDS), st.from_regex(r"[A-Z]{0,4}[0-9]{4,18}[A-Z0-9]{0,3}", fullmatch=True))
def test_no_number_breaks_a_rule(known: tuple[str, str], text: str) -> None:
    country, kind = known
    found = read_number(country, [kind], text)
    if isinstance(found, str):
        assert read_number(country, [kind], show_number(country, [kind], found)) == found


# --- bank accounts ---

IBAN = question(type="iban")


@pytest.mark.parametrize(
    ("typed", "kept", "wrong"),
    [
        ("ES91 2100 0418 4502 0005 1332", "ES9121000418450200051332", None),
        ("es91-2100-0418-4502-0005-1332", "ES9121000418450200051332", None),
        ("IBAN: ES9121000418450200051332", "ES9121000418450200051332", None),
        ("GB82 WEST 1234 5698 7654 32", "GB82WEST12345698765432", None),
        ("NO93 8601 1117 947", "NO9386011117947", None),
        ("ES9١ 2100 0418 4502 0005 1332", "ES9121000418450200051332", None),
        ("ES91 2100 0418 4502 0005 1333", None, "not_real"),
        ("ES91 2100 0418 4502 0005 133", None, "wrong_length"),
        ("DE91 2100 0418 4502 0005 1332", None, "wrong_length"),
        ("ZZ91 2100 0418 4502 0005 1332", None, "not_iban"),
        ("2100 0418 4502 0005 1332", None, "not_iban"),
        ("my account", None, "not_iban"),
        ("   ", None, "required"),
    ],
)
def test_an_iban_is_checked_for_real(typed: str, kept: str | None, wrong: str | None) -> None:
    read = post(IBAN, whole=typed)
    assert read.value == kept
    assert codes(read) == ([wrong] if wrong else [])


def test_an_iban_with_two_digits_swapped_is_not_real() -> None:
    good = "ES9121000418450200051332"
    for at in range(2, len(good) - 1):
        swapped = good[:at] + good[at + 1] + good[at] + good[at + 2 :]
        assert (swapped == good) or codes(post(IBAN, whole=swapped)) == ["not_real"]


def test_an_iban_that_is_too_short_says_how_long_it_must_be() -> None:
    [wrong] = post(IBAN, whole="ES91 2100").wrong
    assert IBAN.message(wrong, WORDS, "en") == "This IBAN must have 24 letters and digits. You have entered 8"


def test_an_account_may_have_to_be_in_some_countries() -> None:
    here = question(type="iban", countries=["ES", "PT"])
    assert post(here, whole="ES9121000418450200051332").wrong == ()
    [wrong] = post(here, whole="GB82WEST12345698765432").wrong
    assert here.message(wrong, WORDS, "en") == "The account must be in Spain or Portugal"
    with pytest.raises(ValidationError, match="'US' has no IBANs"):
        question(type="iban", countries=["US"])


def test_an_iban_is_shown_in_groups_of_four() -> None:
    assert IBAN.shown("ES9121000418450200051332", IN_SPANISH, WORDS) == ["ES91 2100 0418 4502 0005 1332"]
    assert IBAN.inputs("NO9386011117947", IN_SPANISH) == {"": "NO93 8601 1117 947"}


def test_every_valid_iban_of_the_data_is_taken() -> None:
    for number in load("stdnum_org_numbers_valid.json")["iban"]["valid"]:
        read = post(IBAN, whole=number)
        assert read.wrong == (), number
        assert post(IBAN, whole=IBAN.inputs(read.value, IN_ENGLISH)[""]) == read


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Pay to DE89 3704 0044 0532 0130 00, please.", ["DE89370400440532013000"]),
        ("iban:es91-2100-0418-4502-0005-1332thanks", ["ES9121000418450200051332"]),
        ("ES 91 2100 0418 4502 0005 1332\nor\nDE89370400440532013000", 2),
        ("٠ ES٩١ ٢١٠٠ ٠٤١٨ ٤٥٠٢ ٠٠٠٥ ١٣٣٢", ["ES9121000418450200051332"]),
        ("ES91 2100 0418 4502 0005 1333", []),
        ("At 12 there were 37 of us, be 16 or 20, in 2026. DE89", []),
        ("", []),
        ("DE89" * 5000, []),
    ],
)
def test_real_ibans_are_found_in_a_text_however_they_are_written(text: str, found: list[str] | int) -> None:
    read = find_ibans(text)
    assert (len(read) if isinstance(found, int) else read) == found


def test_a_journey_knows_every_account_that_its_answers_name_in_lists_and_tables_too() -> None:
    form = make_form(
        """
- page: one
  ask: [{name: mine, type: iban, optional: true}]
- page: rows
  repeat: {name: members}
  ask: [{name: theirs, type: iban}]
- page: cells
  ask:
    - {name: shares, type: table, columns: [{name: part, type: number}, {name: to, type: iban}]}
"""
    )
    spanish, german = "ES9121000418450200051332", "DE89370400440532013000"
    answers = {
        "mine": None,
        "members": [{"_id": "a", "theirs": german}],
        "shares": [{"part": "1", "to": spanish}, {"part": "2", "to": german}],
    }
    assert form.journey(answers, today=TODAY).accounts == [german, spanish, german]
    assert form.journey({**answers, "mine": spanish, "members": []}, today=TODAY).accounts[0] == spanish
    assert form.journey({"mine": None}, today=TODAY).accounts == []
