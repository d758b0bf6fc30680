"""Say whether it was right to open a case in an emergency."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import NotFound, Refusal, require
from civium.journeys.applications.actions.refuse_own_hands import is_involved

from ..events import EmergencyReviewed
from ..models import Emergency, Verdict
from ..rules import LONGEST_REASON, may_review
from .open_in_emergency import ReasonTooLong


class VerdictMissing(Refusal):
    """Neither was chosen."""

    message = _("Choose whether it was justified")
    status = 422


class WordsMissing(Refusal):
    """A verdict without words says nothing to whoever asks later."""

    message = _("Write in a sentence why you think so")
    status = 422


class ReviewedAlready(Refusal):
    """Somebody else was quicker."""

    message = _("A colleague has reviewed this already.")
    status = 409


@transaction.atomic
def review_emergency(emergency: Emergency, *, verdict: str, words: str, by: Person, at: datetime) -> None:
    """Keep what the second person says, once. It also ends what is still open when it was not justified."""
    known = Emergency.objects.select_related("case").select_for_update(of=("self",))
    found = known.get(pk=emergency.pk)
    partial = is_involved(by, found.case, at=at)
    require(may_review(by, found.case, opened_by=found.opened_by_id, is_involved=partial), NotFound)
    require(not found.verdict, ReviewedAlready)
    require(verdict in Verdict.values, VerdictMissing)
    said = words.replace("\r\n", "\n").strip()
    require(bool(said), WordsMissing)
    require(len(said) <= LONGEST_REASON, ReasonTooLong)
    found.verdict, found.review = verdict, said
    found.reviewed_by, found.reviewed_at = by, at
    if verdict == Verdict.NOT_JUSTIFIED and found.is_open(at):
        found.ended_at = at
    found.save(update_fields=["verdict", "review_sealed", "reviewed_by", "reviewed_at", "ended_at"])
    record(EmergencyReviewed(found.id, found.case.subject, verdict), by=by, at=at)
