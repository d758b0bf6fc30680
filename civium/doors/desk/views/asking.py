"""What the page shows on which something is asked of the applicant: answers to tick with their reasons, words, a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from civium.doors.desk.views.page import reader_language
from civium.engines.cases.actions.move_case import CorrectionReasonMissing, QuestionMissing, UnusableDay
from civium.engines.cases.models import Case
from civium.engines.cases.rules import answer_until
from civium.engines.cases.schema import Move
from civium.engines.clock.queries import the_calendar
from civium.foundation.identity.policy import SignedInRequest
from civium.foundation.kit.refusals import Refusal
from civium.foundation.kit.town import the_town
from civium.journeys.applications.queries import find_correctable_answers

_REASON = "reason:"


@dataclass(frozen=True)
class AskableAnswer:
    """An answer that can be ticked, with what was typed about it."""

    name: str
    id: str
    key: str
    value: Any
    is_ticked: bool
    reason: str
    error: str = ""


@dataclass(frozen=True)
class AskablePart:
    """The answers of one page of the form, or of one row of a list."""

    title: str
    answers: list[AskableAnswer]


def named_reasons(posted: QueryDict) -> dict[str, str]:
    """The ticked answers with their reasons, by name."""
    return {name: posted.get(f"{_REASON}{name}", "") for name in posted.getlist("named")}


def typed_day(typed: str) -> date | None:
    """The day of a date field; None for an empty one. What is no day is refused like one that has passed."""
    if not typed.strip():
        return None
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        return date.min


def ask_context(request: SignedInRequest, found: Case, move: Move, refusal: Refusal | None) -> dict[str, Any]:
    """Every answer, ticked and explained as it was typed, the words, the day, and each error at its field."""
    posted = request.POST
    silent = refusal.details["named"] if isinstance(refusal, CorrectionReasonMissing) else []
    parts = _parts(found, posted, silent, str(refusal.message) if refusal else "")
    errors = [(each.id, each.error) for part in parts for each in part.answers if each.error]
    wrong = {"question": "", "until": ""}
    if refusal and refusal.status == 422 and not silent:
        field = "until" if isinstance(refusal, UnusableDay) else "question"
        nothing = _("Choose an answer to correct, or write what you need.")
        wrong[field] = nothing if isinstance(refusal, QuestionMissing) else str(refusal.message)
        errors.append((field, wrong[field]))
    usual = answer_until(the_town().today(timezone.now()), move.answer_within, the_calendar())
    return {
        "parts": parts,
        "errors": errors,
        "wrong": wrong,
        "typed": posted.get("question", ""),
        "until": posted.get("until", usual.isoformat()),
    }


def _parts(found: Case, posted: QueryDict, silent: list[str], why: str) -> list[AskablePart]:
    ticked = named_reasons(posted)
    answers = enumerate(find_correctable_answers(found, language=reader_language()), 1)
    return [
        AskablePart(
            title,
            [
                AskableAnswer(
                    name=each.name,
                    id=f"reason-{number}",
                    key=each.key,
                    value=each.value,
                    is_ticked=each.name in ticked,
                    reason=ticked.get(each.name, ""),
                    error=why if each.name in silent else "",
                )
                for number, each in group
            ],
        )
        for title, group in groupby(answers, key=lambda pair: pair[1].part)
    ]
