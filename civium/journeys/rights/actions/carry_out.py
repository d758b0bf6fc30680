"""Carry out what the data-protection officer decided in a case about data."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from civium.engines.cases.actions.send_message import send_message
from civium.engines.cases.models import Case
from civium.engines.notices.actions.send_notice import send_notice
from civium.foundation.design.showing import bare_words, day
from civium.foundation.files.actions.make_pdf import make_pdf
from civium.foundation.files.actions.seal_pdf import seal_pdf
from civium.foundation.identity.actions.rename_person import rename_person
from civium.foundation.identity.models import Person
from civium.foundation.jobs.actions.enqueue import job
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.references import shown_reference
from civium.foundation.kit.refusals import Refusal
from civium.foundation.kit.town import the_town
from civium.foundation.privacy.actions.consent import withdraw_consent
from civium.foundation.privacy.actions.erase_owner import Line, erase_owner, lock_owner
from civium.foundation.privacy.actions.restrict_use import restrict_use
from civium.foundation.privacy.models import Why
from civium.foundation.privacy.queries import find_locked_away, foresee_line, is_kept_by_law
from civium.journeys.applications.actions.withdraw_application import end_undecided
from civium.journeys.applications.queries import Fate

from ..events import RequestCarriedOut
from ..models import CarriedOut
from ..queries import Plan, find_subjects, get_case_of_wish, plan_erasure, wish_of
from ..rules import OBJECTED_PURPOSES, REQUEST_SERVICE, Wish
from .tell_recipients import tell_recipients


@job(attempts=10)
def carry_out(case_id: str, at: str) -> None:
    """Do what the case decided, once. ``result`` says what was done, as a code."""
    carry_out_case(Case.objects.select_related("applicant").get(pk=case_id), at=datetime.fromisoformat(at))


@transaction.atomic
def carry_out_case(case: Case, *, at: datetime) -> CarriedOut | None:
    """Do what the case decided. A second call does nothing."""
    case = Case.objects.select_for_update(of=("self",)).select_related("applicant").get(pk=case.pk)
    if case.service != REQUEST_SERVICE or CarriedOut.objects.filter(case=case).exists():
        return None
    wish, person = wish_of(case), case.applicant
    result = _DOING[wish.what](case, person, wish, at)
    done = CarriedOut.objects.create(case=case, person=person, wish=wish.what, result=result, done_at=at)
    record(RequestCarriedOut(case.id, person.id, wish.what, result), by=None, at=at)
    return done


def _correct(case: Case, person: Person, wish: Wish, at: datetime) -> str:
    """A name is put right at once. What is wrong in a case, its agency reads in the case, in the person's words, and puts right."""
    if wish.right_name:
        rename_person(person, name=wish.right_name, by=person, at=at)
        return "name-corrected"
    about = get_case_of_wish(person, wish) if wish.reference else None
    if about is None:
        return "noted"
    if is_kept_by_law(about.subject):
        return "kept-unchanged"
    try:
        send_message(about, words="\n\n".join(wish.words), files=(), by=person, at=at)
    except Refusal:
        return "noted"
    return "agency-told"


def _restrict(case: Case, person: Person, wish: Wish, at: datetime) -> str:
    about = get_case_of_wish(person, wish) if wish.reference else None
    if wish.reference and about is None:
        return "nothing-found"
    if about and is_kept_by_law(about.subject):
        return "kept-by-law"
    owners = [about.subject] if about else [person.vault_key, *find_subjects(person)]
    # Held in the order of their numbers: the night, which may be about to erase one, comes before, or sees it.
    list(Case.objects.select_for_update().filter(subject__in=owners).order_by("pk"))
    for owner in owners:
        restrict_use(owner, because=Why(wish.because), by=person, at=at)
    return "case-restricted" if about else "everything-restricted"


def _object(case: Case, person: Person, wish: Wish, at: datetime) -> str:
    purpose = OBJECTED_PURPOSES.get(wish.purpose)
    if purpose:
        withdraw_consent(person.vault_key, purpose=purpose, how="objection", by=person, at=at)
    return f"no-{wish.purpose}"


def _erase(case: Case, person: Person, wish: Wish, at: datetime) -> str:
    """Lock away the case that the law keeps, and say so; else tell whoever the data was passed on to, erase, and send the proof to the
    address that is known until then."""
    about = get_case_of_wish(person, wish) if wish.reference else None
    if wish.reference and about is None:
        return "nothing-found"
    plan = plan_erasure(person, about=about, at=at)
    if plan.refusal:
        return plan.refusal
    if about is not None:
        if not plan.fates:  # before, or by an attempt of which the ledger alone knows
            return "case-erased"
        if plan.kept:
            if not is_kept_by_law(about.subject):
                lock_owner(about.subject, by=None, at=at)
            _tell_that_it_is_kept(case, plan.kept[0], about.subject, at=at)
            return "kept-by-law"
        if about.closed_at is None:
            end_undecided(about, by=person, at=at)
    elif person.is_erased:  # by an attempt of which the ledger alone knows
        return "everything-erased"
    for fate in plan.erased:
        tell_recipients(fate.application, fate.reference, at=at)
    owner = about.subject if about else person.vault_key
    # What may fail comes before what cannot be undone, and the address is known until then.
    address, foreseen = person.mail_address, foresee_line(owner, at=at)
    proof = _letter_of_proof(case, plan, foreseen, address, at=at) if address else None
    line = erase_owner(owner, because="asked", by=None, at=at)
    if proof and line != foreseen:  # another erasure came between
        proof = _letter_of_proof(case, plan, line, address, at=at)
    if proof:
        proof.send()
    return "case-erased" if about else "everything-erased"


def _tell_that_it_is_kept(case: Case, fate: Fate, subject: str, *, at: datetime) -> None:
    """Why it is not erased, until when, and who else can be asked (GDPR 12(4))."""
    person, language = case.applicant, case.language_of_letters
    until = find_locked_away(owner=subject)[0].until
    with override(language):
        values = {
            "name": person.name,
            "title": fate.title,
            "reference": fate.reference,
            "day": day(until) if until else "",
        }
        send_notice(
            to=person,
            about=case.subject,
            kind="data-kept",
            subject_line=_("We cannot erase ((reference)) yet"),
            body=_(
                "Dear ((name)),\n\n"
                "You asked us to erase “((title))”, ((reference)). The law makes us keep it until ((day)).\n\n"
                "It is locked away now: nobody works with it. You can still read it. On that day we erase it.\n\n"
                "You do not agree? Ask our data-protection officer under “My data”, or complain to the data-protection authority or a "
                "court."
            ),
            values=values,
            language=language,
            at=at,
            once=f"data-kept:{case.id}",
        )


def _nothing_more(case: Case, person: Person, wish: Wish, at: datetime) -> str:
    """A question is answered by the decision itself."""
    return "answered"


_DOING: dict[str, Callable[[Case, Person, Wish, datetime], str]] = {
    "correct": _correct,
    "restrict": _restrict,
    "object": _object,
    "erase": _erase,
    "question": _nothing_more,
}


def _letter_of_proof(case: Case, plan: Plan, line: Line, address: str, *, at: datetime) -> EmailMessage:
    """What was erased and what is kept, by name; and a sealed page that says so with numbers and dates and nobody's name."""
    with override(case.language_of_letters):
        title = _("What we erased")
        values = {
            "title": title,
            "town_name": bare_words(the_town().name),
            "on": day(the_town().today(at)),
            "number": line.number,
            "digest": line.digest,
            "reference": shown_reference(case.reference),
            "erased": [(fate.title, fate.reference) for fate in plan.erased],
            "kept": [(fate.title, fate.reference, day(fate.until)) for fate in plan.kept if fate.until],
            "is_everything": plan.is_everything,
        }
        html = render_to_string("rights/proof.html", values, using="jinja2")
        pdf = seal_pdf(make_pdf(html, language=case.language_of_letters, title=title), reason=title, at=at)
        text = render_to_string("rights/proof.txt", values, using="jinja2")
    letter = EmailMessage(title, text, settings.DEFAULT_FROM_EMAIL, [address])
    letter.attach("proof.pdf", pdf, "application/pdf")
    return letter
