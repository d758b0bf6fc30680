"""Every event about a case says whether it changes what colleagues look at: none can be forgotten."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from civium.engines.cases.actions._changing import SomeoneWasFirst, require_seen
from civium.engines.cases.actions.claim_case import claim_case
from civium.engines.cases.actions.write_note import write_note
from civium.engines.cases.events import CaseEvent
from civium.engines.cases.models import Case
from civium.foundation.identity.models import Person
from civium.foundation.journal.queries import find_known_events


def test_an_event_that_does_not_say_it_is_refused_where_it_is_declared() -> None:
    with pytest.raises(TypeError, match="changes_it"):
        type("CaseForgotten", (CaseEvent,), {})


def test_whatever_stands_in_the_story_of_a_case_is_an_event_of_a_case() -> None:
    about_cases = [
        event
        for event in find_known_events()
        if event.kind.startswith("cases.") and dataclasses.fields(event)[0].name == "case"
    ]
    assert len(about_cases) > 15
    others = [event.kind for event in about_cases if not issubclass(event, CaseEvent)]
    assert others == [], "in cases/events.py, begin it with: class ...(CaseEvent, changes_it=...)"


def test_what_is_said_beside_the_case_is_not_told_as_its_change(
    case: Case, boris: Person, omar: Person, now: dt.datetime
) -> None:
    seen = case.revision
    claim_case(case, by=boris, at=now)
    write_note(case, words="Looks fine.", by=omar, at=now)
    with pytest.raises(SomeoneWasFirst, match="Boris took this case"):
        require_seen(case, seen, by=omar)
