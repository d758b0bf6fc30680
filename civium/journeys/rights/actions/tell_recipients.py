"""Tell whoever heard of somebody's data through a service that it is erased (GDPR 19): which case, and no more."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from civium.engines.registries.actions.tell_register import tell_register
from civium.engines.registries.queries import find_abilities, find_told
from civium.foundation.identity.models import Person
from civium.foundation.jobs.actions.enqueue import job
from civium.journeys.applications.models import Application

# What a register is told, where it can be told so.
ERASED: Final = "erased"


def tell_recipients(application: Application, reference: str, *, at: datetime) -> None:
    """Put a job into the queue for each register that took something about it, and that can be told of an erasure."""
    takers = {name for name, able in find_abilities().items() if ERASED in able.messages}
    for register in sorted(find_told(application.subject) & takers):
        tell_of_erasure.enqueue(
            register,
            application.subject,
            str(application.applicant_id),
            reference,
            at.isoformat(),
            once=f"erased:{application.id}:{register}",
        )


@job(attempts=14, first_wait=timedelta(seconds=30), longest_wait=timedelta(hours=6))
def tell_of_erasure(register: str, subject: str, person_id: str, reference: str, at: str) -> None:
    """Tell one register that what it heard in a case is erased here. Tried for a day and a half; then it is shown as stuck."""
    tell_register(
        register,
        ERASED,
        {"reference": reference},
        about=Person.objects.get(pk=person_id),
        subject=subject,
        key=f"erased:{subject}:{register}",
        purpose="erasure:tell-recipients",
        legal_basis="legal-obligation",
        by=None,
        at=datetime.fromisoformat(at),
    )
