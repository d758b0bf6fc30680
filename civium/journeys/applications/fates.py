"""What an erasure does with applications: which go at once, and which the law keeps, locked away, until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from civium.engines.cases.models import Case
from civium.engines.cases.queries import get_case_of_subject, was_ever_decided
from civium.engines.clock.queries import the_calendar
from civium.engines.clock.rules import last_day
from civium.engines.payments.queries import get_payment_of
from civium.foundation.identity.models import Person
from civium.foundation.identity.queries import find_guests, find_represented_by_nobody
from civium.foundation.kit.references import shown_reference
from civium.foundation.kit.town import the_town
from civium.foundation.privacy.queries import find_people_asking_to_lie
from civium.journeys.catalogue.queries import get_offer_version

from .models import Application, State

# What rests on these is kept until its date even when its owner asks to be erased (GDPR 17.3.b).
KEPT_BY_LAW = ("public-task", "legal-obligation")


@dataclass(frozen=True)
class Fate:
    """What an erasure does with one application. ``until``: the law keeps it so long; None: it goes now.

    ``concerns_id``: the member of staff whom it asks about, to whom it is not shown. ``is_paid``: something was paid for what is open.
    """

    application: Application
    title: str
    reference: str
    is_open: bool
    until: date | None
    concerns_id: UUID | None
    is_paid: bool


def applications_of(owner: str) -> list[Application]:
    """The applications of a person, or the one that is meant; the oldest first. What was deleted is none."""
    kind, _sep, number = owner.partition(":")
    if kind not in ("person", "application"):
        return []
    whose = {"applicant": UUID(number)} if kind == "person" else {"pk": UUID(number)}
    found = Application.objects.filter(**whose).exclude(state=State.DROPPED)
    return list(found.select_related("draft", "applicant").order_by("started_at"))


def find_guests_left() -> QuerySet[Person]:
    """Guests who are still known, although everything that they ever sent is erased."""
    theirs = Application.objects.filter(applicant=OuterRef("pk"))
    was_sent = Exists(theirs.filter(state=State.DROPPED, sent_at__isnull=False))
    is_kept = Exists(theirs.exclude(state=State.DROPPED))
    return find_guests().filter(was_sent, ~is_kept)


def find_represented_left() -> QuerySet[Person]:
    """Children and organisations who are still known, although nobody acts for them and nothing of theirs is left. Whose data is to lie
    still stays, as they want it."""
    is_kept = Exists(Application.objects.filter(applicant=OuterRef("pk")).exclude(state=State.DROPPED))
    return find_represented_by_nobody().filter(~is_kept).exclude(pk__in=find_people_asking_to_lie())


def fates_of(owner: str, *, at: datetime) -> list[Fate]:
    """What an erasure of this owner does with each application, before it is done."""
    return [_fate(application, at) for application in applications_of(owner)]


def _fate(application: Application, at: datetime) -> Fate:
    offer = get_offer_version(application.service, application.version)
    case = get_case_of_subject(application.subject)
    is_open = case is not None and case.closed_at is None
    payment = get_payment_of(application.subject) if is_open else None
    return Fate(
        application=application,
        title=str(offer.words(application.language).title),
        reference=shown_reference(case.reference) if case else "",
        is_open=is_open,
        until=kept_until(application, case, at=at),
        concerns_id=case.concerns_id if case else None,
        is_paid=payment is not None and payment.is_paid,
    )


def kept_until(application: Application, case: Case | None, *, at: datetime) -> date | None:
    """Until when the law keeps what was decided; None when it need not, or that day has come.

    What is looked at again after a decision is kept from now, as long as the longest of its ends.
    """
    if case is None or not was_ever_decided(case):
        return None
    document = get_offer_version(application.service, application.version).document
    if document.basis not in KEPT_BY_LAW:
        return None
    if case.closed_at is None or case.is_withdrawn:
        return kept_at_most(application, at=at)
    period = document.keep.get(case.step)
    until = last_day(the_town().today(case.closed_at), period, the_calendar()) if period else None
    return until if until and until > the_town().today(at) else None


def kept_once_ended(application: Application, step: str, *, at: datetime) -> date | None:
    """Until when the law keeps it if it ends at this step now; None when it need not."""
    document = get_offer_version(application.service, application.version).document
    period = document.keep.get(step) if document.basis in KEPT_BY_LAW else None
    return last_day(the_town().today(at), period, the_calendar()) if period else None


def kept_at_most(application: Application, *, at: datetime) -> date | None:
    """The last day of the longest time for which its service keeps anything, from now; None when it keeps nothing."""
    keep = get_offer_version(application.service, application.version).document.keep
    today = the_town().today(at)
    return max((last_day(today, period, the_calendar()) for period in keep.values()), default=None)
