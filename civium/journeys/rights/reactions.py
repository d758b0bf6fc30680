"""And then: a decision about somebody's data is carried out."""

from __future__ import annotations

from datetime import timedelta

from civium.engines.cases.events import CaseDecided
from civium.engines.cases.models import Case
from civium.foundation.journal.actions.react import reacts_to
from civium.foundation.journal.models import Entry

from .actions.carry_out import carry_out
from .rules import DONE, REQUEST_SERVICE

# The notice of the decision goes out first: after an erasure there is nobody left to write to.
A_MOMENT = timedelta(seconds=20)


@reacts_to(CaseDecided)
def do_what_was_decided(event: CaseDecided, entry: Entry) -> None:
    """What the data-protection officer agreed to is done by a job, at once."""
    case = Case.objects.filter(pk=event.case, service=REQUEST_SERVICE).first()
    if case is not None and event.step == DONE:
        carry_out.enqueue(str(case.pk), entry.at.isoformat(), once=f"carry-out:{entry.pk}", after=A_MOMENT)
