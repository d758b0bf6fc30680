"""What every change of a case shares: it happens to the case that the person saw, or not at all."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.models import Person
from civium.foundation.journal.events import Event
from civium.foundation.journal.queries import find_entries
from civium.foundation.kit.refusals import NotFound, Refusal, require
from civium.foundation.kit.town import the_town

from ..events import (
    ApplicantAnswered,
    ApplicantAsked,
    CaseClaimed,
    CaseDecided,
    CaseEvent,
    CaseGivenBack,
    CaseHandedOver,
    CaseReopened,
    CaseTakenOver,
    MessageSent,
    QuestionWithdrawn,
)
from ..models import Case, Look
from ..rules import may_work_on
from ._finding import put_other_words


class SomeoneWasFirst(Refusal):
    """The case is no longer as the person saw it. The message says who did what, and when."""

    message = _("This case has changed since you opened it.")
    what_next = _("Look at it again before you go on. Nothing that you entered was saved.")


class CaseIsClosed(Refusal):
    """The case is decided."""

    message = _("This case is already decided.")


_WHAT_HAPPENED = {
    CaseDecided: _("%(who)s decided this case on %(day)s at %(time)s."),
    CaseClaimed: _("%(who)s took this case on %(day)s at %(time)s."),
    CaseGivenBack: _("%(who)s gave this case back to the team on %(day)s at %(time)s."),
    ApplicantAsked: _("%(who)s asked the applicant a question on %(day)s at %(time)s."),
    ApplicantAnswered: _("The applicant answered on %(day)s at %(time)s."),
    QuestionWithdrawn: _("%(who)s withdrew the question to the applicant on %(day)s at %(time)s."),
    MessageSent: _("The applicant wrote a message on %(day)s at %(time)s."),
    CaseHandedOver: _("%(who)s handed this case over on %(day)s at %(time)s."),
    CaseTakenOver: _("%(who)s took this case over on %(day)s at %(time)s."),
    CaseReopened: _("%(who)s reopened this case on %(day)s at %(time)s."),
}
_WHAT_YOU_DID = {
    CaseDecided: _("You decided this case on %(day)s at %(time)s."),
    CaseClaimed: _("You took this case on %(day)s at %(time)s."),
    CaseGivenBack: _("You gave this case back to the team on %(day)s at %(time)s."),
    ApplicantAsked: _("You asked the applicant a question on %(day)s at %(time)s."),
    QuestionWithdrawn: _("You withdrew the question to the applicant on %(day)s at %(time)s."),
    CaseHandedOver: _("You handed this case over on %(day)s at %(time)s."),
    CaseTakenOver: _("You took this case over on %(day)s at %(time)s."),
    CaseReopened: _("You reopened this case on %(day)s at %(time)s."),
}
_ANY_CHANGE_OF_YOURS = _("You moved this case on, on %(day)s at %(time)s.")
_ANY_CHANGE = _("%(who)s moved this case on, on %(day)s at %(time)s.")


def who_was_first(case: Case, *, asked_by: Person | None) -> SomeoneWasFirst:
    """The refusal that tells ``asked_by`` what happened to the case last."""
    last = next((entry for entry in reversed(find_entries([case.stream])) if _changes(entry.event)), None)
    if last is None:
        return SomeoneWasFirst()
    person = Person.objects.filter(pk=last.by_id).first() if last.by_id else None
    who = (person.shown_as if person else "") or _("A colleague")
    if person is not None and person == asked_by:
        happened = _WHAT_YOU_DID.get(type(last.event), _ANY_CHANGE_OF_YOURS)
    else:
        happened = _WHAT_HAPPENED.get(type(last.event), _ANY_CHANGE)
    moment = timezone.localtime(last.at, the_town().time_zone)
    words = {
        "who": who,
        "day": formats.date_format(moment, "j F"),
        "time": formats.date_format(moment, "H:i"),
    }
    return SomeoneWasFirst(happened % words, by=last.by_id, at=last.at)


def _changes(event: Event) -> bool:
    return isinstance(event, CaseEvent) and event.changes_the_case


def require_worker(person: Person, case: Case) -> None:
    """Go on only for a caseworker of the case's agency: for anybody else it is not there. What lies still is left alone."""
    require(may_work_on(person, case), NotFound)
    case.require_usable()


def require_seen(case: Case, revision: int, *, by: Person) -> None:
    """Go on only when the case is still the one that the person saw."""
    if case.revision != revision:
        raise who_was_first(case, asked_by=by)


def change_case(case: Case, *, revision: int, by: Person | None, **fields: Any) -> None:
    """Change the case if it is still the one that was seen: one conditional statement decides between two at once."""
    about = fields.pop("about", None)
    words_change = about is not None and about != case.about
    if words_change:
        case.about = about
        fields["about_sealed"] = case.about_sealed
    changed = Case.objects.filter(pk=case.pk, revision=revision).update(revision=F("revision") + 1, **fields)
    if not changed:
        raise who_was_first(case, asked_by=by)
    if by is not None and by.works_here:
        # What one does oneself is no news: whoever had seen everything still has.
        Look.objects.filter(case=case, person=by, revision=revision).update(revision=revision + 1)
    for name, value in {**fields, "revision": revision + 1}.items():
        setattr(case, name, value)
    if words_change:
        put_other_words([case])
