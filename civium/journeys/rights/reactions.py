"""And then: a question is linked to the reading that it names, and a decision about somebody's data is carried out."""

from __future__ import annotations

from datetime import timedelta

from civium.engines.cases.events import CaseDecided, CaseOpened
from civium.engines.cases.models import Case
from civium.foundation.journal.actions.react import reacts_to
from civium.foundation.journal.models import Entry

from .actions.carry_out import carry_out
from .actions.question_reading import link_question
from .rules import DONE, REQUEST_SERVICE

# The notice of the decision goes out first: after an erasure there is nobody left to write to.
A_MOMENT = timedelta(seconds=20)


@reacts_to(CaseOpened)
def link_to_the_reading(event: CaseOpened, entry: Entry) -> None:
    """Whoever read it should not see the question for longer than a moment."""
    if event.service == REQUEST_SERVICE:
        link_question(Case.objects.select_related("applicant").get(pk=event.case), at=entry.at)


@reacts_to(CaseDecided)
def do_what_was_decided(event: CaseDecided, entry: Entry) -> None:
    """What the data-protection officer agreed to is done by a job, at once."""
    case = Case.objects.filter(pk=event.case, service=REQUEST_SERVICE).first()
    if case is not None and event.step == DONE:
        carry_out.enqueue(str(case.pk), entry.at.isoformat(), once=f"carry-out:{entry.pk}", after=A_MOMENT)
