"""Slips in expressions that people make who know spreadsheets or speech better than CEL, and what to write instead."""

from __future__ import annotations

import re

_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_SLIPS = (
    ("[‘’‚‛“”„‟«»`´]", "write straight quotes, ' on both sides, not those of a word processor"),
    ("(?<!')'(?!')", "a quote is not closed; close it"),
    ("[×·]", "for 'times', write '*'"),
    ("÷", "for 'divided by', write '/'"),
    ("[\u2010-\u2015\u2212]", "for 'minus', write '-', a plain hyphen"),
    ("[≤⩽]", "for 'at most', write '<='"),
    ("[≥⩾]", "for 'at least', write '>='"),
    ("≠", "for 'is not', write '!='"),
    (r"^\s*[0-9][0-9.,]*\s*(?:[A-Z]{3}|[€$£])\s*$|[€$£]", 'leave the currency out, as in "25.00"'),
    ("=>", "for 'at least', write '>='"),
    ("=<", "for 'at most', write '<='"),
    (r"(?<![=!<>])=(?![=])", "to compare, write '==': beach == 'lighthouse'"),
    (r"<>|=!|\bis not\b", "for 'is not', write '!='"),
    (r"\bis\b|\bequals\b", "to compare, write '==': beach == 'lighthouse'"),
    (r"^\s*if\b", "leave out 'if'"),
    (r"\band\b", "for 'and', write '&&'"),
    (r"\bor\b", "for 'or', write '||'"),
    (r"\bnot\b", "for 'not', write '!' before the name: !neutered"),
)
_COMPARED = re.compile(r"(?:==|!=|\bin\b[\s\[]*)\s*$")
_ANSWERS = {"yes": "its name alone", "no": "'!' and its name"}


def slip_in(source: str) -> str:
    """What to write instead in a source that cannot be read; nothing when no usual slip is in it."""
    bare = _QUOTED.sub("''", source)
    return next((instead for slip, instead in _SLIPS if re.search(slip, bare)), "")


def meant_by(source: str, column: int, name: str) -> str:
    """What to write instead of a name that nothing has, judging by where it stands: an option without its quotes, or yes and no."""
    answer = _ANSWERS.get(name.lower())
    if answer:
        return f"where a yes-or-no question must be '{name}', write {answer}"
    lines = source[: max(column - 1, 0)]
    if not _COMPARED.search(lines):
        return ""
    whole = re.match(r"[\w-]+", source[max(column - 1, 0) :])
    return f"if it is an option, write it in quotes: '{whole[0] if whole else name}'"
