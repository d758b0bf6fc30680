"""``town.yaml``: what cannot be used is refused where it stands, in words that say what to write instead."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.exceptions import ImproperlyConfigured

from civium.foundation.kit.town import Town, load_town, the_town
from setup import ROOT


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Town]:
    """The demo town with other values, each under the path to it."""

    def load(**others: Any) -> Town:
        described = yaml.safe_load((ROOT / "services" / "town.yaml").read_text(encoding="utf-8"))
        for path, value in others.items():
            *above, last = path.split("__")
            part = described
            for name in above:
                part = part[name]
            part[last] = value
        (tmp_path / "town.yaml").write_text(yaml.safe_dump(described), encoding="utf-8")
        return load_town(tmp_path)

    return load


def test_what_nothing_is_changed_in_is_the_town(load: Callable[..., Town]) -> None:
    assert load() == the_town()


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (
            "zone",
            "Europe/Madird",
            "zone: 'Europe/Madird' is not a time zone; write one such as Europe/Madrid",
        ),
        ("zone", "../etc", "zone: '../etc' is not a time zone"),
        ("currency", "EURO", "currency: 'EURO' is not a currency; write the three letters"),
        ("country", "Spain", "country: 'Spain' is not a country; write the two letters"),
        ("name", {"fr": "Port-Lumière"}, "name: write it in 'en', which everybody falls back to"),
        ("tagline", {"en": ""}, "tagline: write it in 'en'"),
        ("rest_days", list(range(7)), "rest_days: a week needs at least one working day"),
        ("rest_days", [7], "rest_days.0: input should be less than or equal to 6"),
        ("contact__email", "hello", "contact.email: 'hello' is not an e-mail address"),
        (
            "topics__animals__tone",
            "blue",
            "topics.animals.tone: input should be 'sea', 'sun', 'leaf' or 'coral'",
        ),
        ("topics__animals__picture", "dog", "topics.animals.picture: extra inputs are not permitted"),
        (
            "topics__Cats & dogs",
            {"name": {"en": "x"}, "about": {"en": "x"}, "icon": "dog"},
            "topics.Cats & dogs: a name has small letters, digits and hyphens",
        ),
    ],
)
def test_what_cannot_be_used_is_refused(load: Callable[..., Town], path: str, value: Any, said: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        load(**{path: value})
    assert said in str(refused.value)
    assert "describe-your-town.md" in str(refused.value)


@pytest.mark.parametrize(
    ("written", "changed", "said"),
    [
        ("", "", "the file: input should be a valid dictionary"),
        ("2026-01-06:", "2026-02-30:", "cannot be read: day is out of range for month in"),
        ("2026-01-06: {en: Epiphany,", "2026-01-06: {", "holidays.2026-01-06: write it in 'en'"),
        ("{en: Epiphany,", "{en: Epiphany, no: Helligtre,", "put a language such as no in quotes"),
        ("2026-01-06:", "2026-01-01:", "cannot be read: '2026-01-01' is written twice in"),
    ],
)
def test_what_is_written_wrongly_is_said_with_its_place(
    tmp_path: Path, written: str, changed: str, said: str
) -> None:
    town = (ROOT / "services" / "town.yaml").read_text(encoding="utf-8")
    (tmp_path / "town.yaml").write_text(
        town.replace(written, changed, 1) if written else "", encoding="utf-8"
    )
    with pytest.raises(ImproperlyConfigured) as refused:
        load_town(tmp_path)
    assert said in str(refused.value)


def test_everything_it_says_is_found_by_its_place(load: Callable[..., Town]) -> None:
    words = dict(load().words())
    assert words["name"]["es"] == "Puerto Lumen"
    assert words["holidays.2026-12-25"]["en"] == "Christmas Day"
    assert words["agencies.animal-welfare.templates.on-it.title"]["en"] == "We are working on it"
    assert words["area.map.names.0.name"]["en"] == "Beacon Park"
    assert all(set(texts) == {"en", "es", "ar"} for texts in words.values())
