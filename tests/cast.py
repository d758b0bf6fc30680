"""The cast: who is in every test. Amina applies, Boris and Omar work, Chen supervises, a stranger is refused everywhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from civium.foundation.identity.actions.grant_role import grant_role
from civium.foundation.identity.actions.join import join
from civium.foundation.identity.models import Person
from civium.foundation.identity.queries import get_agency

# A Monday morning without a holiday near it.
NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
PASSWORD = "a password of the cast"


@pytest.fixture
def now() -> dt.datetime:
    return NOW


def make_one(name: str, *, role: str = "", agency: str = "", language: str = "en") -> Person:
    """Make somebody, perhaps a member of staff."""
    person = join(f"{name.lower()}@cast.example", name=name, password=PASSWORD, language=language, at=NOW)
    if role:
        grant_role(
            person, role=role, agency=get_agency(agency) if agency else None, shown_as=name, by=None, at=NOW
        )
    return person


@pytest.fixture
def make_person(db: None) -> Callable[..., Person]:
    """Make somebody: ``make_person("Lin", role="clerk", agency="planning")``."""
    return make_one


@pytest.fixture
def amina(make_person: Callable[..., Person]) -> Person:
    """A citizen who applies."""
    return make_person("Amina")


@pytest.fixture
def ben(make_person: Callable[..., Person]) -> Person:
    """Another citizen, Amina's neighbour."""
    return make_person("Ben")


@pytest.fixture
def boris(make_person: Callable[..., Person]) -> Person:
    """A clerk of Animal Welfare."""
    return make_person("Boris", role="clerk", agency="animal-welfare")


@pytest.fixture
def omar(make_person: Callable[..., Person]) -> Person:
    """An officer of Animal Welfare: decides."""
    return make_person("Omar", role="officer", agency="animal-welfare")


@pytest.fixture
def chen(make_person: Callable[..., Person]) -> Person:
    """A supervisor of Animal Welfare."""
    return make_person("Chen", role="supervisor", agency="animal-welfare")


@pytest.fixture
def dana(make_person: Callable[..., Person]) -> Person:
    """A service designer."""
    return make_person("Dana", role="designer")


@pytest.fixture
def finn(make_person: Callable[..., Person]) -> Person:
    """Looks after the money."""
    return make_person("Finn", role="finance")


@pytest.fixture
def ada(make_person: Callable[..., Person]) -> Person:
    """Runs the site."""
    return make_person("Ada", role="administrator")


@pytest.fixture
def stranger(make_person: Callable[..., Person]) -> Person:
    """Somebody from another agency: refused everywhere."""
    return make_person("Stranger", role="officer", agency="planning")
