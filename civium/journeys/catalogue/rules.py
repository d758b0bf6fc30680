"""Pure facts about service documents: at which moments notices go out, and which values their words may speak of."""

from __future__ import annotations

from collections.abc import Mapping

from .schema import ASKED, PAID, Listed, Output, Service

# What every notice and every document may speak of; a question cannot have one of these names. ``about`` is the line that lists show, ``link`` leads to the case.
ALWAYS = frozenset({"about", "agency", "email", "link", "name", "phone", "reference", "service", "town"})
REASON, QUESTION, AMOUNT, DUE = "reason", "question", "amount", "due"
ISSUED_ON, VALID_UNTIL = "issued_on", "valid_until"
TAKEN = ALWAYS | {REASON, QUESTION, AMOUNT, DUE, ISSUED_ON, VALID_UNTIL}

# Under so many decisions, how long they took says more about single cases than about the service.
ENOUGH_DECISIONS = 10


def days_for_share(days: Mapping[int, int], percent: int) -> int:
    """The fewest days within which at least so many percent of the cases were decided; ``days`` counts cases by their days.

    Refuses, with ValueError, to speak of no cases at all.
    """
    wanted, seen = -(-percent * sum(days.values()) // 100), 0
    for number in sorted(days):
        seen += days[number]
        if seen >= max(1, wanted):
            return number
    raise ValueError("there are no cases")


def is_for(document: Listed, audience: str, includes: str | None) -> bool:
    """Whether an audience of the town finds this on its shelf: it is named, or everybody of its kind can apply."""
    return audience in document.audience or (includes is not None and includes in document.audience)


def moments(service: Service) -> dict[str, str]:
    """Why each moment of a service exists, by name: its steps, and those beside them at which a notice may go out."""
    found = dict.fromkeys(service.steps.names, "step")
    if service.fee is not None:
        found[PAID] = "the fee is paid"
    if any(move.asks_applicant for step in service.steps.root.values() for move in step.moves):
        found[ASKED] = "the applicant is asked something"
    return found


def notice_values(service: Service, moment: str) -> frozenset[str]:
    """The names that a notice sent at this moment may use as ``((name))``."""
    if moment == PAID:
        return ALWAYS | {AMOUNT, DUE}
    if moment == ASKED:
        return ALWAYS | {QUESTION}
    step = service.steps[moment]
    own = {REASON} if has_reason(service, moment) else set()
    return ALWAYS | own | (set() if step.end else {DUE})


def known_by_notice(service: Service) -> dict[str, frozenset[str]]:
    """The names that each notice may use; a notice sent at several moments may use what all of them have."""
    known: dict[str, frozenset[str]] = {}
    existing = moments(service)
    for moment, notice in service.notices.items():
        if moment in existing:
            values = notice_values(service, moment)
            known[notice] = known.get(notice, values) & values
    return known


def output_values(service: Service, step: str, output: Output, answers: frozenset[str]) -> frozenset[str]:
    """The names that a document given in this step may use: answers, and facts about the case."""
    own = (
        {ISSUED_ON}
        | ({VALID_UNTIL} if output.valid else set())
        | ({REASON} if has_reason(service, step) else set())
    )
    return ALWAYS | own | answers


def has_reason(service: Service, step: str) -> bool:
    """Whether the step is a decision, and every way to it comes with a reason."""
    if not service.steps[step].end:
        return False
    ways = [move for one in service.steps.root.values() for move in one.moves if move.to == step]
    return bool(ways) and all(move.needs == REASON or bool(service.steps[step].appeal) for move in ways)
