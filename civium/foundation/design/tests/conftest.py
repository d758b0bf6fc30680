"""The tiny site instead of the whole one, and an empty shelf."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from civium.foundation.design.caching import shelf
from civium.foundation.design.tests.addresses import Catalogue


@pytest.fixture(autouse=True)
def tiny_site(settings: Any) -> Iterator[None]:
    settings.ROOT_URLCONF = "civium.foundation.design.tests.addresses"
    settings.MESSAGE_STORAGE = "django.contrib.messages.storage.fallback.FallbackStorage"
    shelf.clear()
    Catalogue.version, Catalogue.made = 1, 0
    yield
    shelf.clear()
