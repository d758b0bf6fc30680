"""What surrounds every page."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.template import engines
from django.test import Client, RequestFactory
from django.utils import translation


def read(client: Client, path: str) -> BeautifulSoup:
    return BeautifulSoup(client.get(path).content, "html.parser")


def test_a_visitor_without_a_session_is_never_looked_up() -> None:
    class Watched:
        def __getattr__(self, name: str) -> Any:
            raise AssertionError(f"the page looked at user.{name}")

    request = RequestFactory().get("/en/public/")
    request.user = Watched()
    assert "Sign in" in engines["jinja2"].get_template("design/not_found.html").render({}, request)


def test_languages_are_named_in_themselves(client: Client) -> None:
    links = read(client, "/en/public/").select(".languages a")
    assert [(link["lang"], link.get_text()) for link in links] == [("es", "Español"), ("ar", "العربية")]


@pytest.mark.django_db
def test_signing_out_is_a_form_that_names_its_token(client: Client, django_user_model) -> None:
    person = django_user_model.objects.create_user("zoe@example.org", "four words that rhyme")
    client.force_login(person)
    page = read(client, "/en/public/")
    button = page.select_one(".menu button")
    assert button is not None
    form = page.select_one(f"form#{button['form']}")
    assert form is not None
    assert form["method"] == "post"
    assert form.select_one("[name=csrfmiddlewaretoken]")


@pytest.mark.django_db
def test_what_was_done_is_said_once(client: Client) -> None:
    client.get("/en/said/")
    assert "Saved" in read(client, "/en/public/").get_text()
    assert "Saved" not in read(client, "/en/public/").get_text()


def test_no_link_leads_to_a_page_that_is_not_there(client: Client) -> None:
    """This site has no portal and no desk: their links are left out, not broken."""
    addresses = {link["href"] for link in read(client, "/en/public/").select("a[href]")}
    assert not {address for address in addresses if address in {"", "#", "None"}}
    assert not {address for address in addresses if "/desk" in address or "/my/" in address}


@pytest.mark.parametrize("part", ["", "?part=desk"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_style_guide_shows_every_component(client: Client, part: str, language: str) -> None:
    response = client.get(f"/{language}/design/{part}")
    assert response.status_code == 200


def test_every_component_is_in_the_style_guide() -> None:
    import re

    environment = engines["jinja2"].env
    source = environment.loader.get_source(environment, "design/components.html")[0]
    guide = "".join(
        environment.loader.get_source(environment, f"design/style_guide_{part}.html")[0]
        for part in ("citizen", "desk")
    )
    used_by_others = {"back_link", "track", "step_list", "icon_badge", "field_error"}
    macros = set(re.findall(r"{% macro (\w+)\(", source)) - used_by_others
    assert {name for name in macros if not re.search(rf"\b{name}\b(?=\()|message_{name}\(", guide)} == set()


def test_the_page_for_a_defect_can_be_made_without_anything() -> None:
    with translation.override("es"):
        page = (
            engines["jinja2"].get_template("design/went_wrong.html").render({"reference": "1", "calm": True})
        )
    assert 'lang="es"' in page
