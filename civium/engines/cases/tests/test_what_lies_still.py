"""What lies still, or only the law keeps, is found by no words, moved by nobody, written about nowhere, and asks for nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from civium.engines.cases.actions.erase_from_lists import erase_from_lists
from civium.engines.cases.actions.hand_cases import hand_cases
from civium.engines.cases.actions.link_cases import link_cases, unlink_cases
from civium.engines.cases.actions.send_message import send_message
from civium.engines.cases.models import Case, Link
from civium.engines.cases.queries import Filters, count_queues, find_queue
from civium.foundation.identity.models import Person
from civium.foundation.privacy.actions.restrict_use import end_restriction, lock_away, restrict_use
from civium.foundation.privacy.models import Why
from civium.foundation.privacy.queries import LiesStill

pytestmark = pytest.mark.django_db


@pytest.fixture
def still(case: Case, amina: Person, now: dt.datetime) -> Case:
    """Amina's case about Rex, which nobody may use."""
    restrict_use(case.subject, because=Why.CLAIM, by=amina, at=now)
    return case


@pytest.fixture
def locked(open_licence: Callable[..., Case], now: dt.datetime) -> Case:
    """Another one of hers, which only the law keeps; its words are still there."""
    locked = open_licence(about="Luna")
    lock_away(locked.subject, until=dt.date(2036, 1, 1), by=None, at=now)
    return locked


def found(reader: Person, typed: str, now: dt.datetime) -> list[Case]:
    return find_queue(reader, which="found", at=now, filters=Filters(words=typed)).cases


def new_messages(reader: Person, now: dt.datetime) -> tuple[list[Case], str]:
    listed = find_queue(reader, which="messages", at=now).cases
    return listed, count_queues(reader, which=["messages"], at=now)["messages"]


def test_what_lies_still_is_found_by_its_whole_reference_and_nothing_else(
    still: Case, amina: Person, boris: Person, now: dt.datetime
) -> None:
    for typed in ("rex", "amina", amina.email, still.reference[:5], f"{still.reference} rex"):
        assert found(boris, typed, now) == [], typed
    assert found(boris, still.reference.lower(), now) == [still]
    assert found(boris, still.shown_reference, now) == [still]
    end_restriction(still.subject, by=amina, at=now)
    for typed in ("rex", "amina", amina.email, still.reference[:5]):
        assert found(boris, typed, now) == [still], typed


def test_what_only_the_law_keeps_is_not_found_at_all(
    locked: Case, amina: Person, boris: Person, now: dt.datetime
) -> None:
    for typed in ("luna", "amina", amina.email, locked.reference[:5], locked.reference):
        assert found(boris, typed, now) == [], typed


def test_many_cases_are_handed_over_without_what_lies_still(
    still: Case,
    locked: Case,
    open_licence: Callable[..., Case],
    chen: Person,
    boris: Person,
    now: dt.datetime,
) -> None:
    other = open_licence()
    assert hand_cases([still, locked, other], to=boris, by=chen, at=now) == 1
    holders = {case: Case.objects.get(pk=case.pk).assigned_to for case in (still, locked, other)}
    assert holders == {still: None, locked: None, other: boris}


def test_where_all_of_them_lie_still_nothing_is_handed_over(
    still: Case, chen: Person, boris: Person, now: dt.datetime
) -> None:
    with pytest.raises(LiesStill):
        hand_cases([still], to=boris, by=chen, at=now)


@pytest.mark.parametrize("which", ["still", "locked"])
def test_no_reason_is_written_into_it_and_no_link_is_ended(
    which: str,
    request: pytest.FixtureRequest,
    open_licence: Callable[..., Case],
    boris: Person,
    now: dt.datetime,
) -> None:
    other, lies = open_licence(), request.getfixturevalue(which)
    with pytest.raises(LiesStill):
        link_cases(other, other=lies, kind="same-person", reason="Same dog.", by=boris, at=now)
    assert not Link.objects.exists()
    with pytest.raises(LiesStill):
        unlink_cases(other, other=lies, by=boris, at=now)


def test_a_message_in_what_lies_still_asks_for_nothing_until_that_ends(
    case: Case, still: Case, amina: Person, boris: Person, now: dt.datetime
) -> None:
    send_message(case, words="Hello?", by=amina, at=now)
    assert new_messages(boris, now) == ([], "0")
    end_restriction(still.subject, by=amina, at=now)
    assert new_messages(boris, now) == ([case], "1")


@pytest.mark.parametrize("is_locked", [True, False])
def test_what_is_locked_away_or_erased_has_no_new_message(
    is_locked: bool, case: Case, amina: Person, boris: Person, now: dt.datetime
) -> None:
    send_message(case, words="Hello?", by=amina, at=now)
    erase_from_lists(case.subject)
    if is_locked:
        lock_away(case.subject, until=dt.date(2036, 1, 1), by=None, at=now)
    assert new_messages(boris, now) == ([], "0")


def test_the_badge_of_new_messages_takes_nothing_off_twice(
    still: Case, open_licence: Callable[..., Case], amina: Person, boris: Person, now: dt.datetime
) -> None:
    """One that is kept from its reader and lies still, beside one that is there."""
    send_message(still, words="Hello?", by=amina, at=now)
    Case.objects.filter(pk=still.pk).update(concerns=boris)
    seen = open_licence()
    send_message(seen, words="Hello?", by=amina, at=now)
    assert new_messages(boris, now) == ([seen], "1")
