"""Sending an application: to the agency, or first to the payment."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from civium.engines.cases.actions.move_case import move_by_payment
from civium.engines.cases.actions.open_case import open_case
from civium.engines.cases.models import Case
from civium.engines.cases.rules import chosen_day
from civium.engines.forms.actions.save_answers import save_answers
from civium.engines.forms.queries import open_answers
from civium.engines.forms.rules import Journey
from civium.engines.payments.actions.ask_for_payment import ask_for_payment
from civium.foundation.identity.models import Agency, Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.prepared import change
from civium.foundation.kit.refusals import Refusal
from civium.foundation.kit.town import the_town
from civium.journeys.catalogue.queries import Offer, get_offer_version

from ..events import ApplicationSent
from ..models import Application, State, Way
from ._changing import NotOpenAnyMore, locked
from .keep_what_counts import keep_what_counts
from .look_up import look_up_again
from .make_way_back import open_way
from .start_application import kept_until, refuse_unverified


class NotComplete(Refusal):
    """Questions are still open."""

    message = _("Some questions still need an answer.")
    what_next = _("Go on where you stopped, then send.")
    status = 422


class NotShownLately(Refusal):
    """It asks for a sign-in of the last quarter of an hour: the service says so, or the answers say where money is to go."""

    message = _(
        "What you are about to do must be safe, so we ask once more. Then you come back to where you were."
    )
    status = 403


def send_application(
    application: Application, *, by: Person, at: datetime, is_shown_lately: bool = True
) -> Application:
    """Send what was answered. With a fee, a payment is asked for first; without one the case opens in the same transaction.

    What registers were asked for is asked for once more before. Sent twice (a double click, two tabs), it is sent once.
    Refuses an application that is not complete, and, unless whoever sends it showed lately who they are, one that asks for that.
    """
    if by.pk in (application.applicant_id, application.helper_id) and application.state == State.DRAFT:
        look_up_again(application, at=at)
    return _send(application, by=by, at=at, is_shown_lately=is_shown_lately)


@transaction.atomic
def _send(application: Application, *, by: Person, at: datetime, is_shown_lately: bool) -> Application:
    current = locked(application.pk, for_=by)
    if current.state in (State.TO_PAY, State.SENT):
        return current
    if current.state != State.DRAFT:
        raise NotOpenAnyMore
    form = get_offer_version(current.service, current.version).form
    journey = form.journey(open_answers(current.draft), today=the_town().today(at))
    return send_held(current, journey, by=by, at=at, is_shown_lately=is_shown_lately)


def send_held(
    current: Application, journey: Journey, *, by: Person, at: datetime, is_shown_lately: bool = True
) -> Application:
    """Send a draft with the journey of its answers, by facts that registers told just now. The caller holds it, or made it in the
    same transaction.
    """
    offer = get_offer_version(current.service, current.version)
    if not journey.is_complete:
        raise NotComplete
    # Asked of what is held: an account that another window saves meanwhile is not sent unasked.
    if not is_shown_lately and (
        offer.document.asks_again or (journey.accounts and not current.applicant.is_guest)
    ):
        raise NotShownLately
    refuse_unverified(offer, current.applicant)
    due = offer.fee.due(journey.values) if offer.fee else None
    if due is None or due.nothing_to_pay:
        hand_in(current, journey, offer=offer, by=by, at=at)
        return current
    words = offer.words(current.language)
    payment = ask_for_payment(
        current.subject,
        payer=current.applicant,
        due=due,
        description=str(words.title),
        return_to=reverse("applications:sent", args=[current.pk]),
        leave_to=reverse("applications:pay", args=[current.pk]) + "?left",
        language=current.language,
        agency=offer.document.agency,
        service=offer.name,
        words=words.fee,
        at=at,
    )
    if payment.is_paid:  # the money came while the answers were open again
        hand_in(current, journey, offer=offer, paid=True, by=by, at=at)
        return current
    save_answers(current.draft, {}, at=at, expires_at=kept_until(current, at=at))
    current.state = State.TO_PAY
    current.save(update_fields=["state"])
    return current


def hand_in(
    application: Application,
    journey: Journey,
    *,
    offer: Offer,
    paid: bool = False,
    by: Person | None,
    at: datetime,
) -> Case:
    """Give a complete, paid or free application to the agency: its case opens, and what is paid goes where the document says
    that payment leads. The caller holds the application."""
    keep_what_counts(application, journey, by=by, at=at)
    application.state = State.SENT
    application.sent_at = at
    change(application, "state", "sent_at")
    record(ApplicationSent(application.id, application.service), by=by, at=at)
    if application.applicant.is_guest:
        application.ways_back.all().delete()
        open_way(application, way=Way.CASE, at=at)
    case = open_case(
        application.subject,
        service=application.service,
        version=application.version,
        agency=Agency(name=offer.document.agency),
        applicant=application.applicant,
        steps=offer.steps,
        about=offer.about(journey.values, language=application.language),
        language=application.language,
        chosen_on=chosen_day(offer.steps.steps, journey.values),
        by=by,
        at=at,
    )
    application.case = (
        move_by_payment(case, steps=offer.steps, values=journey.values, at=at) if paid else case
    )
    return application.case
