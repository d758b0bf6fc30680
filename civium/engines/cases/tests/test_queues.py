"""The queues of the desk, and the lists of applicants."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civium.engines.cases.actions.claim_case import claim_case
from civium.engines.cases.actions.keep_from import keep_from
from civium.engines.cases.models import Case
from civium.engines.cases.queries import (
    count_queues,
    find_cases_of,
    find_queue,
    get_case,
    get_case_of_subject,
)
from civium.foundation.identity.models import Person
from civium.foundation.identity.queries import get_agency
from civium.foundation.kit.refusals import NotFound
from civium.foundation.vault.actions.watching import forget_keys

DAY = dt.timedelta(days=1)


def abouts(person: Person, which: str, at: dt.datetime) -> list[str]:
    return [case.about for case in find_queue(person, which=which, at=at).cases]  # type: ignore[arg-type]


@pytest.fixture
def town(
    open_licence: Callable[..., Case],
    boris: Person,
    omar: Person,
    move: Callable[..., Case],
    now: dt.datetime,
) -> None:
    """Cases in every state, seen on Monday 2 March."""
    open_licence(about="late", at=now - 20 * DAY)
    open_licence(about="soon", at=now - 5 * DAY)
    open_licence(about="fresh")
    claim_case(open_licence(about="boris has it"), by=boris, at=now)
    waiting = move(open_licence(about="waiting", at=now - 30 * DAY), "accept", by=boris, at=now - 30 * DAY)
    move(waiting, "ask", by=boris, at=now - 29 * DAY, question="?")
    for number in range(2):
        decided = move(open_licence(about=f"decided {number}"), "accept", by=boris)
        move(decided, "grant", by=omar, at=now + number * DAY)
    open_licence(about="another agency", agency=get_agency("planning"))


@pytest.mark.usefixtures("town")
def test_each_queue_has_what_it_says_the_most_urgent_first(
    boris: Person, omar: Person, now: dt.datetime
) -> None:
    assert set(abouts(boris, "team", now)) == {"waiting", "late", "soon", "fresh", "boris has it"}
    assert abouts(boris, "team", now)[:3] == ["waiting", "late", "soon"]
    assert abouts(boris, "mine", now) == ["waiting", "boris has it"]
    assert abouts(omar, "mine", now) == []
    assert set(abouts(boris, "unassigned", now)) == {"late", "soon", "fresh"}
    assert abouts(boris, "late", now) == ["late"]
    assert abouts(boris, "due-soon", now) == ["soon"]
    assert abouts(boris, "closed", now) == ["decided 1", "decided 0"]


@pytest.mark.usefixtures("town")
def test_nobody_sees_the_queue_of_another_agency(
    stranger: Person, amina: Person, dana: Person, now: dt.datetime
) -> None:
    assert abouts(stranger, "team", now) == ["another agency"]
    for person in (amina, dana):
        assert abouts(person, "team", now) == []
        assert abouts(person, "closed", now) == []


def test_a_queue_that_does_not_exist_is_not_found(boris: Person, now: dt.datetime) -> None:
    with pytest.raises(NotFound):
        abouts(boris, "everything", now)


def test_pages_follow_each_other_whatever_comes_between(
    open_licence: Callable[..., Case], boris: Person, now: dt.datetime
) -> None:
    for number in range(7):
        open_licence(about=str(number), at=now - (20 - number) * 7 * DAY)
    seen, after = [], None
    while True:
        page = find_queue(boris, which="team", at=now, after=after, limit=3)
        seen += [case.about for case in page.cases]
        open_licence(about="new and late", at=now - 400 * DAY)
        after = page.next
        if after is None:
            break
    assert seen == [str(number) for number in range(7)]


def test_cases_of_one_moment_are_neither_lost_nor_repeated(
    open_licence: Callable[..., Case], amina: Person, boris: Person, now: dt.datetime
) -> None:
    made = {open_licence().pk for _ in range(7)}
    first = find_cases_of(amina, limit=4)
    second = find_cases_of(amina, after=first.next, limit=4)
    assert (len(first.cases), second.next) == (4, None)
    assert {case.pk for case in [*first.cases, *second.cases]} == made
    queue = find_queue(boris, which="team", at=now, limit=4)
    rest = find_queue(boris, which="team", at=now, after=queue.next, limit=4)
    assert {case.pk for case in [*queue.cases, *rest.cases]} == made


@pytest.mark.parametrize(
    "mark", ["x", "~", "2026-03-02~", "2026-03-02T09:00:00~" + "0" * 32, "2026~'; drop table"]
)
def test_a_page_mark_that_nobody_gave_is_not_found(amina: Person, mark: str) -> None:
    with pytest.raises(NotFound):
        find_cases_of(amina, after=mark)


def test_a_queue_page_costs_as_many_statements_with_one_row_as_with_twenty(
    open_licence: Callable[..., Case], boris: Person, now: dt.datetime
) -> None:
    counts = []
    assert boris.roles
    open_licence()
    for _ in range(2):
        forget_keys()
        with CaptureQueriesContext(connection) as captured:
            assert find_queue(boris, which="team", at=now).next is None
        counts.append(len(captured))
        for _ in range(20):
            claim_case(open_licence(), by=boris, at=now)
    # the cases, and the keys of their lines
    assert counts == [2, 2]
    assert not any("COUNT(" in query["sql"] or "OFFSET" in query["sql"] for query in captured)


def test_an_applicants_list_takes_a_statement_for_the_cases_and_one_for_their_keys(
    open_licence: Callable[..., Case], amina: Person, django_assert_num_queries: Callable
) -> None:
    for _ in range(3):
        open_licence()
    forget_keys()
    with django_assert_num_queries(2):
        assert [case.shown_status for case in find_cases_of(amina).cases] == ["received"] * 3


def test_each_list_has_an_index_that_sorts_it(
    case: Case, boris: Person, amina: Person, now: dt.datetime
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("a small table needs no index on PostgreSQL")
    for which in ("mine", "team", "unassigned", "late", "due-soon", "closed"):
        with CaptureQueriesContext(connection) as captured:
            find_queue(boris, which=which, at=now)  # type: ignore[arg-type]
        assert "TEMP B-TREE" not in _plan(captured[0]["sql"]), which
    with CaptureQueriesContext(connection) as captured:
        find_cases_of(amina)
    assert "TEMP B-TREE" not in _plan(captured[0]["sql"])


def _plan(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return "\n".join(str(row[3]) for row in cursor.fetchall())


def test_badges_stop_counting_at_ninety_nine(
    open_licence: Callable[..., Case], boris: Person, now: dt.datetime
) -> None:
    assert count_queues(boris, which=["team"], at=now)["team"] == "0"
    case = open_licence()
    assert count_queues(boris, which=["team"], at=now)["team"] == "1"
    Case.objects.bulk_create(
        Case(**{**_row(case), "reference": f"R{number}", "subject": f"application:{number}"})
        for number in range(100)
    )
    assert count_queues(boris, which=["team"], at=now)["team"] == "99+"


def test_a_badge_counts_no_case_that_the_list_keeps_from_its_reader(
    open_licence: Callable[..., Case], boris: Person, now: dt.datetime
) -> None:
    open_licence(at=now - 20 * DAY)
    keep_from(open_licence(at=now - 20 * DAY), boris)
    open_licence(applicant=boris, at=now - 20 * DAY)
    queues = ["team", "unassigned", "for-my-role", "late"]
    counts = count_queues(boris, which=queues, at=now)  # type: ignore[arg-type]
    assert counts == {which: str(len(abouts(boris, which, now))) for which in queues}
    assert counts["team"] == "1"


def _row(case: Case) -> dict[str, object]:
    return {
        field.attname: getattr(case, field.attname) for field in Case._meta.fields if not field.primary_key
    }


def test_a_case_is_found_by_its_applicant_and_its_agency(case: Case, amina: Person, boris: Person) -> None:
    for person in (amina, boris):
        for typed in (case.reference, case.shown_reference, case.reference.lower()):
            assert get_case(typed, for_=person) == case


def test_not_yours_and_not_there_look_the_same(
    case: Case, ben: Person, stranger: Person, dana: Person, amina: Person
) -> None:
    for person in (ben, stranger, dana):
        with pytest.raises(NotFound):
            get_case(case.reference, for_=person)
    for nothing in ("", "7K4M92QX", "not a reference", "\x00"):
        with pytest.raises(NotFound):
            get_case(nothing, for_=amina)


def test_a_case_is_found_by_what_it_serves(case: Case) -> None:
    assert get_case_of_subject(case.subject) == case
    assert get_case_of_subject("application:nothing") is None
