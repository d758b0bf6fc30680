"""Running a service's examples: an application goes its way on paper, with the day and the registers' answers given."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from civium.engines.cases.rules import chosen_day, expected_on
from civium.engines.cases.schema import Move
from civium.engines.clock.queries import the_calendar
from civium.engines.forms.rules import Journey
from civium.foundation.kit.expressions import Kind, compile_expression

from .examples_schema import Example
from .loading import EXAMPLES_FILE, ServiceFolder
from .marked_yaml import Place
from .offers import Offer
from .problems import Problem, did_you_mean
from .schema import ASKED, PAID

Differences = Iterator[tuple[Place, str]]
# What ``wrong`` says of a page at which the way ends, by the page's name.
STOPS = "stop"
# And of a rule that the answers break, by the rule's name.
BREAKS = "rule"


def run_examples(folder: ServiceFolder, offer: Offer) -> list[Problem]:
    """What does not come out as the examples say, each with the line of the expectation."""
    examples = folder.examples.root if folder.examples else ()
    found = [
        folder.problem(EXAMPLES_FILE, (at, *place), f"{example.example}: {words}")
        for at, example in enumerate(examples)
        for place, words in differences(example, offer)
    ]
    return found or [
        *_untried_ends(folder, offer, examples),
        *_unseen_pages(folder, offer, examples),
        *_unasked_answers(folder, offer, examples),
    ]


def differences(example: Example, offer: Offer) -> Differences:
    """Where an example and the service disagree: the part of the example, and what was expected and found."""
    unknown = [name for name in example.answers if name not in _askable(offer)]
    if unknown:
        yield (
            ("answers", unknown[0]),
            f"there is no question '{unknown[0]}'; {did_you_mean(unknown[0], _askable(offer))}",
        )
        return
    journey = journey_of(example, offer)
    mistakes = _mistakes(journey)
    if example.pages is not None and tuple(journey.page_names) != example.pages:
        yield ("pages",), _expected("pages", example.pages, journey.page_names)
    if example.wrong or mistakes:
        yield from _compare_mistakes(example, mistakes, journey)
        return
    yield from _compare_answers(example, offer, journey)
    yield from _compare_way(example, offer, journey)


def journey_of(example: Example, offer: Offer) -> Journey:
    """The journey that an example's answers make, what registers fill in first."""
    known = {
        question: example.registers[register][name]
        for question, source in offer.document.prefill.items()
        for register, _, name in [source.partition(".")]
        if name in example.registers.get(register, {})
    }
    return offer.form.journey(_given(offer, {**known, **example.answers}), today=example.today)


def _askable(offer: Offer) -> list[str]:
    return [
        page.repeat.name if page.repeat else ready.name for page in offer.form.pages for ready in page.asked
    ]


def _given(offer: Offer, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as the form keeps them: optional ones seen and left empty, rows with their ids, files with theirs."""
    given: dict[str, Any] = {}
    for page in offer.form.pages:
        if page.repeat is None:
            given |= _given_on(page.asked, answers)
            continue
        rows = answers.get(page.repeat.name, [])
        given[page.repeat.name] = [
            {"_id": str(number), **_given_on(page.asked, row)} for number, row in enumerate(rows, 1)
        ]
    return given


def _given_on(asked: Iterable[Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for ready in asked:
        if ready.name in answers:
            value = answers[ready.name]
            given[ready.name] = _files(value) if ready.question.type == "file" else value
        elif ready.question.optional:
            given[ready.name] = None
    return given


def _files(names: Any) -> list[dict[str, str]]:
    """Files are given by their names: their contents change nothing here."""
    return [
        {"id": str(uuid5(NAMESPACE_URL, str(name))), "name": str(name)}
        for name in (names if isinstance(names, list) else [names])
    ]


def _mistakes(journey: Journey) -> dict[str, str]:
    found: dict[str, str] = {}
    for state in journey.pages:
        if state.page.stops:
            found[state.page.name] = STOPS
        if state.answered is not None:
            found |= {name: wrong.code for name, wrong in state.answered.wrong.items()}
            found |= {rule.name: BREAKS for rule in state.answered.broken}
            continue
        name = state.page.page.repeat.name if state.page.page.repeat else ""
        for number, row in enumerate(state.rows):
            found |= {f"{name}[{number}].{one}": wrong.code for one, wrong in row.answered.wrong.items()}
            found |= {f"{name}[{number}].{rule.name}": BREAKS for rule in row.answered.broken}
        found |= {rule.name: BREAKS for rule in state.broken}
        is_told = state.broken or any(row.answered.wrong or row.answered.broken for row in state.rows)
        if not state.is_complete and not is_told:
            found[name] = "rows"
    return found


def _compare_mistakes(example: Example, found: Mapping[str, str], journey: Journey) -> Differences:
    for name, code in found.items():
        if name not in example.wrong:
            said = {"required": "has no answer", STOPS: "ends the way here", BREAKS: "is broken"}
            words = said.get(code, f"is refused ({code})") + _how_days_are_written(example, name, journey)
            yield ("answers", name), f"'{name}' {words}; the pages seen were {_listed(journey.page_names)}"
    for name, code in example.wrong.items():
        if found.get(name) != code:
            yield (
                ("wrong", name),
                f"expected '{name}' to be refused ({code}), got {found.get(name) or 'no mistake'}",
            )


def _how_days_are_written(example: Example, name: str, journey: Journey) -> str:
    """For a day that is not written as an example writes days."""
    types = {
        ready.name: getattr(ready.question, "type", "")
        for state in journey.pages
        for ready in state.page.questions
    }
    written = str(example.answers.get(name, ""))
    is_strange = types.get(name) == "date" and written and not re.fullmatch(r"\d{4}-\d\d-\d\d", written)
    return (
        f": '{written}' is not how an example writes a day; write it as \"2026-03-27\"" if is_strange else ""
    )


def _compare_answers(example: Example, offer: Offer, journey: Journey) -> Differences:
    for name, value in example.values.items():
        if not _same(value, journey.values.get(name)):
            yield ("values", name), _expected(f"value '{name}'", value, journey.values.get(name))
    about = offer.about(journey.values, language=next(iter(offer.texts)))
    if example.about is not None and about != example.about:
        yield ("about",), _expected("about", example.about, about)
    if offer.fee is not None and (left_out := offer.fee.due(journey.values).left_out):
        words = f"the fee line '{left_out[0]}' cannot be computed: an answer that it needs was not asked for"
        yield ("fee",), words + "; give the line a 'when'"
    if example.fee is not None:
        found = _fee(offer, journey)
        if not _same(example.fee, found):
            yield ("fee",), _expected("fee", example.fee, found)


def _fee(offer: Offer, journey: Journey) -> str:
    if offer.fee is None:
        return "none"
    due = offer.fee.due(journey.values)
    return "waived" if due.waived else str(due.total.amount)


def _compare_way(example: Example, offer: Offer, journey: Journey) -> Differences:
    step = offer.steps.steps.first
    walked = _moved_by_payment(offer, journey, step)
    if walked:
        step = walked[0].to
    for at, moved in enumerate(example.walk):
        offered = {move.name: move for move in offer.steps.moves_from(step, journey.values)}
        move = offered.get(moved.move)
        if move is None:
            yield (
                ("walk", at, "move"),
                f"'{step}' offers no move '{moved.move}' here; {did_you_mean(moved.move, offered, what='moves')}",
            )
            return
        if moved.by not in move.by:
            yield ("walk", at, "by"), f"'{moved.move}' is not for a {moved.by}; it is for {_listed(move.by)}"
        walked.append(move)
        step = move.to
    yield from _compare_outcome(example, offer, journey, walked)


def _moved_by_payment(offer: Offer, journey: Journey, step: str) -> list[Move]:
    """The move that makes itself when the fee is paid."""
    if not _is_paid(offer, journey):
        return []
    return [move for move in offer.steps.moves_from(step, journey.values) if move.is_by_payment][:1]


def _compare_outcome(example: Example, offer: Offer, journey: Journey, walked: Sequence[Move]) -> Differences:
    first = offer.steps.steps.first
    entered = [first]
    entered += [move.to for move in walked if move.to != entered[-1] or not move.asks_applicant]
    steps = [step for at, step in enumerate(entered) if at == 0 or entered[at - 1] != step]
    if example.steps is not None and tuple(steps) != example.steps:
        yield ("steps",), _expected("steps", example.steps, steps)
    chosen_on = chosen_day(offer.steps.steps, journey.values)
    due = expected_on(offer.steps.steps, first, example.today, the_calendar(), chosen_on=chosen_on)
    if example.due is not None and due != example.due:
        yield ("due",), _expected("due", example.due, due)
    sent = _notices(offer, journey, steps, sum(move.asks_applicant for move in walked))
    if example.notices is not None and sorted(sent) != sorted(example.notices):
        yield ("notices",), _expected("notices", example.notices, sent)
    given = [offer.document.outputs[step].document for step in steps if step in offer.document.outputs]
    if example.outputs is not None and tuple(given) != example.outputs:
        yield ("outputs",), _expected("outputs", example.outputs, given)
    told = _told(offer, journey, steps)
    if example.told is not None and tuple(told) != example.told:
        yield ("told",), _expected("told", example.told, told)


def _told(offer: Offer, journey: Journey, steps: Sequence[str]) -> list[str]:
    """The registers that are told something, in the order of their moments."""
    moments = [*([PAID] if _is_paid(offer, journey) else []), *steps]
    return [
        telling.to
        for moment in moments
        for telling in offer.document.tell.get(moment, ())
        if telling.when is None
        or compile_expression(telling.when, names=offer.kinds, wants=Kind.BOOL).holds(journey.values)
    ]


def _is_paid(offer: Offer, journey: Journey) -> bool:
    return offer.fee is not None and not offer.fee.due(journey.values).nothing_to_pay


def _notices(offer: Offer, journey: Journey, steps: Sequence[str], questions: int) -> list[str]:
    """The notices that go out, in the order of their moments."""
    moments = [*([PAID] if _is_paid(offer, journey) else []), *steps, *[ASKED] * questions]
    return [offer.document.notices[moment] for moment in moments if moment in offer.document.notices]


# --- every way to every end ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Walk:
    """A way from the first step to an end."""

    moves: tuple[Move, ...]
    end: str


def walks_to_ends(offer: Offer, values: Mapping[str, Any]) -> Iterator[Walk]:
    """The shortest way to each end that a case with these values can take."""
    waiting: list[tuple[str, tuple[Move, ...]]] = [(offer.steps.steps.first, ())]
    seen = {offer.steps.steps.first}
    while waiting:
        step, so_far = waiting.pop(0)
        if offer.steps[step].end:
            yield Walk(so_far, step)
        for move in offer.steps.moves_from(step, values):
            if move.to not in seen:
                seen.add(move.to)
                waiting.append((move.to, (*so_far, move)))


def _untried_ends(folder: ServiceFolder, offer: Offer, examples: Sequence[Example]) -> Iterator[Problem]:
    """Ends that the answers of no example can lead to."""
    if not examples:
        return
    valid = [journey_of(example, offer) for example in examples if not example.wrong]
    tried = {walk.end for journey in valid for walk in walks_to_ends(offer, journey.values)}
    for end in offer.document.steps.ends:
        if end not in tried:
            words = f"the answers of no example can lead to the end '{end}'; add one that does"
            yield folder.problem(EXAMPLES_FILE, (), words, warning=True)


def _unseen_pages(folder: ServiceFolder, offer: Offer, examples: Sequence[Example]) -> Iterator[Problem]:
    """Pages that no example comes to: perhaps nobody does."""
    seen = {name for example in examples for name in journey_of(example, offer).page_names}
    for page in offer.form.pages if examples else ():
        if page.name not in seen:
            words = f"no example comes to the page '{page.name}'; add one that does, or look at its 'when'"
            yield folder.problem(EXAMPLES_FILE, (), words, warning=True)


def _unasked_answers(folder: ServiceFolder, offer: Offer, examples: Sequence[Example]) -> Iterator[Problem]:
    """Answers that an example gives and that nobody is asked for on its way."""
    for at, example in enumerate(examples):
        if example.wrong:
            continue
        asked = _asked_in(journey_of(example, offer))
        for name in example.answers:
            if name not in asked:
                words = f"{example.example}: nobody is asked '{name}' here; take the answer out, or look at a 'when'"
                yield folder.problem(EXAMPLES_FILE, (at, "answers", name), words, warning=True)


def _asked_in(journey: Journey) -> set[str]:
    """The questions and lists that people see on this journey."""
    asked: set[str] = set()
    for state in journey.pages:
        if state.answered is not None:
            asked |= {ready.name for ready in state.answered.questions}
        elif state.page.repeat is not None:
            asked.add(state.page.repeat.name)
    return asked


# --- saying it -------------------------------------------------------------------------------------------------------


def _expected(what: str, expected: Any, got: Any) -> str:
    return f"{what}: expected {_listed(expected)}, got {_listed(got)}"


def _listed(value: Any) -> str:
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(map(str, value)) or "none"
    return "nothing" if value is None else str(value)


def _same(expected: Any, got: Any) -> bool:
    if isinstance(expected, bool) or isinstance(got, bool):
        return expected is got
    try:
        return Decimal(str(expected)) == Decimal(str(got))
    except InvalidOperation:
        return bool(expected == got) or str(expected) == str(got)
