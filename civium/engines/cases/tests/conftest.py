"""Amina's dog licence, step by step, and a case of hers."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from civium.engines.cases.actions.make_findable import make_findable
from civium.engines.cases.actions.move_case import move_case
from civium.engines.cases.actions.open_case import open_case
from civium.engines.cases.models import Case
from civium.engines.cases.rules import CompiledSteps, compile_steps
from civium.engines.cases.schema import Steps
from civium.foundation.identity.models import Person
from civium.foundation.identity.queries import get_agency
from civium.foundation.kit.expressions import Kind

LICENCE = """
received: {moves: [{name: accept, to: checking, by: clerk}]}
checking:
  due: 5 working days
  shown_as: {status: in-review}
  moves:
    - {name: ask, to: checking, by: [clerk, officer], asks_applicant: true}
    - {name: grant, to: granted, by: officer}
    - {name: refuse, to: refused, by: officer, needs: reason}
    - {name: refer, to: review, by: officer, needs: reason, when: dangerous}
review:
  due: 10 working days
  moves: [{name: allow, to: granted, by: supervisor}, {name: forbid, to: refused, by: supervisor, needs: reason}]
granted: {end: granted}
refused: {end: refused, appeal: 30 days}
"""


@pytest.fixture
def steps() -> CompiledSteps:
    return compile_steps(Steps.model_validate(yaml.safe_load(LICENCE)), {"dangerous": Kind.BOOL})


@pytest.fixture
def open_licence(steps: CompiledSteps, amina: Person, now: dt.datetime) -> Callable[..., Case]:
    """Open a case: ``open_licence()``, ``open_licence(applicant=ben, at=...)``."""

    def make(**changes: Any) -> Case:
        asked: dict[str, Any] = {
            "service": "dog-licence",
            "version": 1,
            "agency": get_agency("animal-welfare"),
            "applicant": amina,
            "steps": steps,
            "about": "Rex",
            "language": "en",
            "by": None,
            "at": now,
        }
        is_found = changes.pop("is_found", True)
        case = open_case(changes.pop("subject", f"application:{uuid.uuid4()}"), **{**asked, **changes})
        if is_found:
            # As the reaction to its opening does.
            make_findable(case.id)
        return case

    return make


@pytest.fixture
def case(open_licence: Callable[..., Case]) -> Case:
    """Amina's case, just received."""
    return open_licence()


@pytest.fixture
def move(steps: CompiledSteps, now: dt.datetime) -> Callable[..., Case]:
    """Move a case: ``move(case, "accept", by=boris)``."""

    def make(case: Case, name: str, *, by: Person, **changes: Any) -> Case:
        asked = {"steps": steps, "values": {}, "at": now, "revision": case.revision}
        return move_case(case, move=name, by=by, **{**asked, **changes})

    return make


@pytest.fixture
def checked(case: Case, boris: Person, move: Callable[..., Case]) -> Case:
    """Amina's case, accepted by Boris: an officer can decide it."""
    return move(case, "accept", by=boris)
