"""Move a case to another step, ask its applicant, or decide it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.engines.clock.queries import the_calendar
from civium.engines.clock.rules import due_on
from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import NotAllowed, Refusal, require
from civium.foundation.kit.town import the_town
from civium.foundation.vault.actions.sealing import seal

from ..events import ApplicantAsked, CaseDecided, CaseMoved
from ..models import Case, Decision, Question, Remark
from ..rules import (
    CompiledSteps,
    Corrections,
    Deadlines,
    answer_until,
    deadlines,
    may_move,
    may_wait_until,
)
from ..schema import Move
from ._changing import CaseIsClosed, change_case, require_seen, require_worker
from ._words import written_words


class NotYourMove(NotAllowed):
    """The person works on this case, and this move is for other roles."""

    message = _("This step is for colleagues in another role.")


class MoveNotOffered(Refusal):
    """The document offers no such move for this case as it is."""

    message = _("This cannot be done with the case as it is now.")
    what_next = _("Look at the case again to see what can be done.")


class ReasonMissing(Refusal):
    """The decision needs its reason."""

    message = _("Enter the reason. The applicant will read it.")
    status = 422


class RemarkMissing(Refusal):
    """The move needs its reason, which stays among colleagues."""

    message = _("Enter the reason. Colleagues who go on with the case read it.")
    status = 422


class QuestionMissing(Refusal):
    """There is nothing to ask."""

    message = _("Enter what you need from the applicant.")
    status = 422


class CorrectionReasonMissing(Refusal):
    """An answer should be corrected, and nobody said why. ``details["named"]``: which answers."""

    message = _("Enter what is wrong with the answer. The applicant will read it.")
    status = 422


class UnusableDay(Refusal):
    """The day by which the applicant should answer has passed, is today, or is more than a year away."""

    message = _("Choose a day from tomorrow on, within a year.")
    status = 422


@dataclass(frozen=True)
class _Ask:
    """What goes to the applicant: words, answers to correct, or both; and until when."""

    words: str
    corrections: Corrections | None
    until: date


@dataclass(frozen=True)
class _Change:
    """One move of one case: everything that the parts below need to know."""

    case: Case
    steps: CompiledSteps
    move: Move
    left: str
    by: Person | None
    at: datetime

    @property
    def today(self) -> date:
        return the_town().today(self.at)

    @property
    def new_deadlines(self) -> Deadlines:
        """As they are, later by a pause that ends here, and begun afresh when the case enters another step."""
        calendar, case = the_calendar(), self.case
        now = case.deadlines
        if case.paused_at and not self.move.asks_applicant:
            now = now.after_pause(the_town().today(case.paused_at), self.today, calendar)
        if self.move.to == case.step:
            return now
        return deadlines(
            self.steps.steps, self.move.to, self.today, calendar, before=now, chosen_on=case.chosen_on
        )

    @property
    def new_owner(self) -> Person | None:
        """Whoever moved it keeps it while they can do something in the next step; else it goes back to the team."""
        if self.by is None:
            return None
        keeps = any(may_move(self.by, self.case, move) for move in self.steps[self.move.to].moves)
        return self.by if keeps else None


@transaction.atomic
def move_case(
    case: Case,
    *,
    steps: CompiledSteps,
    move: str,
    values: Mapping[str, Any],
    by: Person,
    at: datetime,
    revision: int,
    reason: str = "",
    question: str = "",
    corrections: Corrections | None = None,
    until: date | None = None,
) -> Case:
    """Move the case as its document allows. ``revision`` is that of the case the person saw; ``values`` are the answers.

    Into an end, this makes the decision and closes the case. A move that asks the applicant stops the clock: it takes a
    ``question`` in words, ``corrections`` of answers, or both, and the day ``until`` which to answer. Of two people who
    move the same case at once, one does and the other is told who was first.
    """
    require_worker(by, case)
    require_seen(case, revision, by=by)
    chosen = _offered(case, steps, move, values, by)
    change = _Change(case, steps, chosen, case.step, by, at)
    missing = ReasonMissing if steps.decides(chosen) else RemarkMissing
    reason = written_words(reason, missing=missing if steps.needs_reason(chosen) else None)
    if steps.decides(chosen):
        _decide(change, reason)
    elif chosen.asks_applicant:
        _ask(change, _asked(change, question, corrections, until), by)
    else:
        _move_on(change, reason, by)
    return case


@transaction.atomic
def move_by_payment(case: Case, *, steps: CompiledSteps, values: Mapping[str, Any], at: datetime) -> Case:
    """Move a case that has just opened, and whose fee is paid, where its document says that payment leads. Elsewhere it stays."""
    offered = steps.moves_from(case.step, values) if case.revision == 1 else []
    chosen = next((move for move in offered if move.is_by_payment), None)
    if chosen is not None:
        change = _Change(case, steps, chosen, case.step, None, at)
        if steps.decides(chosen):
            _decide(change, "")
        else:
            _move_on(change, "", None)
    return case


def _offered(case: Case, steps: CompiledSteps, name: str, values: Mapping[str, Any], by: Person) -> Move:
    if case.is_decided:
        raise CaseIsClosed
    move = next((move for move in steps.moves_from(case.step, values) if move.name == name), None)
    if move is None or (move.asks_applicant and case.is_paused):
        raise MoveNotOffered
    require(may_move(by, case, move), NotYourMove)
    return move


def _decide(change: _Change, reason: str) -> None:
    case, end = change.case, change.steps[change.move.to]
    outcome = end.end or ""
    _enter_step(change, outcome=outcome, closed_at=change.at, paused_at=None)
    _drop_open_question(change)
    decision = Decision(
        id=uuid.uuid4(),
        case=case,
        outcome=outcome,
        decided_by=change.by,
        decided_at=change.at,
        appeal_until=due_on(change.today, end.appeal, the_calendar()) if end.appeal else None,
    )
    if reason:
        decision.reason_sealed = seal(reason, under=case.subject, at=decision.place("reason_sealed"))
    decision.save(force_insert=True)
    record(
        CaseDecided(
            case.id, case.subject, decision.id, change.move.name, change.left, case.step, case.outcome
        ),
        by=change.by,
        at=change.at,
    )


def _asked(change: _Change, words: str, corrections: Corrections | None, until: date | None) -> _Ask:
    """What is asked, made sure of. Refuses nothing at all, an answer without its reason, and a day that has passed."""
    named = corrections if corrections and corrections.reasons else None
    words = written_words(words, missing=None if named else QuestionMissing)
    if named:
        reasons = {name: written_words(reason) for name, reason in named.reasons.items()}
        if silent := [name for name, reason in reasons.items() if not reason]:
            raise CorrectionReasonMissing(named=silent)
        named = Corrections(reasons, named.before)
    last = until or answer_until(change.today, change.move.answer_within, the_calendar())
    require(may_wait_until(last, change.today), UnusableDay)
    return _Ask(words, named, last)


def _ask(change: _Change, ask: _Ask, by: Person) -> None:
    case, named = change.case, ask.corrections
    _enter_step(change, paused_at=change.at)
    question = Question(
        id=uuid.uuid4(),
        case=case,
        asked_by=by,
        asked_at=change.at,
        until=ask.until,
        named=list(named.reasons) if named else [],
        before=named.before if named else None,
    )
    question.words_sealed = seal(ask.words, under=case.subject, at=question.place("words_sealed"))
    if named:
        question.reasons_sealed = seal(
            dict(named.reasons), under=case.subject, at=question.place("reasons_sealed")
        )
    question.save(force_insert=True)
    if case.step != change.left:
        _record_move(change)
    asked = ApplicantAsked(case.id, case.subject, question.id, len(question.named), ask.until)
    record(asked, by=by, at=change.at)


def _move_on(change: _Change, reason: str, by: Person | None) -> None:
    case = change.case
    _enter_step(change, paused_at=None)
    _drop_open_question(change)
    if reason and by is not None:
        remark = Remark(id=uuid.uuid4(), case=case, move=change.move.name, made_by=by, made_at=change.at)
        remark.words_sealed = seal(reason, under=case.subject, at=remark.place("words_sealed"))
        remark.save(force_insert=True)
    _record_move(change, has_remark=bool(reason))


def _enter_step(change: _Change, **also: Any) -> None:
    case, move, due = change.case, change.move, change.new_deadlines
    change_case(
        case,
        revision=case.revision,
        by=change.by,
        step=move.to,
        entered_at=case.entered_at if case.step == move.to else change.at,
        waits_for=change.steps.steps.waits_for(move.to),
        status=change.steps.steps.status_of(move.to),
        assigned_to=change.new_owner,
        answered=False,
        due_on=due.due_on,
        expected_on=due.expected_on,
        **also,
    )


def _drop_open_question(change: _Change) -> None:
    change.case.questions.filter(answered_at=None, dropped_at=None).update(dropped_at=change.at)


def _record_move(change: _Change, *, has_remark: bool = False) -> None:
    case = change.case
    moved = CaseMoved(
        case.id,
        case.subject,
        change.move.name,
        change.left,
        case.step,
        case.due_on,
        case.expected_on,
        has_remark,
    )
    record(moved, by=change.by, at=change.at)
