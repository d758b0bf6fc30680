"""Pure rules about registers: what a question needs, and whether a document's prefill, finding and telling can work."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from .schema import Problem, Tell, Telling

# GDPR, article 6(1), letters a to f.
LEGAL_BASES = frozenset(
    {"consent", "contract", "legal-obligation", "vital-interests", "public-task", "legitimate-interests"}
)
_CODE = re.compile(r"[a-z][a-z0-9:._-]{1,79}")


def require_grounds(purpose: str, legal_basis: str) -> None:
    """Stop a question without a purpose or a legal basis: that is a defect of whoever asks, not the person's doing."""
    if not _CODE.fullmatch(purpose):
        raise ValueError("a register is asked for a purpose: give its code")
    if legal_basis not in LEGAL_BASES:
        raise ValueError(f"a register is asked on a legal basis: one of {', '.join(sorted(LEGAL_BASES))}")


def check_prefill(
    prefill: Mapping[str, str], questions: Collection[str], registers: Mapping[str, Collection[str]]
) -> list[Problem]:
    """What is wrong with a document's prefill. ``registers``: the fields of each register that is known."""
    problems = []
    for question, source in prefill.items():
        register, _, field = source.partition(".")
        path = f"prefill.{question}"
        if question not in questions:
            problems.append(Problem(path, f"there is no question “{question}”{_near(question, questions)}"))
        if register not in registers:
            problems.append(Problem(path, f"there is no register “{register}”{_near(register, registers)}"))
        elif field not in registers[register]:
            problems.append(
                Problem(path, f"“{register}” has no “{field}”{_near(field, registers[register])}")
            )
    return problems


def check_tell(
    tell: Tell,
    moments: Collection[str],
    answers: Collection[str],
    registers: Mapping[str, Mapping[str, Collection[str]]],
) -> list[Problem]:
    """What is wrong with a document's tell. ``registers``: the facts of each message that each register takes."""
    problems = []
    for moment, tellings in tell.items():
        if moment not in moments:
            words = f"there is no moment “{moment}” at which this could be told{_near(moment, moments)}"
            problems.append(Problem(f"tell.{moment}", words))
        for at, telling in enumerate(tellings):
            problems += [
                Problem(f"tell.{moment}[{at}].{path}", words)
                for path, words in _wrong_with(telling, answers, registers)
            ]
    return problems


def _wrong_with(
    telling: Telling, answers: Collection[str], registers: Mapping[str, Mapping[str, Collection[str]]]
) -> Iterator[tuple[str, str]]:
    register, message = telling.to, telling.message
    takers = {name: messages for name, messages in registers.items() if messages}
    if register not in takers:
        yield "to", f"no register “{register}” takes messages{_near(register, takers)}"
        return
    if message not in takers[register]:
        yield "message", f"“{register}” takes no “{message}”{_near(message, takers[register])}"
        return
    facts = takers[register][message]
    for fact, answer in telling.facts.items():
        if fact not in facts:
            yield f"facts.{fact}", f"“{message}” has no “{fact}”{_near(fact, facts)}"
        if answer not in answers:
            yield f"facts.{fact}", f"there is no question “{answer}”{_near(answer, answers)}"
    for fact in sorted(set(facts) - set(telling.facts)):
        yield (
            "facts",
            f"“{message}” also needs “{fact}”; write '{fact}: ...' with the question that answers it",
        )


@dataclass(frozen=True)
class Lookup:
    """What a question wants to find: in which register, by which keys, and which facts of what sort."""

    look_in: str
    keys: Collection[str]
    facts: Mapping[str, str]


def check_lookup(
    wanted: Lookup, registers: Mapping[str, tuple[Collection[str], Mapping[str, str]]]
) -> list[Problem]:
    """What is wrong with a question that looks something up. ``registers``: the keys and facts of each that can be looked in."""
    finders = {name: known for name, known in registers.items() if known[0]}
    if wanted.look_in not in finders:
        words = f"nothing can be found in a register “{wanted.look_in}”{_near(wanted.look_in, finders)}"
        return [Problem("look_in", words)]
    keys, facts = finders[wanted.look_in]
    problems = []
    if set(wanted.keys) != set(keys):
        words = f"“{wanted.look_in}” finds by {', '.join(sorted(keys))}, all together; give these in key and other_keys"
        problems.append(Problem("look_in", words))
    for fact, kind in wanted.facts.items():
        if fact not in facts:
            problems.append(
                Problem(f"facts.{fact}", f"“{wanted.look_in}” knows no “{fact}”{_near(fact, facts)}")
            )
        elif kind != facts[fact]:
            problems.append(Problem(f"facts.{fact}", f"“{fact}” is {facts[fact]}, not {kind}"))
    return problems


def _near(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, list(known), n=1)
    return (
        f": did you mean “{near[0]}”?" if near else f": write one of {', '.join(sorted(known)) or '(none)'}"
    )
