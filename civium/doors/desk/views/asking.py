"""What the page shows on which something is asked of the applicant: answers to tick with their reasons, words, a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from civium.doors.desk.views.page import reader_language
from civium.engines.cases.actions.move_case import CorrectionReasonMissing, UnusableDay
from civium.engines.cases.models import Case
from civium.engines.cases.rules import answer_until, as_kept, is_too_long, may_wait_until
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
    """Every answer, ticked and explained as it was typed, the words, the day, and after a refusal each error at its field."""
    posted = request.POST
    is_wrong = refusal is not None and refusal.status == 422
    parts = _parts(found, posted, _wrong_reasons(posted) if is_wrong else {})
    errors = [(each.id, each.error) for part in parts for each in part.answers if each.error]
    wrong = _wrong_fields(posted) if is_wrong else {}
    errors += wrong.items()
    if refusal and is_wrong and not errors:
        wrong = {"question": str(refusal.message)}
        errors = [*wrong.items()]
    usual = answer_until(the_town().today(timezone.now()), move.answer_within, the_calendar())
    return {
        "parts": parts,
        "errors": errors,
        "wrong": wrong,
        "typed": posted.get("question", ""),
        "until": posted.get("until", usual.isoformat()),
    }


def _wrong_reasons(posted: QueryDict) -> dict[str, str]:
    """The ticked answers whose reason is missing or too long, each with what to do."""
    return {
        name: _too_long() if as_kept(reason) else str(CorrectionReasonMissing.message)
        for name, reason in named_reasons(posted).items()
        if not as_kept(reason) or is_too_long(reason)
    }


def _too_long() -> str:
    return _("Shorten the text to 5,000 characters or fewer.")


def _wrong_fields(posted: QueryDict) -> dict[str, str]:
    """What is wrong with the words and with the day, all at once."""
    wrong, words = {}, posted.get("question", "")
    if is_too_long(words):
        wrong["question"] = _too_long()
    elif not as_kept(words) and not posted.getlist("named"):
        wrong["question"] = _("Choose an answer to correct, or write what you need.")
    until, today = typed_day(posted.get("until", "")), the_town().today(timezone.now())
    if until and not may_wait_until(until, today):
        wrong["until"] = str(UnusableDay.message)
    return wrong


def _parts(found: Case, posted: QueryDict, wrong: Mapping[str, str]) -> list[AskablePart]:
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
                    error=wrong.get(each.name, ""),
                )
                for number, each in group
            ],
        )
        for title, group in groupby(answers, key=lambda pair: pair[1].part)
    ]
