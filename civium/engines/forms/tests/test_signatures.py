"""Signatures by declaration: the statement, one's own name, a tick, and the day on which it was signed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from civium.engines.forms.asking import Asked

from .examples import IN_ARABIC, IN_ENGLISH, TODAY, WORDS, codes, make_form, post, question
from .test_pages import show

SIGN = question(type="signature")
FORM = make_form(
    "[{page: sign, ask: [{name: signed, type: signature}]}]",
    {
        "en": {
            "pages": {"sign": {"title": "Sign"}},
            "questions": {"signed": {"label": "Sign here", "statement": "All of this is <true>."}},
        }
    },
)


def test_a_name_and_a_tick_sign_on_this_day() -> None:
    read = post(SIGN, name="  Amina   Haddad ", agreed="yes")
    assert read.value == {"name": "Amina Haddad", "signed_on": TODAY.isoformat()}


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({}, "required"),
        ({"agreed": "yes"}, "no_name"),
        ({"name": "Amina"}, "not_ticked"),
        ({"name": "Amina", "agreed": "no"}, "not_ticked"),
        ({"name": "12345", "agreed": "yes"}, "not_name"),
        ({"name": "a" * 201, "agreed": "yes"}, "too_long"),
    ],
)
def test_half_a_signature_is_none(typed: dict[str, str], code: str) -> None:
    assert codes(post(SIGN, **typed)) == [code]


@pytest.mark.parametrize("name", ["Ø", "李", "محمد بن سلمان", "Łukasz O’Neill-Ñíguez", "ნინო", "a" * 200])
def test_names_of_every_script_and_length_sign(name: str) -> None:
    assert post(SIGN, name=name, agreed="yes").value["name"] == name


def test_the_day_is_kept_while_the_name_is() -> None:
    later = Asked("en", TODAY + dt.timedelta(days=3), "ES", "EUR")
    first = post(SIGN, name="Amina", agreed="yes").value
    from civium.engines.forms.asking import Posted

    again = SIGN.settle_posted(Posted("q", {"q-name": "Amina", "q-agreed": "yes"}), later, first)
    assert again.value == first
    other = SIGN.settle_posted(Posted("q", {"q-name": "Boris", "q-agreed": "yes"}), later, first)
    assert other.value == {"name": "Boris", "signed_on": later.today.isoformat()}


@pytest.mark.parametrize(
    ("machine", "code"),
    [
        ("Amina", "wrong"),
        ({"name": "Amina", "signed_on": "2999-01-01"}, "not_yet"),
        ({"name": "Amina", "signed_on": "soon"}, "wrong"),
        ({"signed_on": "2020-01-01"}, "no_name"),
        ({"name": 5}, "no_name"),
        ({"name": "Amina", "tick": True}, "wrong"),
    ],
)
def test_machines_sign_with_a_name_and_never_in_the_future(machine: Any, code: str) -> None:
    assert codes(SIGN.settle(machine, IN_ENGLISH)) == [code]
    assert SIGN.settle({"name": "Amina"}, IN_ENGLISH).value == {
        "name": "Amina",
        "signed_on": TODAY.isoformat(),
    }


def test_it_is_printed_with_the_day_and_what_was_signed() -> None:
    kept = {"signed": {"name": "Amina Haddad", "signed_on": "2026-03-02"}}
    [section] = FORM.summary(kept, language="en", today=TODAY)
    assert section.rows[0].lines == ("Amina Haddad", "Signed on 2 March 2026", "All of this is <true>.")
    assert "&lt;true&gt;" in section.rows[0].value
    assert "Amina Haddad" in FORM.shown_answers(kept, language="ar", today=TODAY)["signed"]
    assert len(SIGN.shown(kept["signed"], IN_ARABIC, WORDS)) == 2


def test_the_statement_stands_above_the_name_and_is_read_with_it() -> None:
    page = show(FORM, "sign", {})
    fieldset = page.select_one("fieldset")
    assert "signed-statement" in fieldset["aria-describedby"].split()
    assert page.select_one("#signed-statement").text.strip() == "All of this is <true>."
    assert page.select_one("[name=signed-name]")["autocomplete"] == "name"
    assert page.select_one("label[for=signed-agreed]")
    kept = show(FORM, "sign", {"signed": {"name": "Amina", "signed_on": "2026-03-02"}})
    assert kept.select_one("[name=signed-name]")["value"] == "Amina"
    assert kept.select_one("[name=signed-agreed]").has_attr("checked")


def test_conditions_see_name_and_day() -> None:
    form = make_form(
        "[{page: p, ask: [{name: s, type: signature}]}, "
        "{page: q, when: \"s.name == 'Amina' && s.signed_on <= today\", ask: [{name: a, type: text}]}]"
    )
    journey = form.journey({"s": {"name": "Amina", "signed_on": "2026-03-02"}}, today=TODAY)
    assert journey.page_names == ["p", "q"]
