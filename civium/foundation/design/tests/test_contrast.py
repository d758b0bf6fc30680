"""Every pair of colours that meets on a page, in both schemes, against WCAG 2.2 AA."""

from __future__ import annotations

import re

import pytest
from django.conf import settings

# Text on its ground: 4.5 to 1 (success criterion 1.4.3).
TEXT = [
    *(
        (text, ground)
        for text in ("ink", "ink-soft", "sea", "coral", "leaf")
        for ground in ("paper", "surface")
    ),
    ("ink", "sand"),
    ("ink-soft", "sand"),
    ("ink-soft", "dawn"),
    *(("ink", f"{tone}-tint") for tone in ("sea", "sun", "coral", "leaf")),
    *((f"{tone}-deep", f"{tone}-tint") for tone in ("sea", "sun", "coral", "leaf")),
    ("ink-soft", "sea-tint"),
    ("coral", "coral-tint"),
    ("on-fill", "sea-fill"),
    ("on-fill", "sea-fill-hover"),
    ("on-fill", "coral-fill"),
    ("on-fill", "coral-deep"),
    ("on-halo", "halo"),
    ("on-night", "night"),
    ("night-soft", "night"),
    ("on-night", "night-raised"),
    ("night-soft", "night-raised"),
]
# Edges, marks and focus: 3 to 1 (1.4.11, 2.4.13).
MARKS = [
    ("edge", "surface"),
    ("edge", "paper"),
    ("sea", "surface"),
    ("coral", "surface"),
    ("leaf", "surface"),
    ("halo", "night"),
    ("halo", "focus-line"),
    ("sea", "line"),
    ("leaf", "line"),
]


def colours(scheme: str) -> dict[str, str]:
    """The tokens of a scheme; the dark one keeps what it does not change."""
    sheet = (settings.BASE_DIR / "assets/sass/_tokens.scss").read_text(encoding="utf-8")
    blocks = dict(re.findall(r"@mixin (light|dark) \{(.*?)\n\}", sheet, re.DOTALL))
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", blocks["light"]))
    return found | (
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", blocks["dark"])) if scheme == "dark" else {}
    )


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def too_close(pairs: list[tuple[str, str]], scheme: str, needed: float) -> dict[str, float]:
    of = colours(scheme)
    measured = {f"{a} on {b}": round(contrast(of[a], of[b]), 2) for a, b in pairs}
    return {pair: ratio for pair, ratio in measured.items() if ratio < needed}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_can_be_read_on_their_ground(scheme: str) -> None:
    assert too_close(TEXT, scheme, 4.5) == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_edges_and_marks_can_be_seen(scheme: str) -> None:
    assert too_close(MARKS, scheme, 3.0) == {}


def test_the_measure_is_wcags() -> None:
    assert contrast("#000000", "#ffffff") == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48
