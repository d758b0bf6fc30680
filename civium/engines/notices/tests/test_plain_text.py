"""Markdown as plain text."""

from __future__ import annotations

import re
from html import unescape

import pytest

from civium.engines.notices.rules import plain_text
from civium.foundation.kit.prose import render_prose

BODY = """Dear **Amina**,

Your licence is
ready. See [your page](https://town.example/en/my/) or <https://town.example/>.

## What next

1. Print it
2. Show it:
   - at the park
   - on the ferry

> We wish you
> a good walk.

Call [us](tel:+34900100200)."""


def test_the_text_is_what_a_person_would_type() -> None:
    assert plain_text(BODY) == (
        "Dear Amina,\n\nYour licence is ready. See your page (https://town.example/en/my/) or https://town.example/.\n\n"
        "What next\n\n1. Print it\n2. Show it:\n  - at the park\n  - on the ferry\n\nWe wish you a good walk.\n\n"
        "Call us (+34900100200).\n"
    )


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


OTHERS = [
    "شكرًا. لدينا طلبك **7K4M-92QX**.\n\n- أولًا\n- ثانيًا",
    "Una lista:\n\n3. tres\n4. cuatro\n\n   con más palabras\n\nFin.",
    "> Uno\\\n> dos\n\n`7K4M`\n\n    un bloque\n\n---\n\nadiós",
]


@pytest.mark.parametrize("body", [BODY, *OTHERS])
def test_text_and_html_say_the_same_words(body: str) -> None:
    html = unescape(re.sub(r"<[^>]*>", " ", str(render_prose(body))))
    text = re.sub(r"(?m)^ *[0-9]+\. ", "", plain_text(body))
    without_addresses = re.sub(r" \((https:|\+)[^)]*\)", "", text)
    assert _words(without_addresses) == _words(html)
