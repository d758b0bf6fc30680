"""Filling templates: whatever a value is, it is nothing but words."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civium.engines.notices.rules import (
    Address,
    MailAddress,
    MissingValue,
    fill,
    fill_line,
    placeholders,
    plain_text,
)
from civium.foundation.kit.prose import render_prose

HOSTILE = [
    "[Win money](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "<a href='https://evil.example'>here</a>",
    "<script>alert(1)</script>",
    "<https://evil.example>",
    "https://evil.example",
    "www.evil.example",
    "# Heading",
    "- item",
    "1. item",
    "    code",
    "`code`",
    "```\ncode",
    "**bold** _it_",
    "> quote",
    "Amina\n\n# New heading",
    "Amina\n===",
    "Amina\n---",
    "[x]: https://evil.example",
    "&lt;b&gt; &amp;",
    "a\\",
    "((secret))",
    "| a | b |",
    "\u202eevil",
]


def words_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).replace("\u2060", "").split())


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_cannot_be_markup(name: str) -> None:
    html = str(render_prose(fill("Dear ((name)),\n\nThank you.", {"name": name})))
    assert set(re.findall(r"<(/?\w+)", html)) <= {"p", "/p", "br"}
    assert html.count("<p>") == 2


@pytest.mark.parametrize("name", [name for name in HOSTILE if "\n" not in name and "\u202e" not in name])
def test_a_name_reads_as_it_was_written(name: str) -> None:
    shown = words_of(str(render_prose(fill("((name))", {"name": name}))))
    assert shown == " ".join(name.split())


@given(st.text(max_size=80))
def test_no_text_whatever_becomes_markup(value: str) -> None:
    html = str(render_prose(fill("Dear ((name)), your dog.", {"name": value})))
    assert set(re.findall(r"<(/?\w+)", html)) <= {"p", "/p", "br"}
    assert html.startswith("<p>Dear ")


@given(st.text(max_size=80))
def test_a_subject_is_one_line_whatever_is_in_it(value: str) -> None:
    line = fill_line("About ((name))", {"name": value})
    assert len(line.splitlines()) == 1
    assert line.startswith("About")


def test_a_subject_takes_no_header_from_a_name() -> None:
    assert fill_line("For ((name))", {"name": "Amina\r\nBcc: everyone@evil.example"}).count("\n") == 0


@pytest.mark.parametrize(
    "name", ["https://evil.example", "www.evil.example", "evil.example/x", "a@evil.example"]
)
def test_no_mail_program_finds_a_link_in_a_value(name: str) -> None:
    links = re.compile(r"https?://\w|www\.\w|\w\.(example|com)|\w@\w")
    assert links.search(name)
    assert not links.search(fill_line("((name))", {"name": name}))
    assert not links.search(plain_text(fill("((name))", {"name": name})))


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_towns_own_mail_address_is_copied_as_it_is(language: str) -> None:
    ours = MailAddress("dog-licences@port-lumen.example")
    html = str(render_prose(fill("Write to ((email)).", {"email": ours}, language=language)))
    assert re.sub("<[^>]*>", "", html).strip() == f"Write to {ours}."


def test_amounts_dates_and_references_stay_as_they_are() -> None:
    for value in ("€25.00", "7K4M-92QX", "1.5.2026", "12:30", "J.R. Smith"):
        assert fill_line("((value))", {"value": value}) == value
        assert plain_text(fill("((value))", {"value": value})) == value + "\n"


def test_lines_of_a_reason_stay_lines() -> None:
    html = str(render_prose(fill("Why:\n\n> ((reason))\n\nBye", {"reason": "One.\n\nTwo."})))
    assert re.search(r"<blockquote>\s*<p>One.<br>\s*Two.</p>\s*</blockquote>", html)


def test_our_own_address_becomes_a_link_and_no_other_value_does() -> None:
    ours = Address("https://town.example/en/my/cases/7K4M92QX/")
    html = str(render_prose(fill("See ((link)) or [your case](((link))).", {"link": ours})))
    assert html.count(f'href="{ours}"') == 2
    assert "href" not in str(render_prose(fill("See ((link))", {"link": str(ours)})))


def test_a_value_in_an_address_cannot_leave_it() -> None:
    template = "[Your case](https://town.example/?q=((q))&r=((r)))"
    html = str(render_prose(fill(template, {"q": ") <b> [x](https://evil.example", "r": "é"})))
    assert re.findall(r'href="([^"]*)"', html) == [
        "https://town.example/?q=%29%20%3Cb%3E%20%5Bx%5D%28https%3A%2F%2Fevil.example&amp;r=%C3%A9"
    ]


def test_a_value_that_is_a_whole_address_must_be_ours() -> None:
    html = str(render_prose(fill("[here](((link)))", {"link": "https://evil.example"})))
    assert 'href="https://evil' not in html


def test_right_to_left_text_keeps_a_reference_as_it_is_written() -> None:
    assert (
        fill_line("طلبك ((reference))", {"reference": "7K4M-92QX"}, language="ar")
        == "طلبك \u20687K4M-92QX\u2069"
    )


def test_a_missing_value_is_never_sent() -> None:
    with pytest.raises(MissingValue):
        fill("Dear ((name))", {})


def test_an_empty_value_leaves_nothing() -> None:
    assert fill("((name))", {"name": ""}) == ""


def test_a_template_says_what_it_wants() -> None:
    assert placeholders("((a)) (( b_2 )) ((C)) (d) [x](((link)))") == {"a", "b_2", "link"}
