"""Telling outside registers what the document wants them to know, each by a job of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from civium.engines.registries.actions.tell_register import tell_register
from civium.foundation.jobs.actions.enqueue import job
from civium.foundation.jobs.rules import NotNow
from civium.foundation.kit.expressions import Kind, compile_expression
from civium.foundation.privacy.actions.declare_reading import declare_reading
from civium.foundation.privacy.queries import LiesStill, is_kept_by_law
from civium.foundation.vault.actions.sealing import KeyDestroyed
from civium.journeys.catalogue.queries import Offer, get_offer_version

from ..models import Application
from ..queries import read_journey

# While what would be told lies still, it is asked again so often whether it still does.
ASK_AGAIN: Final = timedelta(hours=1)


def tell_registers(subject: str, *, moment: str, entry_id: int, at: datetime) -> int:
    """Put a job into the queue for each register that is to be told at this moment; give how many."""
    tellings = _offer_of(_application(subject)).document.tell.get(moment, ())
    for number in range(len(tellings)):
        once = f"{entry_id}:{moment}:{number}"
        tell_one_register.enqueue(subject, moment, number, once, at.isoformat(), once=once)
    return len(tellings)


@job(attempts=14, first_wait=timedelta(seconds=30), longest_wait=timedelta(hours=6))
def tell_one_register(subject: str, moment: str, number: int, key: str, at: str) -> None:
    """Tell one register. While it does not answer, the job is tried again for a day and a half; then it is shown as stuck.

    What lies still is told to nobody: the job waits for as long as its owner wants that. What was erased, never.
    """
    application = _application(subject)
    offer = _offer_of(application)
    telling = offer.document.tell[moment][number]
    declare_reading(
        of=application.applicant_id,
        subject=subject,
        purpose="tell-register",
        by=None,
        agency=offer.document.agency,
        service=offer.name,
    )
    try:
        answers, values = _known(application)
    except LiesStill:
        if is_kept_by_law(subject):
            return
        raise NotNow(ASK_AGAIN) from None
    except KeyDestroyed:
        return
    if telling.when is not None:
        condition = compile_expression(telling.when, names=offer.kinds, wants=Kind.BOOL)
        if not condition.holds(values):
            return
    facts = {fact: _answer(name, answers, values) for fact, name in telling.facts.items()}
    tell_register(
        telling.to,
        telling.message,
        {fact: value for fact, value in facts.items() if value is not None},
        about=application.applicant,
        subject=subject,
        key=key,
        purpose=f"{offer.name}:{moment}",
        legal_basis="public-task",
        by=None,
        at=datetime.fromisoformat(at),
    )


def _application(subject: str) -> Application:
    id = UUID(subject.partition(":")[2])
    return Application.objects.select_related("draft", "applicant").get(pk=id)


def _offer_of(application: Application) -> Offer:
    return get_offer_version(application.service, application.version)


def _known(application: Application) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The answers as they are kept, and with computed values as conditions see them, on the day they were sent."""
    journey = read_journey(application)
    return journey.answers, journey.values


def _answer(name: str, answers: Mapping[str, Any], values: Mapping[str, Any]) -> Any:
    """An answer as it is kept, or a part of it (``fine.reference``); else a computed value; None when there is neither."""
    whole, _dot, part = name.partition(".")
    answer = answers.get(whole, values.get(whole))
    return answer.get(part) if part and isinstance(answer, dict) else answer
