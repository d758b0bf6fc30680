"""Taking a case and giving it back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from civium.engines.cases.actions._changing import CaseIsClosed, SomeoneWasFirst
from civium.engines.cases.actions.claim_case import claim_case
from civium.engines.cases.actions.give_back_case import NotYoursToGiveBack, give_back_case
from civium.engines.cases.models import Case
from civium.foundation.identity.models import Person
from civium.foundation.journal.queries import find_entries
from civium.foundation.kit.refusals import NotFound


def kinds(case: Case) -> list[str]:
    return [entry.kind for entry in find_entries([case.stream])]


def test_a_caseworker_takes_a_case(case: Case, boris: Person, now: dt.datetime) -> None:
    claim_case(case, by=boris, at=now)
    case.refresh_from_db()
    assert case.assigned_to == boris
    assert kinds(case) == ["cases.CaseOpened", "cases.CaseClaimed"]


def test_taking_it_twice_changes_nothing(case: Case, boris: Person, now: dt.datetime) -> None:
    claim_case(case, by=boris, at=now)
    claim_case(case, by=boris, at=now)
    assert kinds(case).count("cases.CaseClaimed") == 1


def test_a_colleagues_case_is_refused_saying_whose_it_is(
    case: Case, boris: Person, omar: Person, now: dt.datetime
) -> None:
    claim_case(case, by=boris, at=now)
    with pytest.raises(SomeoneWasFirst) as refused:
        claim_case(case, by=omar, at=now)
    assert "Boris took this case on 2 March at 10:00." in str(refused.value.message)


def test_two_who_take_it_at_once_are_told_apart(
    case: Case, boris: Person, omar: Person, now: dt.datetime
) -> None:
    seen_by_omar = Case.objects.get(pk=case.pk)
    claim_case(case, by=boris, at=now)
    with pytest.raises(SomeoneWasFirst, match="Boris"):
        claim_case(seen_by_omar, by=omar, at=now)
    case.refresh_from_db()
    assert case.assigned_to == boris


def test_nobody_outside_the_agency_can_take_it(
    case: Case, stranger: Person, amina: Person, ben: Person, ada: Person, now: dt.datetime
) -> None:
    for person in (stranger, amina, ben, ada):
        with pytest.raises(NotFound):
            claim_case(case, by=person, at=now)


def test_nobody_works_on_a_case_of_their_own(
    open_licence: Callable[..., Case], boris: Person, now: dt.datetime
) -> None:
    with pytest.raises(NotFound):
        claim_case(open_licence(applicant=boris), by=boris, at=now)


def test_a_case_goes_back_to_the_team(case: Case, boris: Person, now: dt.datetime) -> None:
    claim_case(case, by=boris, at=now)
    give_back_case(case, by=boris, at=now)
    case.refresh_from_db()
    assert case.assigned_to is None
    assert kinds(case)[-1] == "cases.CaseGivenBack"


def test_only_its_owner_or_a_supervisor_gives_a_case_back(
    case: Case, boris: Person, omar: Person, chen: Person, now: dt.datetime
) -> None:
    claim_case(case, by=boris, at=now)
    with pytest.raises(NotYoursToGiveBack):
        give_back_case(case, by=omar, at=now)
    assert give_back_case(case, by=chen, at=now).assigned_to is None


def test_a_decided_case_is_not_taken_or_given_back(
    checked: Case, omar: Person, move: Callable[..., Case], now: dt.datetime
) -> None:
    move(checked, "grant", by=omar)
    for action in (claim_case, give_back_case):
        with pytest.raises(CaseIsClosed):
            action(checked, by=omar, at=now)
