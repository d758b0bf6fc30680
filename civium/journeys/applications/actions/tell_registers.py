"""Telling outside registers what the document wants them to know, each by a job of its own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from civium.engines.cases.queries import get_case_of_subject
from civium.engines.registries.actions.tell_register import tell_register
from civium.foundation.jobs.actions.enqueue import job
from civium.foundation.kit.expressions import Kind, compile_expression

from ..case_file import CaseFile, read_case_file


def tell_registers(subject: str, *, moment: str, entry_id: int, at: datetime) -> int:
    """Put a job into the queue for each register that is to be told at this moment; give how many."""
    file = _file(subject)
    tellings = file.offer.document.tell.get(moment, ()) if file else ()
    for number in range(len(tellings)):
        once = f"{entry_id}:{moment}:{number}"
        tell_one_register.enqueue(subject, moment, number, once, at.isoformat(), once=once)
    return len(tellings)


@job(attempts=14, first_wait=timedelta(seconds=30), longest_wait=timedelta(hours=6))
def tell_one_register(subject: str, moment: str, number: int, key: str, at: str) -> None:
    """Tell one register. While it does not answer, the job is tried again for a day and a half; then it is shown as stuck."""
    file = _file(subject)
    if file is None:
        return
    telling = file.offer.document.tell[moment][number]
    if telling.when is not None:
        condition = compile_expression(telling.when, names=file.offer.kinds, wants=Kind.BOOL)
        if not condition.holds(file.values):
            return
    facts = {fact: _answer(file, answer) for fact, answer in telling.facts.items()}
    tell_register(
        telling.to,
        telling.message,
        {fact: value for fact, value in facts.items() if value is not None},
        about=file.case.applicant,
        subject=subject,
        key=key,
        purpose=f"{file.case.service}:{moment}",
        legal_basis="public-task",
        by=None,
        at=datetime.fromisoformat(at),
    )


def _file(subject: str) -> CaseFile | None:
    case = get_case_of_subject(subject)
    return read_case_file(case, language=case.language, is_staff=True) if case else None


def _answer(file: CaseFile, name: str) -> Any:
    """An answer as it is kept, or a part of it (``fine.reference``); else a computed value; None when there is neither."""
    whole, _dot, part = name.partition(".")
    answer = file.journey.answers.get(whole, file.values.get(whole))
    return answer.get(part) if part and isinstance(answer, dict) else answer
