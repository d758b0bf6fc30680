"""Open what somebody asked to erase and the law keeps."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import PersonalDetail, record
from civium.foundation.kit.refusals import Refusal, require

from ..events import KeptOpened
from ..kept import OCCASIONS, Kept

SHORTEST_REASON, LONGEST_REASON = 20, 2_000


class OccasionMissing(Refusal):
    """None was chosen."""

    message = _("Choose what it is needed for")
    status = 422


class ReasonTooShort(Refusal):
    """The words say too little to be checked later."""

    message = _("Say in a sentence who asks for it and why")
    status = 422


class ReasonTooLong(Refusal):
    """The words are more than anybody reads; none are cut off."""

    message = _("Shorten the text to 2,000 characters or fewer.")
    status = 422


@transaction.atomic
def open_kept(kept: Kept, *, occasion: str, reason: str, by: Person, at: datetime) -> None:
    """Put on the record that the person opens it, and why: for an hour it can be read, by them alone.

    The words are sealed with the case, and go with it.
    """
    words = reason.replace("\r\n", "\n").strip()
    require(occasion in OCCASIONS, OccasionMissing)
    require(len(words) >= SHORTEST_REASON, ReasonTooShort)
    require(len(words) <= LONGEST_REASON, ReasonTooLong)
    subject = kept.case.subject
    detail = PersonalDetail(subject, {"reason": words})
    record(KeptOpened(subject, occasion), by=by, at=at, detail=detail)
