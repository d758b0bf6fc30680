"""Pure rules about registers: what a question needs, and whether a document's prefill can work."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches

from .schema import Problem

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


def _near(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, list(known), n=1)
    return (
        f": did you mean “{near[0]}”?" if near else f": write one of {', '.join(sorted(known)) or '(none)'}"
    )
