"""Moving a case by its document's own moves, and deciding it."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from civium.engines.cases.actions._changing import CaseIsClosed, SomeoneWasFirst
from civium.engines.cases.actions._words import TooManyWords
from civium.engines.cases.actions.claim_case import claim_case
from civium.engines.cases.actions.give_back_case import give_back_case
from civium.engines.cases.actions.move_case import MoveNotOffered, NotYourMove, ReasonMissing, move_case
from civium.engines.cases.events import CaseDecided, CaseMoved
from civium.engines.cases.models import Case, Decision
from civium.engines.cases.queries import find_remarks, get_decision
from civium.engines.cases.rules import CompiledSteps, available_moves
from civium.foundation.identity.models import Person
from civium.foundation.journal.queries import find_entries
from civium.foundation.kit.refusals import NotFound

WEDNESDAY = dt.datetime(2026, 3, 4, 9, 0, tzinfo=dt.UTC)


def test_a_move_enters_the_next_step_and_keeps_what_was_promised(
    case: Case, boris: Person, move: Callable[..., Case]
) -> None:
    move(case, "accept", by=boris, at=WEDNESDAY)
    case.refresh_from_db()
    assert (case.step, case.status, case.revision) == ("checking", "in-review", 2)
    assert case.due_on == case.expected_on == dt.date(2026, 3, 9)
    event = find_entries([case.stream])[-1].event
    assert isinstance(event, CaseMoved)
    assert (event.left, event.step, event.due_on) == ("received", "checking", case.due_on)


def test_whoever_can_go_on_keeps_the_case(case: Case, boris: Person, move: Callable[..., Case]) -> None:
    assert move(case, "accept", by=boris).assigned_to == boris


def test_a_case_that_waits_for_another_role_goes_to_the_team(
    checked: Case, omar: Person, move: Callable[..., Case]
) -> None:
    assert (
        move(checked, "refer", by=omar, values={"dangerous": True}, reason="It bit me.").assigned_to is None
    )


def test_an_end_is_a_decision(
    checked: Case, omar: Person, move: Callable[..., Case], now: dt.datetime
) -> None:
    move(checked, "grant", by=omar)
    checked.refresh_from_db()
    assert (checked.outcome, checked.closed_at, checked.status, checked.assigned_to) == (
        "granted",
        now,
        "agreed",
        None,
    )
    decision = get_decision(checked)
    assert decision is not None
    assert (decision.outcome, decision.decided_by, decision.reason, decision.appeal_until) == (
        "granted",
        omar,
        "",
        None,
    )
    event = find_entries([checked.stream])[-1].event
    assert isinstance(event, CaseDecided)
    assert (event.decision, event.outcome, event.subject) == (decision.id, "granted", checked.subject)


def test_a_refusal_keeps_its_reason_sealed_and_can_be_appealed(
    checked: Case, omar: Person, move: Callable[..., Case]
) -> None:
    move(checked, "refuse", by=omar, reason=" The chip number\r\nbelongs to another dog. ")
    decision = get_decision(checked)
    assert decision is not None
    assert decision.reason == "The chip number\nbelongs to another dog."
    assert decision.appeal_until == dt.date(2026, 4, 1)
    assert b"chip" not in bytes(decision.reason_sealed or b"")
    assert all("chip" not in entry.data for entry in find_entries([checked.stream]))


@pytest.mark.parametrize("reason", ["", "   ", "\x00\x07"])
def test_a_reason_that_is_needed_is_asked_for(
    checked: Case, omar: Person, move: Callable[..., Case], reason: str
) -> None:
    with pytest.raises(ReasonMissing):
        move(checked, "refuse", by=omar, reason=reason)
    checked.refresh_from_db()
    assert checked.step == "checking"


def test_a_reason_longer_than_anybody_reads_is_refused(
    checked: Case, omar: Person, move: Callable[..., Case]
) -> None:
    with pytest.raises(TooManyWords) as refused:
        move(checked, "refuse", by=omar, reason="x" * 5_001)
    assert "5,000" in str(refused.value.message)
    move(checked, "refuse", by=omar, reason="x\r\n" * 2_499 + "xx")


def test_scripts_that_need_joiners_keep_them(checked: Case, omar: Person, move: Callable[..., Case]) -> None:
    move(checked, "refuse", by=omar, reason="می‌خواهم 👩‍👩‍👧")
    decision = get_decision(checked)
    assert decision is not None
    assert decision.reason == "می‌خواهم 👩‍👩‍👧"


def test_the_reason_of_a_move_that_does_not_end_is_kept_for_colleagues(
    checked: Case, omar: Person, move: Callable[..., Case]
) -> None:
    move(checked, "refer", by=omar, values={"dangerous": True}, reason="It bit me.")
    [remark] = find_remarks(checked)
    assert (remark.words, remark.made_by, remark.move) == ("It bit me.", omar, "refer")


def test_a_move_is_for_its_own_roles(
    case: Case, omar: Person, boris: Person, chen: Person, move: Callable[..., Case]
) -> None:
    for person in (omar, chen):
        with pytest.raises(NotYourMove):
            move(case, "accept", by=person)
    move(case, "accept", by=boris)
    with pytest.raises(NotYourMove):
        move(case, "grant", by=boris)


def test_for_anybody_else_the_case_is_not_there(
    case: Case, stranger: Person, amina: Person, ben: Person, dana: Person, move: Callable[..., Case]
) -> None:
    for person in (stranger, amina, ben, dana):
        with pytest.raises(NotFound):
            move(case, "accept", by=person)


def test_an_officer_does_not_decide_their_own_case(
    open_licence: Callable[..., Case], boris: Person, move: Callable[..., Case]
) -> None:
    with pytest.raises(NotFound):
        move(open_licence(applicant=boris), "accept", by=boris)


def test_a_move_that_the_document_does_not_offer_is_refused(
    case: Case, boris: Person, omar: Person, move: Callable[..., Case]
) -> None:
    for name in ("grant", "nonsense", ""):
        with pytest.raises(MoveNotOffered):
            move(case, name, by=boris)


@pytest.mark.parametrize("values", [{}, {"dangerous": False}])
def test_a_condition_that_does_not_hold_takes_the_move_away(
    checked: Case, omar: Person, move: Callable[..., Case], steps: CompiledSteps, values: dict[str, bool]
) -> None:
    assert [m.name for m in available_moves(checked, steps, omar, values)] == ["ask", "grant", "refuse"]
    with pytest.raises(MoveNotOffered):
        move(checked, "refer", by=omar, values=values, reason="It bit me.")


def test_each_sees_the_moves_that_are_theirs(
    checked: Case, steps: CompiledSteps, boris: Person, omar: Person, chen: Person, amina: Person
) -> None:
    names = {
        person.shown_as: [m.name for m in available_moves(checked, steps, person, {"dangerous": True})]
        for person in (boris, omar, chen, amina)
    }
    assert names == {"Boris": ["ask"], "Omar": ["ask", "grant", "refuse", "refer"], "Chen": [], "": []}


def test_a_decided_case_cannot_be_decided_again(
    checked: Case, omar: Person, move: Callable[..., Case], steps: CompiledSteps
) -> None:
    move(checked, "grant", by=omar)
    with pytest.raises(CaseIsClosed):
        move(checked, "refuse", by=omar, reason="No.")
    assert available_moves(checked, steps, omar, {}) == []
    assert Decision.objects.count() == 1


def test_two_officers_who_decide_at_once_make_one_decision(
    checked: Case, omar: Person, make_person: Callable[..., Person], move: Callable[..., Case]
) -> None:
    olga = make_person("Olga", role="officer", agency="animal-welfare")
    seen_by_olga = Case.objects.get(pk=checked.pk)
    move(checked, "grant", by=omar)
    with pytest.raises(SomeoneWasFirst) as refused:
        move(seen_by_olga, "refuse", by=olga, reason="No.")
    assert str(refused.value.message) == "Omar decided this case on 2 March at 10:00."
    assert Decision.objects.get().outcome == "granted"


def test_a_page_from_before_somebody_elses_move_is_refused(
    checked: Case, omar: Person, move: Callable[..., Case]
) -> None:
    with pytest.raises(SomeoneWasFirst, match="Boris moved this case on"):
        move(checked, "grant", by=omar, revision=checked.revision - 1)


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ("grant", "You decided this case on 2 March at 10:00."),
        ("ask", "You asked the applicant a question on 2 March at 10:00."),
        ("refer", "You moved this case on, on 2 March at 10:00."),
    ],
)
def test_who_comes_from_another_window_of_their_own_is_told_what_they_did_there(
    checked: Case, omar: Person, move: Callable[..., Case], own: str, told: str
) -> None:
    seen = checked.revision
    move(checked, own, by=omar, values={"dangerous": True}, question="Which chip?", reason="It bit me.")
    with pytest.raises(SomeoneWasFirst) as refused:
        move(Case.objects.get(pk=checked.pk), "refuse", by=omar, reason="No.", revision=seen)
    assert str(refused.value.message) == told


@pytest.mark.parametrize(
    ("change", "told"), [(claim_case, "You took this case"), (give_back_case, "You gave this case back")]
)
def test_who_took_or_gave_back_the_case_in_another_window_is_told_so(
    checked: Case, omar: Person, move: Callable[..., Case], change: Callable[..., Case], told: str
) -> None:
    if change is claim_case:
        Case.objects.filter(pk=checked.pk).update(assigned_to=None)
    else:
        Case.objects.filter(pk=checked.pk).update(assigned_to=omar)
    seen = Case.objects.get(pk=checked.pk)
    change(Case.objects.get(pk=checked.pk), by=omar, at=WEDNESDAY)
    with pytest.raises(SomeoneWasFirst, match=f"^{told}.* on 4 March at 10:00"):
        move(Case.objects.get(pk=checked.pk), "grant", by=omar, revision=seen.revision)


def test_a_refused_move_leaves_no_trace(
    checked: Case, omar: Person, boris: Person, move: Callable[..., Case]
) -> None:
    before = len(find_entries([checked.stream]))
    with pytest.raises(NotYourMove), transaction.atomic():
        move(checked, "grant", by=boris)
    assert len(find_entries([checked.stream])) == before


@pytest.mark.django_db(transaction=True)
def test_many_who_decide_at_the_same_moment_make_one_decision(
    steps: CompiledSteps, checked: Case, make_person: Callable[..., Person], now: dt.datetime
) -> None:
    officers = [make_person(f"Officer{n}", role="officer", agency="animal-welfare") for n in range(4)]
    for officer in officers:
        assert officer.roles
    together = threading.Barrier(len(officers))
    outcomes: list[str] = []

    def decide(officer: Person) -> None:
        seen = Case.objects.get(pk=checked.pk)
        together.wait()
        try:
            move_case(seen, steps=steps, move="grant", values={}, by=officer, at=now, revision=seen.revision)
            outcomes.append("decided")
        except SomeoneWasFirst as refusal:
            outcomes.append(str(refusal.message).split(" ", 1)[1][:17])
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=(officer,)) for officer in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["decided", "decided this case", "decided this case", "decided this case"]
    assert Decision.objects.count() == 1
