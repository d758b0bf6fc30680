"""The town's offer in tests: every test begins without one, and ``demo_services`` publishes the three that we ship."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache

from tests.cast import NOW

DEMO_SERVICES = ("building-permit", "dog-licence", "heating-allowance")


@pytest.fixture(autouse=True)
def _fresh_catalogue() -> Iterator[None]:
    """What another test published is gone with its transaction: this process has to look again."""
    from civium.foundation.design.caching import shelf
    from civium.journeys.catalogue.queries import look_again

    look_again()
    shelf.clear()
    cache.clear()  # tries are counted there
    yield
    look_again()


@pytest.fixture
def demo_services(db: None) -> dict[str, int]:
    """The three services of the demo town, published; their versions by name."""
    from civium.journeys.catalogue.actions.publish_service import publish_folder

    folders = [Path(settings.CIVIUM_SERVICES) / name for name in DEMO_SERVICES]
    return {folder.name: publish_folder(folder, by=None, at=NOW).number for folder in folders}
