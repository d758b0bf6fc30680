"""Opening a case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from civium.engines.cases.actions import open_case as opening
from civium.engines.cases.events import CaseOpened
from civium.engines.cases.models import Case
from civium.foundation.journal.queries import find_entries
from civium.foundation.kit.references import parse_reference


def test_a_case_begins_in_the_first_step_with_its_deadline(case: Case) -> None:
    assert (case.step, case.status, case.about, case.revision) == ("received", "received", "Rex", 1)
    assert case.due_on == case.expected_on == dt.date(2026, 3, 9)
    assert parse_reference(case.shown_reference) == case.reference


def test_opening_is_on_the_record_of_the_case_and_of_what_it_serves(case: Case) -> None:
    for stream in (case.stream, case.subject):
        [entry] = find_entries([stream])
        assert isinstance(entry.event, CaseOpened)
        assert entry.event.due_on == case.due_on


def test_the_same_subject_has_one_case_however_often_it_is_opened(open_licence: Callable[..., Case]) -> None:
    first = open_licence(subject="application:1")
    assert open_licence(subject="application:1").pk == first.pk
    assert Case.objects.count() == 1
    assert len(find_entries([first.stream])) == 1


def test_a_reference_that_is_taken_is_drawn_again(
    open_licence: Callable[..., Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter(["7K4M92QX", "7K4M92QX", "7K4M92QX", "8AAAAAAA"])
    monkeypatch.setattr(opening, "new_reference", lambda: next(drawn))
    assert [open_licence().reference, open_licence().reference] == ["7K4M92QX", "8AAAAAAA"]


@pytest.mark.parametrize("about", ["", "x" * 500, "رِكس", "Rex\x00", "<b>Rex</b>", "🐕" * 300])
def test_whatever_the_declared_line_says_the_case_opens(
    open_licence: Callable[..., Case], about: str
) -> None:
    kept = Case.objects.get(pk=open_licence(about=about).pk).about
    assert len(kept) <= 200
    assert "\x00" not in kept


def test_late_in_the_evening_the_town_is_a_day_further(open_licence: Callable[..., Case]) -> None:
    # 23:30 on Sunday in UTC is Monday in Port Lumen.
    case = open_licence(at=dt.datetime(2026, 3, 1, 23, 30, tzinfo=dt.UTC))
    assert case.due_on == dt.date(2026, 3, 9)


def test_opening_costs_few_statements(
    open_licence: Callable[..., Case], django_assert_max_num_queries: Callable
) -> None:
    open_licence(is_found=False)
    # agency, savepoint and its release, case in and out, journal entry, reactions; and four for the subject's key, which an
    # application brings
    with django_assert_max_num_queries(11):
        open_licence(is_found=False)
