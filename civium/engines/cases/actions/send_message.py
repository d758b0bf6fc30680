"""Send a message."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import Refusal, require
from civium.foundation.privacy.queries import is_kept_by_law
from civium.foundation.vault.actions.sealing import seal

from ..events import MessageSent
from ..models import Case, Message
from ._changing import require_worker
from ._notes import see_new_message
from ._words import written_words

MOST_A_DAY = 20
# The browser's way back, and the button once more, come within it.
SAME_AGAIN = timedelta(hours=1)


class MessageMissing(Refusal):
    """There is nothing to send."""

    message = _("Enter your message.")
    status = 422


class SentAlready(Refusal):
    """Whoever writes sent the same words within the hour."""

    message = _("You have sent these words already.")
    what_next = _(
        "They stand among the messages so far, and were not sent again. To send them once more, press the button again."
    )


class NobodyReadsIt(Refusal):
    """The case is locked away."""

    message = _("Nobody reads messages in this case any more, so yours was not sent.")
    what_next = _(
        "You asked us to erase it, and only the law keeps it. Ask our data-protection officer under “My data”."
    )
    status = 409


class TooManyMessages(Refusal):
    """The applicant wrote very often within a day."""

    message = _("You have sent many messages today.")
    what_next = _("We have them all. Write again tomorrow, or call us if it cannot wait.")
    status = 429


@transaction.atomic
def send_message(
    case: Case,
    *,
    words: str,
    files: Sequence[UUID] = (),
    by: Person,
    at: datetime,
    refuse_same: bool = False,
) -> Message:
    """Write to the other side: the applicant to the agency, a caseworker to the applicant. Files alone are enough.

    What the applicant writes changes the case: whoever decides meanwhile is asked to look again. Refuses (NobodyReadsIt) a message in a
    case that only the law keeps; with ``refuse_same`` also (SentAlready) the same words with as many files, when the last
    message of the case is the same person's and of this hour: the browser's way back, or a network that lost the answer.
    """
    is_from_applicant = by.pk == case.applicant_id
    if not is_from_applicant:
        require_worker(by, case)
    written = written_words(words, missing=None if files else MessageMissing)
    if is_from_applicant:
        require(not is_kept_by_law(case.subject), NobodyReadsIt)
    if written and refuse_same:
        _refuse_same(case, written, files, by, at)
    if is_from_applicant:
        _refuse_flood(case, at)
        Case.objects.filter(pk=case.pk).update(revision=F("revision") + 1, has_new_message=True)
        case.refresh_from_db(fields=["revision", "has_new_message"])
    elif case.has_new_message:
        see_new_message(case)
    message = Message(
        id=uuid.uuid4(),
        case=case,
        is_from_applicant=is_from_applicant,
        files=[str(file) for file in files],
        sent_by=by,
        sent_at=at,
    )
    message.words_sealed = seal(written, under=case.subject, at=message.place("words_sealed"))
    message.save(force_insert=True)
    record(MessageSent(case.id, case.subject, message.id, is_from_applicant), by=by, at=at)
    return message


def _refuse_same(case: Case, written: str, files: Sequence[UUID], by: Person, at: datetime) -> None:
    list(Case.objects.select_for_update().filter(pk=case.pk).values_list("pk"))  # one after the other
    last = case.messages.order_by("-sent_at", "-id").first()
    if last is not None and last.sent_by_id == by.pk and last.sent_at > at - SAME_AGAIN:
        last.case = case
        require((last.words, len(last.files)) != (written, len(files)), SentAlready)


def _refuse_flood(case: Case, at: datetime) -> None:
    lately = case.messages.filter(is_from_applicant=True, sent_at__gt=at - timedelta(days=1))
    if len(lately.values_list("pk")[:MOST_A_DAY]) >= MOST_A_DAY:
        raise TooManyMessages
