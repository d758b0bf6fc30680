"""The world, made once per process for all tests of this folder: it is large, and nothing that is tried stays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from civium.foundation.design.caching import shelf
from civium.foundation.privacy.actions.watch_readings import nobody_reads
from civium.journeys.catalogue.queries import look_again

from .world import World, making_world


@pytest.fixture(scope="package")
def world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Everybody at their browsers, and Amina's things in every state."""
    look_again()
    shelf.clear()
    with django_db_blocker.unblock(), nobody_reads():
        with making_world(tmp_path_factory.mktemp("keys")) as made:
            yield made
        look_again()
        shelf.clear()


@pytest.fixture
def _django_db_helper(world: World) -> None:
    """The tests of this folder use the world's transaction, where pytest-django would begin one for each."""
