"""Open a case."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from django.db import transaction

from civium.engines.clock.queries import the_calendar
from civium.foundation.identity.models import Agency, Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.prepared import insert
from civium.foundation.kit.references import new_reference
from civium.foundation.kit.town import the_town

from ..events import CaseOpened
from ..models import Case
from ..rules import CompiledSteps, deadlines
from ._words import written_words

_TRIES = 8


@transaction.atomic(savepoint=False)
def open_case(
    subject: str,
    *,
    service: str,
    version: int,
    agency: Agency,
    applicant: Person,
    steps: CompiledSteps,
    about: str,
    language: str,
    chosen_on: date | None = None,
    by: Person | None,
    at: datetime,
) -> Case:
    """Open the subject's case in its first step. Asked again for the same subject, it gives the same case and does nothing.

    ``chosen_on``: the day that the applicant chose, for a step that the document ties to it.
    """
    first = steps.steps.first
    due = deadlines(steps.steps, first, the_town().today(at), the_calendar(), chosen_on=chosen_on)
    for _ in range(_TRIES):
        fresh = Case(
            id=uuid.uuid4(),
            reference=new_reference(),
            subject=subject,
            service=service,
            version=version,
            agency=agency,
            applicant=applicant,
            step=first,
            entered_at=at,
            waits_for=steps.steps.waits_for(first),
            status=steps.steps.status_of(first),
            language=language,
            opened_at=at,
            due_on=due.due_on,
            expected_on=due.expected_on,
            chosen_on=due.chosen_on,
        )
        fresh.about = written_words(about)[:200]
        # The database decides between two at once, and between two equal references, without a failed statement.
        if insert(fresh, unless_there=True):
            opened = CaseOpened(
                fresh.id, subject, service, version, agency.pk, first, due.due_on, due.expected_on
            )
            record(opened, by=by, at=at)
            return fresh
        standing = Case.objects.filter(subject=subject).first()
        if standing is not None:
            return standing
    raise RuntimeError(f"no free reference in {_TRIES} tries")
