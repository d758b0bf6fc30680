"""Telling people what was said about a case: the applicant in their language, colleagues in theirs, in the product's own words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from civium.engines.cases.models import Case, Decision, Message, Note, Question
from civium.engines.notices.actions.send_notice import send_notice
from civium.engines.notices.models import Notice
from civium.engines.notices.rules import Address
from civium.foundation.design.showing import day
from civium.foundation.identity.models import Person
from civium.foundation.identity.queries import find_shown_names
from civium.journeys.catalogue.queries import get_offer_version

from ..corrections import read_correction
from ..notice_values import case_values


def question_words(question: Question) -> str:
    """What the applicant is asked, in full: the words, each answer to correct with its reason, and until when."""
    lines = [question.words] if question.words else []
    language = question.case.language_of_letters
    with override(language):
        if question.named and question.is_open:
            asked = read_correction(question, language=language).asked
            lines.append(_("Please correct:"))
            lines += [
                _("%(answer)s: %(reason)s") % {"answer": each.key, "reason": each.reason} for each in asked
            ]
        if question.until:
            lines.append(_("Please answer by %(day)s.") % {"day": day(question.until)})
    return "\n".join(lines)


def remind_of_question(question: Question, *, is_late: bool, at: datetime) -> Notice:
    """Remind the applicant that we wait for an answer; with ``is_late``, that the day has passed and what that means."""
    case = question.case
    with override(case.language_of_letters):
        until = day(question.until) if question.until else ""
        if is_late:
            subject = _("We still wait for your answer: ((service)), ((reference))")
            body = _(
                "Dear ((name)),\n\nwe asked you for something about your application “((service))”, and the day to answer, "
                "((until)), has passed. **You can still answer now.** Your case stands still until you do.\n\n"
                "If we hear nothing, we may have to decide with what we have. If you need more time, write to us or "
                "call ((phone)).\n\n((link))"
            )
        else:
            subject = _("Please answer by ((until)): ((service)), ((reference))")
            body = _(
                "Dear ((name)),\n\nthis is a reminder. We asked you for something about your application “((service))”. "
                "Please answer by **((until))**. Your case stands still until you do.\n\n"
                "If you need more time, write to us or call ((phone)).\n\n((link))"
            )
        return _to_applicant(
            case,
            kind="answer-overdue" if is_late else "answer-reminder",
            subject=subject,
            body=body,
            extra={"until": until},
            at=at,
            once=f"reminder:{question.pk}:{'late' if is_late else 'soon'}",
        )


def tell_of_withdrawn_question(question: Question, *, at: datetime) -> Notice:
    """Tell the applicant that we no longer need the answer."""
    with override(question.case.language_of_letters):
        return _to_applicant(
            question.case,
            kind="question-withdrawn",
            subject=_("You do not have to answer any more: ((service)), ((reference))"),
            body=_(
                "Dear ((name)),\n\nwe had asked you for something about your application “((service))”. We no longer need "
                "it, and you do not have to do anything. We are working on your case again.\n\n((agency)), ((phone))\n\n((link))"
            ),
            extra={},
            at=at,
            once=f"question-withdrawn:{question.pk}",
        )


def tell_applicant_of_message(message: Message, *, at: datetime) -> Notice:
    """Tell the applicant what the agency wrote."""
    case = message.case
    with override(case.language_of_letters):
        body = _(
            "Dear ((name)),\n\n((agency)) sent you a message about your application “((service))”, reference ((reference)):\n\n"
            "> ((message))\n\nYou can read it and answer on your page.\n\n((link))"
        )
        if not message.words:
            body = _(
                "Dear ((name)),\n\n((agency)) sent you files about your application “((service))”, reference ((reference)). "
                "You find them on your page.\n\n((link))"
            )
        return _to_applicant(
            case,
            kind="message",
            subject=_("A message about your application: ((service)), ((reference))"),
            body=body,
            extra={"message": message.words},
            at=at,
            once=f"message:{message.pk}",
        )


def tell_colleague_of_message(message: Message, *, at: datetime) -> Notice | None:
    """Tell whoever has the case that the applicant wrote; nobody when nobody has it: the queues show it."""
    holder = message.case.assigned_to
    if holder is None:
        return None
    with override(holder.language):
        return _to_colleague(
            message.case,
            to=holder,
            kind="applicant-wrote",
            subject=_("The applicant wrote: ((reference))"),
            body=_(
                "The applicant of case ((reference)), “((service))”, sent a message. The case is with you.\n\n((link))"
            ),
            who="",
            at=at,
            once=f"message:{message.pk}:{holder.pk}",
        )


def tell_of_note(note: Note, *, to: Person, at: datetime) -> Notice:
    """Tell a colleague that a note names them, or that a case came to them or went from them. What it says stays with the case."""
    case, kind = note.case, Note.Kind(note.kind)
    with override(to.language):
        is_theirs = kind == Note.Kind.HAND_OVER and case.assigned_to_id == to.pk
        if is_theirs:
            subject = _("A case for you: ((reference))")
            body = _(
                "((who)) handed you the case ((reference)), “((service))”. Their note is with the case.\n\n((link))"
            )
        elif kind == Note.Kind.TAKE_OVER:
            subject = _("A case was taken over from you: ((reference))")
            body = _(
                "((who)) took over the case ((reference)), “((service))”. The reason is with the case.\n\n((link))"
            )
        else:
            subject = _("((who)) mentioned you: ((reference))")
            body = _("((who)) mentioned you in a note on the case ((reference)), “((service))”.\n\n((link))")
        return _to_colleague(
            case,
            to=to,
            kind=f"note-{kind.value}",
            subject=subject,
            body=body,
            who=find_shown_names([note.written_by_id]).get(note.written_by_id, _("A colleague")),
            at=at,
            once=f"note:{note.pk}:{to.pk}",
        )


def tell_of_reopening(case: Case, *, decision: Decision, documents: bool, at: datetime) -> Notice:
    """Tell the applicant that the decision no longer stands, why, what becomes of documents, and by when there is a new one."""
    with override(case.language_of_letters):
        consequence = _(
            "**The documents that you got with the decision are no longer valid.** Please do not use them.\n\n"
        )
        body = _(
            "Dear ((name)),\n\nwe had decided on your application “((service))”, reference ((reference)). We are now looking at "
            "it again, so **that decision no longer stands**.\n\n((documents))**Why**\n\n> ((reason))\n\n"
            "We decide again by ((due)). You do not have to do anything now; if we need something from you, we ask. "
            "Questions? Call ((phone)) or write to ((email)).\n\n((link))"
        ).replace("((documents))", consequence if documents else "")
        return _to_applicant(
            case,
            kind="case-reopened",
            subject=_("We look at your application again: ((service)), ((reference))"),
            body=body,
            extra={"reason": decision.why_set_aside},
            at=at,
            once=f"case-reopened:{decision.pk}",
        )


def _to_applicant(
    case: Case, *, kind: str, subject: str, body: str, extra: Mapping[str, str], at: datetime, once: str
) -> Notice:
    values = {**case_values(case, language=case.language_of_letters), **extra}
    return send_notice(
        to=case.applicant,
        about=case.subject,
        kind=kind,
        subject_line=subject,
        body=body,
        values=values,
        language=case.language_of_letters,
        at=at,
        once=once,
    )


def _to_colleague(
    case: Case, *, to: Person, kind: str, subject: str, body: str, who: str, at: datetime, once: str
) -> Notice:
    """No name of the applicant and no word of anybody's: what is said stays with the case."""
    offer = get_offer_version(case.service, case.version)
    values = {
        "who": who,
        "reference": case.shown_reference,
        "service": str(offer.words(to.language).title),
        "link": Address(f"{settings.CIVIUM_ORIGIN}{reverse('desk:case', args=[case.reference])}"),
    }
    return send_notice(
        to=to,
        about=case.subject,
        kind=kind,
        subject_line=subject,
        body=body,
        values=values,
        language=to.language,
        at=at,
        once=once,
    )
