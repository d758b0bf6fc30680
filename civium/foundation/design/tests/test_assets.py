"""What the build makes: small, ours, and everything that templates ask for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.template import engines
from django.test import Client, RequestFactory

from civium.foundation.design.built import POINTING, asset, icon, read_build

TEMPLATES = [
    path
    for path in (settings.BASE_DIR / "civium").rglob("*.html")
    if "templates" in str(path) and "tests" not in path.parts
]


def built(name: str) -> str:
    return (settings.STATIC_ROOT / read_build()["files"][name]).read_text(encoding="utf-8")


def on_the_wire(text: str) -> int:
    return len(brotli.compress(text.encode(), quality=5))


@pytest.fixture
def form_page() -> str:
    """A page of a form as citizens see it: layout, one question with a hint, the buttons."""
    template = engines["jinja2"].from_string(
        """{% extends "design/layout.html" %}
        {% from "design/components.html" import back_link, button, button_row, progress, radios, text_input %}
        {% block title %}About your dog{% endblock %}
        {% block before_main %}{{ back_link("/") }}{% endblock %}
        {% block main %}{{ progress(1, 4, "About your dog") }}<form method="post" data-once>
        {{ text_input("dog_name", "What is your dog's name?", hint="As you call it.", heading=True) }}
        {{ radios("size", "How big is it?", [("s", "Small"), ("l", "Large")]) }}
        {% call button_row() %}{{ button("Continue") }}{% endcall %}</form>{% endblock %}"""
    )
    return template.render({}, RequestFactory().get("/en/applications/1/dog/"))


def test_a_form_page_is_useful_at_12_kb_before_any_script(form_page: str) -> None:
    sheet = (settings.STATIC_ROOT / (read_build()["files"]["civium.css"] + ".br")).stat().st_size
    assert on_the_wire(form_page) + sheet <= 12_000


def test_a_form_page_with_its_script_is_at_most_30_kb(form_page: str) -> None:
    files = read_build()["files"]
    needed = sum(
        (settings.STATIC_ROOT / f"{files[name]}.br").stat().st_size for name in ("civium.css", "civium.js")
    )
    all_scripts = sum(
        (settings.STATIC_ROOT / f"{name}.gz").stat().st_size
        for key, name in files.items()
        if key in {"civium.js", "govuk.js"} or key.startswith("govuk.")
    )
    assert on_the_wire(form_page) + needed <= 30_000
    assert all_scripts <= 7_500


def test_nothing_of_govuks_brand_is_ours() -> None:
    for sheet in ("civium.css", "civium.rtl.css"):
        assert not re.search(r"GDS Transport|crown|crest", built(sheet), re.IGNORECASE)
        assert "url(@" not in built(sheet)


def test_the_mirrored_sheet_is_mirrored() -> None:
    left, right = built("forms.css"), built("forms.rtl.css")
    assert left.count("padding-left") > left.count("padding-right")
    assert right.count("padding-right") == left.count("padding-left")
    assert built("civium.css") != built("civium.rtl.css")


def named(pattern: str) -> Iterator[tuple[Path, str]]:
    for path in TEMPLATES:
        for name in re.findall(pattern, path.read_text(encoding="utf-8")):
            yield path, name


def test_every_asset_that_a_template_names_is_built() -> None:
    missing = {
        (path.name, name)
        for path, name in named(r"asset\([\"']([\w.-]+)[\"']\)")
        if name not in read_build()["files"]
    }
    assert missing == set()


def test_every_icon_that_a_template_names_is_built() -> None:
    missing = {
        (path.name, name)
        for path, name in named(r"\bicon(?:\(| )[\"']([\w-]+)[\"']")
        if not read_build()["icons"].get(name)
    }
    assert missing == set()
    assert not [name for name in POINTING if name not in read_build()["icons"]]


def test_the_accounts_pages_name_built_scripts(client: Client, db: None) -> None:
    page = client.get("/en/account/login/").content.decode()
    scripts = re.findall(r'<script src="/static/([^"]+)"', page)
    assert len(scripts) == 3
    assert all((settings.STATIC_ROOT / script).is_file() for script in scripts)


def test_an_icon_is_decoration_unless_it_has_words() -> None:
    assert 'aria-hidden="true"' in icon("dog")
    assert 'aria-label="A &lt;dog&gt;"' in icon("dog", "A <dog>")


def test_a_built_name_carries_its_hash() -> None:
    assert re.fullmatch(r"/static/civium\.[0-9a-f]{10}\.css", asset("civium.css"))
