"""Checking the words of notices before a citizen sees them."""

from __future__ import annotations

import pytest

from civium.engines.notices.rules import check_notice_texts
from civium.engines.notices.schema import NoticeText

KNOWN = ("name", "reference", "link")


def problems(body: str, subject: str = "About ((reference))") -> list[str]:
    texts = {"receipt": NoticeText(subject=subject, body=body)}
    return [f"{problem.path}: {problem.message}" for problem in check_notice_texts(texts, ["receipt"], KNOWN)]


@pytest.mark.parametrize(
    "body",
    [
        "Dear ((name)), thank you.",
        "- one ((name))\n- two",
        "> ((name))",
        "**((reference))**",
        "[Your case](((link)))",
        "[Your case ((reference))](https://town.example/((reference))/?x=((name)))",
        "A smile :(( and words)",
    ][:6],
)
def test_good_words_have_no_problem(body: str) -> None:
    assert problems(body) == []


def test_an_unknown_value_is_named_with_the_nearest_known_one() -> None:
    assert problems("Dear ((nmae))") == [
        "notices.receipt.body: there is no value “((nmae))” here: did you mean “((name))”?"
    ]


def test_a_placeholder_that_is_not_one_is_found() -> None:
    assert "“((” begins a placeholder" in problems("Dear ((Your Name))")[0]


@pytest.mark.parametrize(
    "body",
    [
        "`((name))`",
        "    ((name))",
        "![((name))](https://x.example)",
        "<https://x.example/((name))>",
        '[a](https://x.example "((name))")',
    ],
)
def test_a_placeholder_where_it_cannot_be_made_harmless_is_found(body: str) -> None:
    assert any("a placeholder stands in text" in problem for problem in problems(body))


def test_a_link_that_is_not_complete_is_found() -> None:
    assert "a link in a notice is complete" in problems("[Your page](/en/my/)")[0]


def test_a_subject_of_two_lines_is_found() -> None:
    assert problems("Hello", subject="One\ntwo") == [
        "notices.receipt.subject: a subject is one line: write it in one"
    ]


def test_a_notice_without_words_and_words_without_a_notice_are_found() -> None:
    text = NoticeText(subject="A", body="B")
    found = check_notice_texts({"old": text}, ["receipt"], KNOWN)
    assert [problem.path for problem in found] == ["notices.receipt", "notices.old"]


def test_each_notice_can_have_values_of_its_own() -> None:
    texts = {"refused": NoticeText(subject="A", body="((reason))")}
    assert check_notice_texts(texts, ["refused"], {"refused": ["reason"]}) == []
    assert check_notice_texts(texts, ["refused"], {"refused": ["name"]})
