"""Open one case without the usual right."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.engines.cases.models import Case
from civium.engines.cases.rules import may_work_on
from civium.foundation.identity.actions.limit_tries import limit_tries
from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import Refusal, require
from civium.foundation.privacy.queries import lies_still

from ..events import EmergencyOpened
from ..models import Emergency, Verdict, Why
from ..queries import find_case_to_open, find_second_people
from ..rules import LASTS, LONGEST_REASON, MOST_A_DAY, MOST_TRIES, SHORTEST_REASON, role_of
from .tell_of_emergency import tell_second_person


class WhyMissing(Refusal):
    """No kind of emergency was chosen."""

    message = _("Choose what makes it an emergency")
    status = 422


class ReasonTooShort(Refusal):
    """The reason says too little to be checked afterwards."""

    message = _("Say in a sentence or two why you must open this case now")
    status = 422


class ReasonTooLong(Refusal):
    """The words are more than anybody reads; none are cut off."""

    message = _("Shorten the text to 2,000 characters or fewer.")
    status = 422


class NoSuchCase(Refusal):
    """There is no such case, or it is erased, or locked away, or their own: the same words for all of them."""

    message = _("There is no case with this reference that can be opened. Check for a typing error")
    status = 422


class MayReadAnyway(Refusal):
    """They work on such cases: no emergency is needed."""

    message = _("You may work on this case. Open it in the usual way.")
    status = 409


class TooMany(Refusal):
    """One person opened as many cases as they may within a day."""

    message = _("You opened several cases in an emergency today, and cannot open more.")
    what_next = _("Ask a colleague of the agency, or the data-protection officer.")
    status = 429


class WasNotJustified(Refusal):
    """Whoever checked their last emergency in this case today found that it was none."""

    message = _("You opened this case today, and whoever checked it said that it was not justified.")
    what_next = _("Ask a colleague of the agency, or the data-protection officer.")
    status = 409


class NobodyToTell(Refusal):
    """There is no second person who would be told."""

    message = _("Nobody is there who could be told, so the case cannot be opened.")
    what_next = _(
        "The agency needs a supervisor, or the town a data-protection officer. Ask an administrator."
    )
    status = 409


def open_in_emergency(reference: str, *, why: str, reason: str, by: Person, at: datetime) -> Emergency:
    """Let ``by`` read the one case for an hour, and tell a second person of the case's agency, or the data-protection officer.

    The citizen is told as soon as this is committed. An emergency of theirs in this case that is still open is given again.
    """
    words = reason.replace("\r\n", "\n").strip()
    require(why in Why.values, WhyMissing)
    require(len(words) >= SHORTEST_REASON, ReasonTooShort)
    require(len(words) <= LONGEST_REASON, ReasonTooLong)
    limit_tries("emergency", who=str(by.pk), most=MOST_TRIES, within=timedelta(hours=1), at=at)
    with transaction.atomic():
        # One at a time for each person, so that nobody opens more at once than one after the other.
        Person.objects.select_for_update(of=("self",)).get(pk=by.pk)
        case = find_case_to_open(reference, for_=by)
        if case is None:
            raise NoSuchCase
        require(not may_work_on(by, case) or lies_still(case.subject), MayReadAnyway)
        mine = Emergency.objects.filter(opened_by=by)
        standing = mine.filter(case=case, ended_at=None, until__gt=at).first()
        if standing is not None:
            return standing
        lately = mine.filter(opened_at__gt=at - timedelta(days=1))
        require(not lately.filter(case=case, verdict=Verdict.NOT_JUSTIFIED).exists(), WasNotJustified)
        require(lately.count() < MOST_A_DAY, TooMany)
        return _open(case, why=why, words=words, by=by, at=at)


def _open(case: Case, *, why: str, words: str, by: Person, at: datetime) -> Emergency:
    others = find_second_people(case, but=by, at=at)
    require(bool(others), NobodyToTell)
    made = Emergency(
        case=case,
        opened_by=by,
        role=role_of(by.roles),
        agency=min(by.agency_names, default=""),
        why=why,
        opened_at=at,
        until=at + LASTS,
    )
    made.reason = words
    made.save(force_insert=True)
    record(EmergencyOpened(made.id, case.subject, why, made.until), by=by, at=at)
    for each in others:
        tell_second_person(made, to=each, at=at)
    return made
