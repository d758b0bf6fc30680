"""Any queue, narrowed and sorted any way: the right cases in the right order, on pages that lead both ways, from indexes alone."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from civium.engines.cases import stretches
from civium.engines.cases.actions._finding import put_words
from civium.engines.cases.models import Case
from civium.engines.cases.queries import QUEUES, Filters, count_queues, find_next_case, find_queue
from civium.foundation.identity.actions.grant_role import grant_role
from civium.foundation.identity.models import Person
from civium.foundation.identity.queries import get_agency
from civium.foundation.kit.references import new_reference
from civium.foundation.kit.refusals import NotFound
from civium.foundation.kit.town import the_town

DAY = dt.timedelta(days=1)
ALL = ("mine", "team", "unassigned", "for-my-role", "due-soon", "late", "waiting", "messages")
OPEN = ("mine", "team", "unassigned", "for-my-role", "due-soon", "late", "waiting")


@pytest.fixture
def vera(make_person: Callable[..., Person], now: dt.datetime) -> Person:
    """A clerk of Animal Welfare and an officer of Planning."""
    vera = make_person("Vera", role="clerk", agency="animal-welfare")
    grant_role(vera, role="officer", agency=get_agency("planning"), shown_as="Vera", by=None, at=now)
    return Person.objects.get(pk=vera.pk)


@pytest.fixture
def cases(vera: Person, boris: Person, amina: Person, ben: Person, now: dt.datetime) -> list[Case]:
    """Two hundred cases of three agencies in every state, a few of one moment, some of Vera herself."""
    dice = random.Random(7)
    agencies = [get_agency(name) for name in ("animal-welfare", "planning", "social-support")]
    rows = [
        _any_case(dice, agencies, [vera, boris, None], [amina, amina, ben, vera], now) for _ in range(200)
    ]
    made = Case.objects.bulk_create(rows)
    for case in made:
        put_words(case)
    return made


def _any_case(
    dice: random.Random, agencies: list[Any], holders: list[Any], applicants: list[Person], now: dt.datetime
) -> Case:
    is_closed, opened = dice.random() < 0.2, now - dice.randrange(60) * DAY
    return Case(
        reference=new_reference(),
        subject=f"application:{uuid.UUID(int=dice.getrandbits(128))}",
        service=dice.choice(["dog-licence", "building-permit", "library-card"]),
        version=1,
        agency=dice.choice(agencies),
        applicant=dice.choice(applicants),
        assigned_to=None if is_closed else dice.choice(holders),
        step=dice.choice(["received", "checking", "review"]),
        entered_at=opened,
        waits_for=dice.choice(["clerk", "clerk officer", "officer supervisor", "supervisor", ""]),
        status="received",
        about=dice.choice(["Peña's dog Luna", "Luna y Rex", "كلب اسمه لونا", "Quay Street 12", ""]),
        language="en",
        opened_at=opened,
        due_on=now.date() + (dice.randrange(20) - 10) * DAY,
        expected_on=now.date(),
        has_new_message=opened.toordinal() % 3 == 0,
        paused_at=None if is_closed or dice.random() < 0.7 else now,
        closed_at=now - dice.randrange(30) * DAY if is_closed else None,
        outcome=dice.choice(["granted", "refused"]) if is_closed else "",
    )


# --- what each list should have, said once more in plain Python ------------------------------------------------------


def belongs(case: Case, which: str, vera: Person, today: dt.date) -> bool:
    roles = {"animal-welfare": "clerk", "planning": "officer"}
    if case.agency_id not in roles or case.applicant_id == vera.pk:
        return False
    if which == "messages":
        return case.has_new_message
    if which == "closed" or case.closed_at:
        return which == "closed" and bool(case.closed_at)
    running = case.paused_at is None
    return {
        "mine": case.assigned_to_id == vera.pk,
        "team": True,
        "unassigned": case.assigned_to_id is None,
        "for-my-role": running and roles[case.agency_id] in case.waits_for.split(),
        "due-soon": running
        and today <= case.due_on <= today + 3 * DAY,  # from Monday on, there is no weekend
        "late": running and case.due_on < today,
        "waiting": not running,
    }[which]


def fits(case: Case, filters: Filters) -> bool:
    opened = the_town().today(case.opened_at)
    holder = "nobody" if case.assigned_to_id is None else case.assigned_to_id
    return all(
        (
            filters.agency in ("", case.agency_id),
            filters.service in ("", case.service),
            filters.step in ("", case.step),
            filters.outcome in ("", case.outcome),
            filters.holder in (None, holder),
            filters.due_from is None or case.due_on >= filters.due_from,
            filters.due_to is None or case.due_on <= filters.due_to,
            filters.opened_from is None or opened >= filters.opened_from,
            filters.opened_to is None or opened <= filters.opened_to,
        )
    )


def expected(
    cases: list[Case], which: str, sort: str, filters: Filters, vera: Person, now: dt.datetime
) -> list[Case]:
    field = {"due": "due_on", "opened": "opened_at", "closed": "closed_at"}[sort.removeprefix("-")]
    kept = [
        case for case in cases if belongs(case, which, vera, the_town().today(now)) and fits(case, filters)
    ]
    return sorted(kept, key=lambda case: (getattr(case, field), case.id), reverse=sort.startswith("-"))


def all_filters(boris: Person, vera: Person, now: dt.datetime) -> list[Filters]:
    today = now.date()
    return [
        Filters(),
        Filters(agency="planning"),
        Filters(service="dog-licence"),
        Filters(service="dog-licence", step="review"),
        Filters(step="checking"),
        Filters(holder="nobody"),
        Filters(holder=boris.pk, service="library-card"),
        Filters(holder=vera.pk, agency="planning", step="received"),
        Filters(holder="nobody", service="building-permit", step="checking"),
        Filters(due_from=today - 5 * DAY, due_to=today + 2 * DAY),
        Filters(opened_from=today - 20 * DAY, opened_to=today - 3 * DAY, service="dog-licence"),
        Filters(outcome="refused"),
        Filters(service="nothing-such"),
    ]


def walked(vera: Person, **asked: Any) -> list[Case]:
    """All pages of a list, each of which leads back to the one before."""
    seen: list[Case] = []
    page = find_queue(vera, **asked)
    while True:
        seen += page.cases
        if page.next is None:
            return seen
        following = find_queue(vera, after=page.next, **asked)
        if page.cases and following.previous and not page.is_cut:
            back = find_queue(vera, before=following.previous, **asked)
            assert back.cases[-1:] == page.cases[-1:]
        page = following


@pytest.mark.parametrize("which", [*ALL, "closed"])
def test_every_filter_in_every_order_gives_its_cases_page_by_page(
    which: str, cases: list[Case], vera: Person, boris: Person, now: dt.datetime
) -> None:
    sorts = {"closed": ("closed", "-closed"), "messages": ("due", "-due")}.get(
        which, ("due", "-due", "opened", "-opened")
    )
    lengths = []
    for filters in all_filters(boris, vera, now):
        for sort in sorts:
            right = expected(cases, which, sort, filters, vera, now)
            found = walked(vera, which=which, at=now, filters=filters, sort=sort, limit=7)
            assert [case.pk for case in found] == [case.pk for case in right], (filters, sort)
            lengths.append(len(found))
    assert max(lengths) > 7


@pytest.mark.parametrize("which", ["team", "waiting", "closed", "found"])
def test_a_case_of_a_list_is_the_case_that_django_reads(
    which: Any, cases: list[Case], vera: Person, now: dt.datetime
) -> None:
    words = "luna" if which == "found" else ""
    listed = find_queue(vera, which=which, at=now, filters=Filters(words=words), limit=100).cases
    assert listed
    for case in listed:
        read, there = Case.objects.get(pk=case.pk), vars(case)
        assert {name: there[name] for name in vars(read) if name != "_state"} == {
            name: value for name, value in vars(read).items() if name != "_state"
        }
        assert (case._state.adding, case._state.db) == (False, "default")


def test_a_search_that_stops_before_the_end_says_so_and_goes_on_from_there(
    cases: list[Case], vera: Person, boris: Person, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stretches, "MOST_LOOKED_AT", 6)
    monkeypatch.setattr(stretches, "LEAST_LOOKED_AT", 3)
    cut = 0
    for filters in all_filters(boris, vera, now):
        asked: dict[str, Any] = {"which": "team", "at": now, "filters": filters, "sort": "opened", "limit": 5}
        right = expected(cases, "team", "opened", filters, vera, now)
        assert [case.pk for case in walked(vera, **asked)] == [case.pk for case in right], filters
        cut += find_queue(vera, **asked).is_cut
    assert cut


def test_the_badges_say_how_many_each_list_has(cases: list[Case], vera: Person, now: dt.datetime) -> None:
    with CaptureQueriesContext(connection) as captured:
        counts = count_queues(vera, which=ALL, at=now, most=60)  # type: ignore[arg-type]
    right = {which: len(expected(cases, which, "due", Filters(), vera, now)) for which in ALL}
    assert counts == {which: str(count) if count <= 60 else "60+" for which, count in right.items()}
    assert "60+" in counts.values()
    assert len([query for query in captured if "cases_case" in query["sql"]]) == 1


@pytest.mark.parametrize(
    ("which", "sort"),
    [
        ("team", "closed"),
        ("closed", "due"),
        ("messages", "opened"),
        ("team", "about"),
        ("nothing", ""),
        ("found", "due"),
    ],
)
def test_an_order_or_queue_that_there_is_not_is_not_found(
    vera: Person, now: dt.datetime, which: Any, sort: str
) -> None:
    with pytest.raises(NotFound):
        find_queue(vera, which=which, sort=sort, at=now)


def test_one_goes_from_case_to_case_to_the_end_of_the_list(
    cases: list[Case], vera: Person, now: dt.datetime
) -> None:
    right = expected(cases, "late", "due", Filters(), vera, now)
    here, seen = right[0], [right[0]]
    while (following := find_next_case(vera, beyond=here, which="late", at=now)) is not None:
        here = following
        seen.append(here)
    assert seen == right


# --- from indexes alone ----------------------------------------------------------------------------------------------


@pytest.fixture
def planned() -> Iterator[Callable[[str], str]]:
    """How the database goes about a statement: ``planned(sql)``. Small tables are given no reason to be read whole."""
    if connection.vendor == "sqlite":
        yield lambda sql: _explained(f"EXPLAIN QUERY PLAN {sql}")
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            for way in ("seqscan", "bitmapscan"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
        yield lambda sql: _explained(f"EXPLAIN {sql}")


def _explained(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


WHOLE = {"sqlite": ("SCAN cases_case", "SCAN cases_word"), "postgresql": ("Seq Scan on cases_",)}


@pytest.mark.parametrize("which", QUEUES)
def test_every_list_is_read_from_indexes_and_nothing_is_counted_or_skipped(
    which: Any,
    cases: list[Case],
    vera: Person,
    boris: Person,
    now: dt.datetime,
    planned: Callable[[str], str],
) -> None:
    assert vera.roles
    sorts = {"closed": ["-closed"], "found": ["-opened"], "messages": ["due"]}.get(which, ["due", "-opened"])
    for filters in all_filters(boris, vera, now):
        for sort in sorts:
            asked = {"which": which, "at": now, "filters": filters, "sort": sort, "limit": 3}
            if which == "found":
                asked["filters"] = Filters(**{**filters.__dict__, "words": "lun quay"})
            with CaptureQueriesContext(connection) as captured:
                page = find_queue(vera, **asked)
                if page.next:
                    find_queue(vera, after=page.next, **asked)
            for query in captured:
                sql = query["sql"]
                assert "COUNT(" not in sql
                assert "OFFSET" not in sql
                assert not any(whole in planned(sql) for whole in WHOLE[connection.vendor]), sql
            assert len(captured) <= 8


@pytest.mark.parametrize("which", [*ALL, "closed"])
def test_a_list_of_one_agency_comes_sorted_out_of_one_index(
    which: Any, cases: list[Case], boris: Person, now: dt.datetime
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("a small table needs no index on PostgreSQL")
    if which == "for-my-role":
        pytest.skip("several sets of roles have this one: a few short stretches are merged")
    assert boris.roles
    for filters in (Filters(), Filters(service="dog-licence"), Filters(service="dog-licence", step="review")):
        is_judged = filters.service and (
            which in ("mine", "late", "due-soon", "waiting", "messages", "closed") or filters.step
        )
        with CaptureQueriesContext(connection) as captured:
            find_queue(boris, which=which, at=now, filters=filters)
        if not (is_judged and which != "team"):
            assert "TEMP B-TREE" not in _explained(f"EXPLAIN QUERY PLAN {captured[0]['sql']}")


# --- finding ---------------------------------------------------------------------------------------------------------


def abouts(person: Person, words: str, now: dt.datetime) -> set[str]:
    return {
        case.about for case in find_queue(person, which="found", at=now, filters=Filters(words=words)).cases
    }


@pytest.mark.parametrize(
    ("typed", "finds"),
    [
        ("luna", {"Peña's dog Luna", "Luna y Rex"}),
        ("LUN", {"Peña's dog Luna", "Luna y Rex"}),
        ("pena lun", {"Peña's dog Luna"}),
        ("lu", set()),
        ("y luna", {"Luna y Rex"}),
        ("rex luna", {"Luna y Rex"}),
        ("لونا", {"كلب اسمه لونا"}),
        ("12 quay", {"Quay Street 12"}),
        ("luna quay", set()),
        ("nothing", set()),
        ("", set()),
        ("\U0001f600", set()),
        ("%", set()),
        ("' OR 1=1 --", set()),
    ],
)
def test_words_find_cases_whatever_their_case_and_accents(
    cases: list[Case], vera: Person, now: dt.datetime, typed: str, finds: set[str]
) -> None:
    assert abouts(vera, typed, now) == finds


def test_a_search_finds_open_and_closed_cases_the_latest_first(
    cases: list[Case], vera: Person, now: dt.datetime
) -> None:
    right = [
        case
        for case in cases
        if case.agency_id != "social-support" and case.applicant_id != vera.pk and "Luna" in case.about
    ]
    right.sort(key=lambda case: (case.opened_at, case.id), reverse=True)
    found = walked(vera, which="found", at=now, filters=Filters(words="luna"), limit=6)
    assert [case.pk for case in found] == [case.pk for case in right]
    narrowed = walked(
        vera, which="found", at=now, filters=Filters(words="luna", service="dog-licence"), limit=6
    )
    assert [case.pk for case in narrowed] == [case.pk for case in right if case.service == "dog-licence"]


def test_an_applicant_is_found_by_the_whole_address_only(
    cases: list[Case], vera: Person, ben: Person, now: dt.datetime
) -> None:
    found = find_queue(vera, which="found", at=now, filters=Filters(words=f" {ben.email.upper()} ")).cases
    assert {case.applicant_id for case in found} == {ben.pk}
    assert {case.agency_id for case in found} == {"animal-welfare", "planning"}
    for typed in ("ben@", "@cast.example", "nobody@cast.example", "@"):
        assert not abouts(vera, typed, now)


def test_the_beginning_of_a_reference_is_enough(cases: list[Case], vera: Person, now: dt.datetime) -> None:
    case = next(case for case in cases if case.agency_id == "planning" and case.applicant_id != vera.pk)
    reference, shown = case.reference, case.shown_reference
    for typed in (
        reference[:5].lower(),
        shown[:7],
        shown[:8].lower(),
        shown,
        shown.replace("-", " "),
        reference,
    ):
        found = find_queue(vera, which="found", at=now, filters=Filters(words=typed))
        assert case in found.cases, typed


@pytest.mark.parametrize("typed", ["Anna-Mar", "anna mar", "Mar Anna"])
def test_words_that_could_be_a_part_of_a_reference_are_words(
    open_licence: Callable[..., Case], boris: Person, now: dt.datetime, typed: str
) -> None:
    case = open_licence(about="Anna Mar")
    assert find_queue(boris, which="found", at=now, filters=Filters(words=typed)).cases == [case]


def test_what_the_line_said_before_finds_nothing_any_more(
    case: Case, boris: Person, amina: Person, move: Callable[..., Case], now: dt.datetime
) -> None:
    from civium.engines.cases.actions.answer_question import answer_question
    from civium.engines.cases.queries import find_questions

    asked = move(move(case, "accept", by=boris), "ask", by=boris, question="Which dog?")
    answer_question(find_questions(asked)[0], answer="Bo.", about="Bo", by=amina, at=now)
    assert abouts(boris, "rex", now) == set()
    assert abouts(boris, "bo", now) == {"Bo"}
