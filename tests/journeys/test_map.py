"""Choosing a place on the map of the town: by a press and with the arrow keys, on a phone, from right to left, and not at all without scripts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from civium.engines.forms.questions.place import read_point
from civium.foundation.kit.town import the_town
from civium.journeys.applications.models import Application
from civium.journeys.catalogue.actions.publish_service import publish_folder
from tests.applying import fill_in
from tests.browser import PHONE
from tests.journeys.conftest import Looks
from tests.journeys.walking import go_on, main

if TYPE_CHECKING:
    from playwright.sync_api import Page

OpenPage = Callable[..., "Page"]


def at_the_place(page: Page, language: str) -> None:
    """Go to the page that asks where the things will stand."""
    publish_folder(Path(settings.CIVIUM_SERVICES) / "bulky-waste", by=None, at=timezone.now())
    page.goto(f"/{language}/apply/bulky-waste/")
    go_on(page)
    draft = fill_in(Application.objects.get(), collect_place={}, at=timezone.now())
    page.goto(f"/{language}/applications/{draft.pk}/pages/place/")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_press_and_the_arrow_keys_put_a_pin_in_the_town(
    town: object, open_as: OpenPage, look: Looks, language: str
) -> None:
    page = open_as(width=PHONE, language=language)
    at_the_place(page, language)
    drawing, point = page.locator("[data-map]"), page.locator("[name=collect_place-point]")
    expect(drawing).to_be_visible()
    look(page)
    box = drawing.bounding_box()
    assert box is not None
    drawing.click(position={"x": box["width"] * 0.55, "y": box["height"] * 0.5})
    pressed = read_point(point.input_value())
    assert pressed is not None
    assert pressed == pytest.approx((41.33, 2.27), abs=0.001)
    area = the_town().area
    assert area is not None
    assert area.has_point(*pressed)
    street = {"en": "Lantern Street", "ar": "شارع الفانوس"}[language]
    expect(page.locator(".map-part [role=status]")).to_contain_text(street)

    drawing.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    moved = read_point(point.input_value())
    assert moved is not None
    assert moved[0] > pressed[0]
    assert moved[1] > pressed[1]
    page.keyboard.press("+")  # larger: a step is a smaller one
    page.keyboard.press("ArrowRight")
    closer = read_point(point.input_value())
    assert closer is not None
    assert 0 < closer[1] - moved[1] < moved[1] - pressed[1]
    point.fill("41.32, 2.25")
    point.blur()
    drawing.focus()
    page.keyboard.press("ArrowUp")  # on from what was typed
    typed = read_point(point.input_value())
    assert typed is not None
    assert typed == pytest.approx((41.32, 2.25), abs=0.002)
    go_on(page)
    kept = page.url
    assert "/pages/place/" not in kept


def test_without_scripts_there_is_no_map_and_nothing_is_missing(
    town: object, open_as: OpenPage, look: Looks
) -> None:
    page = open_as(width=PHONE, javascript=False)
    at_the_place(page, "en")
    expect(page.locator("[data-map]")).to_be_hidden()
    look(page)
    page.fill("[name=collect_place-line_1]", "Quay Street 12")
    page.fill("[name=collect_place-postcode]", "PL1 4AH")
    go_on(page)
    expect(main(page)).not_to_contain_text("Quay Street 12")
