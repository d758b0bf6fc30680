"""Coming back to an application with a code or a link."""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from civium.engines.cases.queries import get_case_of_subject
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.references import parse_reference
from civium.foundation.kit.refusals import Refusal

from ..events import WayBackClosed, WayBackTaken
from ..models import Application, State, Way, WayBack
from .make_way_back import possible_answer_indexes, possible_code_indexes, typed_code

MOST_WRONG: Final = 5


class WrongCode(Refusal):
    """It opens nothing: mistyped, too old, used up, or never ours."""

    message = _("This code does not open anything. Check it, or its time may be over.")
    what_next = _("If you have an account, sign in: what you began is on your page.")
    status = 422


class ReferenceTyped(WrongCode):
    """It has the form of a reference, as the codes of drafts have too: which of the two it is, nobody is told."""

    message = _(
        "This code does not open anything, or its time is over. If it is your reference, enter your secret code first: it has 12 letters and numbers."
    )


class WrongAnswer(Refusal):
    """The code is right, what was asked for beside it is not."""

    message = _("This does not match the code. Check what you typed.")
    status = 422


class TooManyWrong(Refusal):
    """The code was closed to protect whoever it belongs to."""

    message = _("This code is closed because it was answered wrongly too often.")
    what_next = _("If you have an account, sign in: your answers are still there. If not, call us.")


def find_way_back(code: str, *, at: datetime) -> WayBack:
    """The way that the code or the link's token opens, if its time is not over. Refuses (WrongCode) everything else."""
    found = (
        WayBack.objects.select_related("application__applicant", "application__draft")
        .filter(code_index__in=possible_code_indexes(code, typed_code(code)), expires_at__gt=at)
        .exclude(way=Way.COUNTER)
        .first()
    )
    if found is None or not _still_leads_there(found):
        raise ReferenceTyped if parse_reference(code) else WrongCode
    if found.wrong_answers >= MOST_WRONG:
        raise TooManyWrong
    return found


def _still_leads_there(found: WayBack) -> bool:
    if found.way == Way.CASE:
        return found.application.applicant.is_guest and found.application.state == State.SENT
    return found.application.is_open


def take_way_back(way: WayBack, *, answer: str, at: datetime) -> Application:
    """Give the application to whoever also knows the answer; for what was sent, its reference. Wrong too often closes the code."""
    with transaction.atomic():
        # One answer after the other: many at once are not looked at more often than the code allows.
        held = WayBack.objects.select_for_update().get(pk=way.pk)
        if held.wrong_answers >= MOST_WRONG:
            raise TooManyWrong
        is_right = _is_right(way, answer)
        if is_right:
            _note_taken(way, at=at)
        else:
            _count_wrong(way, at=at)
    if not is_right:
        raise WrongAnswer
    return way.application


def _is_right(way: WayBack, answer: str) -> bool:
    if way.way == Way.CASE:
        case = get_case_of_subject(way.application.subject)
        return case is not None and parse_reference(answer) == case.reference
    possible = possible_answer_indexes(way.application, answer)
    return bool(way.question) and any(hmac.compare_digest(each, way.answer_index) for each in possible)


@transaction.atomic
def _count_wrong(way: WayBack, *, at: datetime) -> None:
    WayBack.objects.filter(pk=way.pk).update(wrong_answers=F("wrong_answers") + 1)
    way.refresh_from_db(fields=["wrong_answers"])
    if way.wrong_answers == MOST_WRONG:
        record(WayBackClosed(way.application_id, str(way.way)), by=None, at=at)


@transaction.atomic
def _note_taken(way: WayBack, *, at: datetime) -> None:
    WayBack.objects.filter(pk=way.pk).update(wrong_answers=0)
    record(WayBackTaken(way.application_id, str(way.way)), by=way.application.applicant, at=at)


def take_link(way: WayBack, *, at: datetime) -> Application:
    """Give the application to whoever has the link from the e-mail with the receipt: it is as secret as the code in it."""
    if way.way != Way.CASE:
        raise WrongCode
    _note_taken(way, at=at)
    return way.application
