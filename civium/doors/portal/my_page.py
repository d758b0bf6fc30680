"""What "my page" shows, put together from what the rooms know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from civium.doors.portal.rules import NextStep, urgency
from civium.engines.cases.models import Case, Question
from civium.engines.payments.queries import get_payment_of
from civium.foundation.design.showing import day, moment
from civium.foundation.kit.town import the_town
from civium.journeys.applications.models import Application, State
from civium.journeys.applications.queries import about_of_draft
from civium.journeys.applications.rules import TONES, promise, status_words
from civium.journeys.catalogue.queries import get_offer, get_offer_version
from civium.journeys.rights.queries import find_not_as_asked


class CaseCard(NamedTuple):
    """One case in the list: plain words for where it is, and the date that counts. What was erased has no page to lead to."""

    title: str
    href: str
    reference: str
    about: str
    status: str
    tone: str
    promise: str
    unread: int = 0


def next_steps(
    applications: Sequence[Application],
    questions: Sequence[Question],
    cases: Sequence[Case],
    *,
    today: date,
    language: str,
) -> list[NextStep]:
    """What waits for this person: what a case stands still for, then messages, then money, then unfinished applications."""
    asked = [_asked(question, today=today, language=language) for question in questions]
    waiting = {question.case_id for question in questions}
    unread = [_unread(case, language) for case in cases if _has_news(case) and case.pk not in waiting]
    begun = Counter(each.service for each in applications)
    unfinished = [
        _unfinished(each, today=today, language=language, is_one_of_several=begun[each.service] > 1)
        for each in applications
    ]
    return asked + unread + sorted(unfinished, key=lambda step: step.urgency == "normal")


def _asked(question: Question, *, today: date, language: str) -> NextStep:
    case, until = question.case, question.until
    title = (
        _("Correct answers in your %(service)s")
        if question.named
        else _("Answer a question about your %(service)s")
    )
    why, by = _("Your case stands still until you answer. The date of the decision moves with it."), ""
    if case.lies_still:
        why = _("You can answer. We read it once we may use this case again.")
    elif until:
        by = _("The day to answer was %(day)s") if until < today else _("Please answer by %(day)s")
        by = by % {"day": day(until)}
    return NextStep(
        title=title % {"service": _service_words(case, language)},
        why=why,
        action=_("Correct") if question.named else _("Answer"),
        href=reverse("portal:case", args=[case.reference]) + "#question",
        urgency="late",
        by=by,
    )


def _has_news(case: Case) -> bool:
    return bool(case.unread_messages) and not case.is_erased


def _unread(case: Case, language: str) -> NextStep:
    count = case.unread_messages
    words = ngettext(
        "Read a message about your %(service)s", "Read %(count)s messages about your %(service)s", count
    )
    return NextStep(
        title=words % {"service": _service_words(case, language), "count": count},
        why=_("The team that works on your case wrote to you."),
        action=_("Read"),
        href=reverse("portal:case", args=[case.reference]) + "#messages",
    )


def _service_words(thing: Case | Application, language: str) -> str:
    return str(get_offer_version(thing.service, thing.version).words(language).title)


def _payment_state(application: Application) -> str:
    payment = get_payment_of(application.subject) if application.state == State.TO_PAY else None
    return payment.state if payment is not None else ""


def _unfinished(application: Application, *, today: date, language: str, is_one_of_several: bool) -> NextStep:
    service, paid = _service_words(application, language), _payment_state(application)
    if paid in ("pending", "paid"):
        return NextStep(
            title=_("Waiting for your bank: %(service)s") % {"service": service},
            why=_("As soon as the payment arrives we send your application. You do not have to pay again."),
            action=_("See the payment"),
            href=reverse("applications:sent", args=[application.id]),
            urgency="normal",
        )
    expires_at = application.draft.expires_at
    until = the_town().today(expires_at) if expires_at else None
    kept = _("We keep your answers until %(day)s") % {"day": day(until)} if until else ""
    if application.state == State.TO_PAY:
        return NextStep(
            title=_("Pay for your %(service)s") % {"service": service},
            why=_("Your bank declined the payment. No money was taken. Try again, or use another card.")
            if paid == "declined"
            else _("Your answers are complete. Your application goes to the team as soon as you pay."),
            action=_("Pay"),
            href=reverse("applications:pay", args=[application.id]),
            urgency="soon",
            by=kept,
        )
    about = about_of_draft(application, language=language) if is_one_of_several else ""
    title = _("Finish your %(service)s") % {"service": service}
    return NextStep(
        title=f"{title} · {about}" if about else title,
        why=_why_unfinished(application),
        action=_("Continue"),
        href=reverse("applications:resume", args=[application.id]),
        urgency=urgency(until, today),
        by=kept,
    )


def _why_unfinished(application: Application) -> str:
    """That it is kept; which one it is, where there may be several; and that the service has changed since."""
    offered = get_offer(application.service)
    said = [_("We kept your answers. You can go on where you stopped.")]
    if application.is_one_of_several:
        said.insert(0, _("Begun: %(moment)s.") % {"moment": moment(application.started_at)})
    if offered.is_withdrawn:
        said.append(_("The town takes no new applications for this service. You can still send this one."))
    elif offered.version != application.version:
        said.append(_("There is a newer form. You can stay on this one, or move."))
    return " ".join(said)


def case_cards(cases: Sequence[Case], *, language: str) -> list[CaseCard]:
    """The cases as cards, with how many messages were not read. What they share is put into words once."""
    address = reverse("portal:case", args=["~"])
    kinds = {(case.service, case.version): case for case in cases}
    not_as_asked = find_not_as_asked(cases)
    titles = {kind: _service_words(case, language) for kind, case in kinds.items()}
    statuses = {status: status_words(status) for status in {case.shown_status for case in cases}}
    promised = {_promised(case): case for case in cases}
    promises = {key: promise(case) for key, case in promised.items()}
    return [
        CaseCard(
            title=titles[case.service, case.version],
            href="" if case.is_erased else address.replace("~", case.reference),
            reference=case.reference,
            about=get_offer_version(case.service, case.version).retell_about(case.about, language=language),
            status=_status(case, statuses, not_as_asked),
            tone="grey" if case.is_erased or case.pk in not_as_asked else TONES.get(case.shown_status, "sea"),
            promise=_lying_still(case) or promises[_promised(case)],
            unread=case.unread_messages if _has_news(case) else 0,
        )
        for case in cases
    ]


def _status(case: Case, statuses: Mapping[str, str], not_as_asked: Collection[UUID]) -> str:
    if case.is_erased:
        return _("Erased")
    return status_words("closed") if case.pk in not_as_asked else statuses[case.shown_status]


def _lying_still(case: Case) -> str:
    """That nobody works with it, where that is so; of a decided case only where the law alone keeps it."""
    if case.is_kept_by_law:
        return _("The law makes us keep this case. Nobody works with it.")
    return _("Nobody works with this case") if case.lies_still and not case.closed_at else ""


def _promised(case: Case) -> tuple[object, ...]:
    """What the promise of a case says, so that many of one day are put into words once."""
    return case.closed_at, case.status, case.paused_at is None, case.expected_on, case.chosen_on, case.due_on
