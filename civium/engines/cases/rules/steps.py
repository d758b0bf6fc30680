"""Whether the steps of a document make sense, and what they offer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from civium.foundation.kit.expressions import Expression, ExpressionError, Kind, compile_expression

from ..schema import Move, Problem, Reopening, Step, Steps, StepTexts


@dataclass(frozen=True)
class CompiledSteps:
    """The steps of one version of a service, their conditions compiled once."""

    steps: Steps
    conditions: Mapping[tuple[str, str], Expression]

    def __getitem__(self, name: str) -> Step:
        return self.steps[name]

    def moves_from(self, step: str, values: Mapping[str, Any]) -> list[Move]:
        """The moves that the document offers in a step, given the answers."""
        return [
            move
            for move in self.steps[step].moves
            if move.when is None or self.conditions[step, move.name].holds(values)
        ]

    def decides(self, move: Move) -> bool:
        """Whether the move ends the case."""
        return bool(self.steps[move.to].end)

    def needs_reason(self, move: Move) -> bool:
        """Whether the move says why. What can be appealed does, whatever the document forgot (EU Charter, article 41.2.c)."""
        return move.needs == "reason" or bool(self.steps[move.to].appeal)


def compile_steps(steps: Steps, names: Mapping[str, Kind]) -> CompiledSteps:
    """The steps ready to be used. ``names``: the kind of each answer that a ``when`` may speak of."""
    return CompiledSteps(
        steps,
        {
            (name, move.name): compile_expression(move.when, names=names, wants=Kind.BOOL)
            for name, step in steps.root.items()
            for move in step.moves
            if move.when is not None
        },
    )


def check_steps(steps: Steps, names: Mapping[str, Kind]) -> list[Problem]:
    """Everything about the steps that would fail later, each with its place in the document."""
    problems = [
        *_check_ends(steps),
        *_check_moves(steps, names),
        *_check_chosen_days(steps, names),
    ]
    return problems or [*_check_ways(steps)]


def check_step_texts(steps: Steps, texts: StepTexts) -> list[Problem]:
    """The steps and moves that one language has no words for, and the words that belong to none."""
    moves = {move.name: None for step in steps.root.values() for move in step.moves}
    wanted: dict[str, tuple[tuple[str, ...], Mapping[str, str]]] = {
        "steps": (steps.names, texts.steps),
        "moves": (tuple(moves), texts.moves),
    }
    return [
        problem
        for part, (expected, given) in wanted.items()
        for problem in (
            *(
                Problem(f"{part}.{name}", f"“{name}” has no text: write “{name}: …” under {part}")
                for name in expected
                if not given.get(name)
            ),
            *(
                Problem(f"{part}.{name}", f"nothing in service.yaml is called “{name}”: take these words out")
                for name in given
                if name not in expected
            ),
        )
    ]


def _check_ends(steps: Steps) -> Iterator[Problem]:
    for name, step in steps.root.items():
        if step.end and step.moves:
            yield Problem(f"steps.{name}.moves", "an end has no moves: leave out “moves” or “end”")
        if step.end and step.due:
            yield Problem(f"steps.{name}.due", "an end is never due: leave out “due” or “end”")
        if step.appeal and not step.end:
            yield Problem(
                f"steps.{name}.appeal", "only an end can be appealed: add “end” or leave out “appeal”"
            )
        if step.reopen and not step.end:
            yield Problem(
                f"steps.{name}.reopen", "only an end can be reopened: add “end” or leave out “reopen”"
            )
        if step.reopen and step.end:
            yield from _check_reopening(steps, name, step.reopen)
        if not step.end and not step.moves:
            yield Problem(
                f"steps.{name}",
                "a case could never leave this step: add “moves”, or “end” if it is decided here",
            )
    if steps[steps.first].end:
        yield Problem(
            f"steps.{steps.first}.end",
            "the first step cannot be an end: put the step where a case arrives first",
        )


def _check_reopening(steps: Steps, name: str, reopening: Reopening) -> Iterator[Problem]:
    path = f"steps.{name}.reopen.to"
    if reopening.to not in steps:
        near = get_close_matches(reopening.to, steps.names, n=1)
        hint = f"did you mean “{near[0]}”?" if near else f"write one of: {', '.join(steps.names)}"
        yield Problem(path, f"there is no step “{reopening.to}”: {hint}")
    elif steps[reopening.to].end:
        yield Problem(path, "a case opens again to be worked on: lead to a step that is not an end")


def _check_moves(steps: Steps, names: Mapping[str, Kind]) -> Iterator[Problem]:
    for name, step in steps.root.items():
        seen: set[str] = set()
        for place, move in enumerate(step.moves):
            path = f"steps.{name}.moves[{place}]"
            if move.name in seen:
                yield Problem(
                    f"{path}.name",
                    f"“{move.name}” is the name of another move of this step: choose a new one",
                )
            seen.add(move.name)
            if move.answer_within and not move.asks_applicant:
                yield Problem(
                    f"{path}.answer_within",
                    "nobody is asked here: add “asks_applicant: true” or leave out “answer_within”",
                )
            if move.asks_applicant and move.needs:
                yield Problem(
                    f"{path}.needs", "what is asked says why: leave out “needs”, or “asks_applicant”"
                )
            yield from _check_payment(steps, name, move, path)
            yield from _check_target(steps, name, move, path)
            yield from _check_condition(move, path, names)


def _check_chosen_days(steps: Steps, names: Mapping[str, Kind]) -> Iterator[Problem]:
    dates = [name for name, kind in names.items() if kind is Kind.DATE]
    for name, step in steps.root.items():
        path = f"steps.{name}.on"
        if step.on is None:
            continue
        if step.end:
            yield Problem(path, "an end is on no day: put “on” into the step before, or leave it out")
        if step.on not in dates:
            near = get_close_matches(step.on, dates, n=1)
            hint = f"did you mean “{near[0]}”?" if near else "write the name of a question of type date"
            yield Problem(path, f"“{step.on}” is no day that the applicant chooses: {hint}")
        elif step.on != steps.chosen_by:
            yield Problem(path, f"another step is on “{steps.chosen_by}”: a case has one chosen day")


def _check_payment(steps: Steps, name: str, move: Move, path: str) -> Iterator[Problem]:
    if not move.is_by_payment:
        return
    if move.roles:
        yield Problem(f"{path}.by", "payment moves a case alone: give the roles a move of their own")
    if name != steps.first:
        yield Problem(f"{path}.by", f"the fee is paid when a case opens: put the move into “{steps.first}”")
    if move.needs or move.asks_applicant:
        yield Problem(
            f"{path}.by", "payment gives no reason and asks nothing: leave out “needs” and “asks_applicant”"
        )


def _check_target(steps: Steps, name: str, move: Move, path: str) -> Iterator[Problem]:
    if move.to not in steps:
        near = get_close_matches(move.to, steps.names, n=1)
        hint = f"did you mean “{near[0]}”?" if near else f"write one of: {', '.join(steps.names)}"
        yield Problem(f"{path}.to", f"there is no step “{move.to}”: {hint}")
        return
    target = steps[move.to]
    if move.asks_applicant and target.end:
        yield Problem(
            f"{path}.to", "a case that waits for an answer cannot end: lead to a step that is not an end"
        )
    if move.to == name and not move.asks_applicant:
        yield Problem(
            f"{path}.to", "leads back to its own step: lead to another, or add “asks_applicant: true”"
        )
    if target.appeal and move.needs != "reason":
        yield Problem(
            f"{path}.needs", "a decision that can be appealed gives its reason: write “needs: reason”"
        )


def _check_condition(move: Move, path: str, names: Mapping[str, Kind]) -> Iterator[Problem]:
    if move.when is None:
        return
    try:
        compile_expression(move.when, names=names, wants=Kind.BOOL)
    except ExpressionError as error:
        yield Problem(f"{path}.when", str(error))


def _check_ways(steps: Steps) -> Iterator[Problem]:
    onward = {name: {move.to for move in step.moves} for name, step in steps.root.items()}
    reached = _reachable(onward, {steps.first})
    backward: dict[str, set[str]] = {
        name: {a for a, targets in onward.items() if name in targets} for name in onward
    }
    ending = _reachable(backward, set(steps.ends))
    for name in steps.names:
        if name not in reached:
            yield Problem(
                f"steps.{name}", "no move leads to this step: add a move to it, or take the step out"
            )
        elif name not in ending:
            yield Problem(
                f"steps.{name}", "no way leads from this step to an end: add a move to a step with “end”"
            )


def _reachable(edges: Mapping[str, set[str]], start: set[str]) -> set[str]:
    reached, waiting = set(start), list(start)
    while waiting:
        fresh = edges[waiting.pop()] - reached
        reached |= fresh
        waiting.extend(fresh)
    return reached
