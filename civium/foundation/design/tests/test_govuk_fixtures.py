"""Every fixture of the npm package, rendered by the macros we use: drift on an upgrade is named here, never found by a citizen."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template import engines
from jinja2 import Template, TemplateNotFound

from civium.foundation.design.tests.markup import said

COMPONENTS = settings.BASE_DIR / "assets/node_modules/govuk-frontend/dist/govuk/components"

# Components whose Python macro differs from npm's, with the fixtures that do and why that is no loss. Ours replace the
# macros that matter (design/govuk): date-input, character-count.
NOT_PORTED = {
    "feedback": "not in the Python port; we have no such component",
    "language-navigation": "not in the Python port; our header has its own switcher",
}
DRIFT = {
    "button": {
        "reason": "a start button given as HTML: ours is start_button in components.html",
        "fixtures": {"start link with html"},
    },
    "panel": {
        "reason": "the interruption panel of 6.5 is not ported; we show interruptions as pages of their own",
        "fixtures": {
            "interruption",
            "interruption with custom classes",
            "interruption, button link",
            "interruption, no actions",
            "interruption, no actions items",
            "interruption, submit action",
            "interruption, with actions classes and attributes",
            "interruption-with-content-with-long-line-length",
            "interruption-with-headings-content-and-lists",
        },
    },
    "service-navigation": {
        "reason": "inline slots of 6.6 are not ported; our header is our own",
        "fixtures": {"with `inline` end slot", "with right-aligned language navigation"},
    },
}


@lru_cache(maxsize=1)
def fixtures() -> list[tuple[str, dict[str, Any]]]:
    files = sorted(COMPONENTS.glob("*/fixtures.json"))
    assert files, "govuk-frontend is not installed: run `python -m assets.build`"
    return [
        (path.parent.name, each) for path in files for each in json.loads(Path(path).read_text())["fixtures"]
    ]


@lru_cache(maxsize=100)
def template_of(component: str) -> Template | None:
    macro = "govuk" + "".join(part.capitalize() for part in component.split("-"))
    place = f"govuk_frontend_jinja/components/{component}/macro.html"
    environment = engines["jinja2"].env
    try:
        environment.get_template(place)
    except TemplateNotFound:
        return None
    return environment.from_string(f'{{% from "{place}" import {macro} %}}{{{{ {macro}(params) }}}}')


def differing() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for component, fixture in fixtures():
        template = template_of(component)
        if template and said(template.render(params=fixture["options"])) != said(fixture["html"]):
            found.setdefault(component, set()).add(fixture["name"])
    return found


def test_every_difference_from_the_npm_package_is_named_with_its_reason() -> None:
    assert differing() == {component: each["fixtures"] for component, each in DRIFT.items()}
    assert all(each["reason"] for each in DRIFT.values())


def test_components_without_a_python_macro_are_named_with_their_reason() -> None:
    assert {component for component, _ in fixtures() if template_of(component) is None} == set(NOT_PORTED)


def test_all_fixtures_are_there_to_be_compared() -> None:
    assert len(fixtures()) > 700


@pytest.mark.parametrize("broken", ['<p class="a b">x</p>', '<p class="a">y</p>', "<div>x</div>"])
def test_a_difference_would_be_noticed(broken: str) -> None:
    assert said(broken) != said('<p class="a">x</p>')
    assert said('<p  class="b a">\n x </p>') == said('<p class="a b">x</p>')
