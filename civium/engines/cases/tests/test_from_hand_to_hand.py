"""Handing over, taking over, reopening, linking: each with its reason, each on the record, never over somebody's head."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from civium.engines.cases.actions._changing import CaseIsClosed, SomeoneWasFirst
from civium.engines.cases.actions.claim_case import claim_case
from civium.engines.cases.actions.give_back_case import give_back_case
from civium.engines.cases.actions.hand_over import (
    CannotTakeIt,
    HandOverNoteMissing,
    NotYoursToHandOver,
    hand_over,
)
from civium.engines.cases.actions.link_cases import (
    AlreadyLinked,
    LinkKindMissing,
    LinkReasonMissing,
    SameCase,
    link_cases,
    unlink_cases,
)
from civium.engines.cases.actions.reopen_case import (
    NotReopened,
    NotYoursToReopen,
    ReopeningReasonMissing,
    reopen_case,
)
from civium.engines.cases.actions.take_over import TakeOverReasonMissing, take_over
from civium.engines.cases.models import Case, Decision, Link
from civium.engines.cases.queries import (
    find_colleagues,
    find_decisions_set_aside,
    find_links,
    find_mentions,
    find_notes,
    get_decision,
)
from civium.engines.cases.rules import CompiledSteps, compile_steps
from civium.engines.cases.schema import Steps
from civium.foundation.identity.models import Person
from civium.foundation.identity.queries import get_agency
from civium.foundation.journal.queries import find_entries
from civium.foundation.kit.expressions import Kind
from civium.foundation.kit.refusals import NotFound

LATER = dt.datetime(2026, 3, 4, 9, 0, tzinfo=dt.UTC)


def last(case: Case) -> str:
    return find_entries([case.stream])[-1].kind.removeprefix("cases.")


@pytest.fixture
def held(checked: Case, boris: Person) -> Case:
    """Boris has Amina's case."""
    assert checked.assigned_to_id == boris.pk
    return checked


def test_a_case_is_handed_to_a_colleague_who_is_told(held: Case, boris: Person, omar: Person) -> None:
    hand_over(held, to=omar, note="The vet has not called back.", by=boris, at=LATER, revision=held.revision)
    assert Case.objects.get(pk=held.pk).assigned_to == omar
    assert last(held) == "CaseHandedOver"
    [note] = find_notes(held)
    assert (note.words, note.kind) == ("The vet has not called back.", "hand-over")
    assert [mention.note for mention in find_mentions(omar)] == [note]


def test_or_to_the_team(held: Case, boris: Person) -> None:
    hand_over(held, to=None, note="I am away.", by=boris, at=LATER, revision=held.revision)
    assert Case.objects.get(pk=held.pk).assigned_to is None


def test_a_colleagues_case_is_handed_over_by_a_supervisor_only(
    held: Case, omar: Person, chen: Person, boris: Person
) -> None:
    with pytest.raises(NotYoursToHandOver):
        hand_over(held, to=omar, note="Mine.", by=omar, at=LATER, revision=held.revision)
    hand_over(held, to=omar, note="Omar knows it.", by=chen, at=LATER, revision=held.revision)
    assert Case.objects.get(pk=held.pk).assigned_to == omar


def test_a_case_goes_to_nobody_who_may_not_work_on_it(
    held: Case, boris: Person, stranger: Person, amina: Person, dana: Person
) -> None:
    for person in (stranger, amina, dana):
        with pytest.raises(CannotTakeIt):
            hand_over(held, to=person, note="Yours.", by=boris, at=LATER, revision=held.revision)
    with pytest.raises(HandOverNoteMissing):
        hand_over(held, to=None, note=" ", by=boris, at=LATER, revision=held.revision)
    with pytest.raises(NotFound):
        hand_over(held, to=None, note="No", by=stranger, at=LATER, revision=held.revision)


def test_colleagues_are_those_who_may_work_on_it(
    open_licence: Callable[..., Case], boris: Person, omar: Person, chen: Person, stranger: Person
) -> None:
    own = open_licence(applicant=omar)
    assert [person.shown_as for person in find_colleagues(own)] == ["Boris", "Chen"]


def test_a_case_is_taken_over_with_a_reason_that_the_colleague_reads(
    held: Case, boris: Person, omar: Person
) -> None:
    with pytest.raises(TakeOverReasonMissing):
        take_over(held, reason="", by=omar, at=LATER, revision=held.revision)
    take_over(held, reason="Boris is ill.", by=omar, at=LATER, revision=held.revision)
    assert Case.objects.get(pk=held.pk).assigned_to == omar
    assert last(held) == "CaseTakenOver"
    assert [mention.note.words for mention in find_mentions(boris)] == ["Boris is ill."]


def test_what_nobody_has_is_simply_taken(case: Case, omar: Person) -> None:
    take_over(case, reason="", by=omar, at=LATER, revision=case.revision)
    assert last(case) == "CaseClaimed"


@pytest.mark.parametrize("change", ["hand over", "take over", "claim", "give back", "reopen"])
def test_nothing_happens_to_a_case_that_is_no_longer_as_it_was_seen(
    change: str, checked: Case, boris: Person, chen: Person, steps: CompiledSteps, now: dt.datetime
) -> None:
    seen = checked.revision
    give_back_case(Case.objects.get(pk=checked.pk), by=boris, at=now)
    case = Case.objects.get(pk=checked.pk)
    if change == "give back":
        claim_case(case, by=boris, at=LATER)
    before = case.revision
    changes: dict[str, Callable[[], Case]] = {
        "hand over": lambda: hand_over(case, to=boris, note="x", by=chen, at=LATER, revision=seen),
        "take over": lambda: take_over(case, reason="x", by=chen, at=LATER, revision=seen),
        "claim": lambda: claim_case(case, by=chen, at=LATER, revision=seen),
        "give back": lambda: give_back_case(case, by=chen, at=LATER, revision=seen),
        "reopen": lambda: reopen_case(case, steps=steps, reason="x", by=chen, at=LATER, revision=seen),
    }
    with pytest.raises(SomeoneWasFirst) as first:
        changes[change]()
    assert "Boris" in str(first.value.message)
    assert Case.objects.get(pk=checked.pk).revision == before


def test_a_decided_case_changes_no_hands(
    held: Case, omar: Person, boris: Person, move: Callable[..., Case]
) -> None:
    decided = move(held, "grant", by=omar)
    for change in (
        lambda: hand_over(decided, to=omar, note="x", by=boris, at=LATER, revision=decided.revision),
        lambda: take_over(decided, reason="x", by=boris, at=LATER, revision=decided.revision),
    ):
        with pytest.raises(CaseIsClosed):
            change()


# --- reopening -------------------------------------------------------------------------------------------------------


@pytest.fixture
def reopening() -> CompiledSteps:
    """The licence, with supervisors who may open a refusal again."""
    return compile_steps(
        Steps.model_validate(
            {
                "checking": {
                    "due": "5 working days",
                    "moves": [
                        {"name": "grant", "to": "granted", "by": "officer"},
                        {"name": "refuse", "to": "refused", "by": "officer", "needs": "reason"},
                    ],
                },
                "granted": {"end": "granted"},
                "refused": {
                    "end": "refused",
                    "appeal": "30 days",
                    "reopen": {"to": "checking", "by": "supervisor"},
                },
            }
        ),
        {"dangerous": Kind.BOOL},
    )


@pytest.fixture
def refused(
    open_licence: Callable[..., Case],
    reopening: CompiledSteps,
    omar: Person,
    move: Callable[..., Case],
) -> Case:
    """Omar refused Amina's licence."""
    return move(
        open_licence(steps=reopening), "refuse", by=omar, steps=reopening, reason="The chip is wrong."
    )


def test_a_decision_is_set_aside_and_kept(
    refused: Case, reopening: CompiledSteps, chen: Person, omar: Person, move: Callable[..., Case]
) -> None:
    case = reopen_case(
        refused, steps=reopening, reason="The vet was wrong.", by=chen, at=LATER, revision=refused.revision
    )
    case.refresh_from_db()
    assert (case.step, case.outcome, case.closed_at, case.due_on) == (
        "checking",
        "",
        None,
        dt.date(2026, 3, 11),
    )
    assert get_decision(case) is None
    [earlier] = find_decisions_set_aside(case)
    assert (earlier.reason, earlier.why_set_aside) == ("The chip is wrong.", "The vet was wrong.")
    assert last(case) == "CaseReopened"
    move(case, "grant", by=omar, steps=reopening, at=LATER)
    assert get_decision(case).outcome == "granted"  # type: ignore[union-attr]
    assert Decision.objects.filter(case=case).count() == 2


def test_only_the_role_that_the_document_names_reopens(
    refused: Case, reopening: CompiledSteps, omar: Person, stranger: Person, amina: Person, chen: Person
) -> None:
    asked = {"steps": reopening, "at": LATER, "revision": refused.revision}
    with pytest.raises(NotYoursToReopen):
        reopen_case(refused, reason="x", by=omar, **asked)  # type: ignore[arg-type]
    for person in (stranger, amina):
        with pytest.raises(NotFound):
            reopen_case(refused, reason="x", by=person, **asked)  # type: ignore[arg-type]
    with pytest.raises(ReopeningReasonMissing):
        reopen_case(refused, reason=" ", by=chen, **asked)  # type: ignore[arg-type]


def test_what_is_open_or_final_is_not_reopened(
    checked: Case, steps: CompiledSteps, omar: Person, chen: Person, move: Callable[..., Case]
) -> None:
    with pytest.raises(NotReopened):
        reopen_case(checked, steps=steps, reason="x", by=chen, at=LATER, revision=checked.revision)
    decided = move(checked, "grant", by=omar)
    with pytest.raises(NotReopened):
        reopen_case(decided, steps=steps, reason="x", by=chen, at=LATER, revision=decided.revision)


# --- linking ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def other(open_licence: Callable[..., Case], ben: Person) -> Case:
    """Ben's case."""
    return open_licence(applicant=ben)


def link(case: Case, other: Case, by: Person, kind: str = "parent", reason: str = "Same litter.") -> Link:
    return link_cases(case, other=other, kind=kind, reason=reason, by=by, at=LATER)


def test_a_link_is_seen_from_both_cases(case: Case, other: Case, boris: Person) -> None:
    link(case, other, boris)
    [here], [there] = find_links(case, for_=boris), find_links(other, for_=boris)
    assert (here.other, here.kind, here.reason) == (other, "parent", "Same litter.")
    assert (there.other, there.kind, there.reason) == (case, "child", "Same litter.")
    assert (last(case), last(other)) == ("CaseLinked", "CaseLinked")
    assert b"litter" not in bytes(here.reason_sealed)


def test_linked_twice_is_linked_once_and_untied_it_can_be_linked_again(
    case: Case, other: Case, boris: Person
) -> None:
    link(case, other, boris)
    for one, two in ((case, other), (other, case)):
        with pytest.raises(AlreadyLinked):
            link(one, two, boris, kind="same-place")
    unlink_cases(other, other=case, by=boris, at=LATER)
    assert find_links(case, for_=boris) == find_links(other, for_=boris) == []
    assert last(case) == "CaseUnlinked"
    link(case, other, boris, kind="same-place")


def test_what_a_link_needs(case: Case, other: Case, boris: Person) -> None:
    with pytest.raises(SameCase):
        link(case, case, boris)
    with pytest.raises(LinkKindMissing):
        link(case, other, boris, kind="enemy")
    with pytest.raises(LinkReasonMissing):
        link(case, other, boris, reason=" ")


def test_only_whoever_works_on_both_links_them_and_sees_the_link(
    open_licence: Callable[..., Case],
    case: Case,
    boris: Person,
    stranger: Person,
    make_person: Callable[..., Person],
) -> None:
    plan = open_licence(agency=get_agency("planning"))
    for person in (boris, stranger):
        with pytest.raises(NotFound):
            link(case, plan, person)
    both = make_person("Zora", role="supervisor")
    link(case, plan, both)
    assert [each.other for each in find_links(case, for_=both)] == [plan]
    assert find_links(case, for_=boris) == []
