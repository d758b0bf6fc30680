"""What every test may ask for: the cast of people, the town's offer, and a real browser."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import settings

pytest_plugins = [
    "tests.keys",
    "tests.cast",
    "tests.offer",
    "tests.applying",
    "tests.outage",
    "tests.browser",
]

# A machine that is busy is no defect: how long an example takes is measured by `make bench`, not asserted here.
settings.register_profile("house", deadline=None)
settings.load_profile("house")
_MADE_UP = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


# A file that was made for a test has its own name, day and order of things in it.
LONGEST_NAMED = 40


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a case of a test without the random id in it: the processes that share the tests must agree on their names."""
    if isinstance(val, UUID):
        return "uuid"
    if isinstance(val, bytes) and len(val) > LONGEST_NAMED:
        return "bytes"
    if isinstance(val, str) and _MADE_UP.search(val):
        return _MADE_UP.sub("uuid", val)
    return None


_OF_THE_DATABASE = {"db", "transactional_db", "django_db_setup"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses the database: only that can differ from one database to another."""
    for item in items:
        if item.get_closest_marker("django_db") or _OF_THE_DATABASE & set(getattr(item, "fixturenames", ())):
            item.add_marker("database")


def pytest_collection_finish() -> None:
    """What thousands of collected tests are made of stays to the end: looking through it for rubbish took a twentieth of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(autouse=True)
def ledger_of_its_own(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """What a test erases is erased in its own database only: the site must not wait for it in another's."""
    settings.CIVIUM_ERASURES = tmp_path_factory.getbasetemp() / f"erasures-{uuid4().hex}"


@pytest.fixture(autouse=True)
def the_test_reads() -> Iterator[None]:
    """What a test opens by itself, no person reads. The requests and jobs in it are watched as ever."""
    from civium.foundation.privacy.actions.watch_readings import nobody_reads

    with nobody_reads():
        yield


@pytest.fixture(autouse=True)
def the_next_test_begins_in_english() -> Iterator[None]:
    """What a page activated stays with its thread."""
    from django.utils import translation

    yield
    translation.deactivate()
