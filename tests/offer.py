"""The town's offer in tests: every test begins without one, and ``demo_services`` publishes the three that we ship."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.core.cache import cache

from tests.cast import NOW

if TYPE_CHECKING:
    from civium.journeys.catalogue.loading import ServiceFolder

DEMO_SERVICES = ("building-permit", "dog-licence", "heating-allowance")


@pytest.fixture(autouse=True)
def _fresh_catalogue(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What another test published is gone with its transaction: this process has to look again.

    Then it looks only when a test publishes: a look in the middle would be one statement more where they are counted.
    """
    from civium.foundation.design.caching import shelf
    from civium.journeys.catalogue import queries
    from civium.journeys.catalogue.queries import look_again

    monkeypatch.setattr(queries, "LOOK_AGAIN_AFTER", 24 * 3600.0)
    look_again()
    shelf.clear()
    cache.clear()  # tries are counted there
    yield
    look_again()


@pytest.fixture
def demo_services(db: None) -> dict[str, int]:
    """The three services of the demo town, published; their versions by name."""
    return publish_ours(*DEMO_SERVICES)


def publish_ours(*names: str, **changes: object) -> dict[str, int]:
    """Publish services that we ship; their versions by name. Their files are read and checked once in a run of the tests.

    ``changes``: keys of their documents that say something else in this test.
    """
    from civium.journeys.catalogue.actions.publish_service import publish_service

    folders = [_changed(_loaded(name), changes) for name in names]
    return {folder.name: publish_service(folder, by=None, at=NOW).number for folder in folders}


def _changed(folder: ServiceFolder, changes: dict[str, object]) -> ServiceFolder:
    if not changes or folder.service is None:
        return folder
    written = folder.documents["service.yaml"]
    changed = replace(written, value={**written.value, **changes})
    service = folder.service.model_copy(update=changes)
    return replace(folder, documents={**folder.documents, "service.yaml": changed}, service=service)


@functools.cache
def _loaded(name: str) -> ServiceFolder:
    from civium.journeys.catalogue.loading import load_folder

    return load_folder(Path(settings.CIVIUM_SERVICES) / name)
