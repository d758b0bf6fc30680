"""What a grammar refuses, in words that a designer understands, with the line where it is written.

pydantic knows what is wrong; it does not know the line, the nearest word, or how to write the value instead.
"""

from __future__ import annotations

import re
import types
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, RootModel, ValidationError
from pydantic_core import ErrorDetails
from typing_extensions import TypeAliasType

from .marked_yaml import MarkedDocument, Place
from .problems import Problem, did_you_mean, nearest_word

# What may stand at a name, for names that are no nouns.
_NOUNS = {
    "by": "a role",
    "needs": "something that a move can need",
    "status": "a status",
    "sign_in": "a way to sign in",
    "type": "a sort of question",
    "must_be": "a sort of date",
    "shown_as": "a way to show a value",
}
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'")


def explain(error: ValidationError, document: MarkedDocument, grammar: type[BaseModel]) -> list[Problem]:
    """Every refusal as a problem of the document. One mistake is told once, however many branches refused it."""
    told: dict[tuple[int, str], Problem] = {}
    for details in error.errors(include_url=False):
        problem = document.problem(details["loc"], _words(details, grammar))
        told.setdefault((problem.line, problem.words), problem)
    return list(told.values())


def _words(details: ErrorDetails, grammar: type[BaseModel]) -> str:
    place: Place = details["loc"]
    name = _name_of(place)
    kind, context = details["type"], details.get("ctx", {})
    if kind == "extra_forbidden":
        known = known_keys(grammar, place[:-1])
        where = f"'{_name_of(place[:-1])}'" if place[:-1] else "the file"
        if details["input"] is None and not nearest_word(name, known):  # {hint: Bring a ball, or two}
            return f"{where} has no '{name}'; if it belongs to what stands before the comma, put quotes around all of it"
        return f"{where} has no '{name}'; {did_you_mean(name, known)}"
    if kind == "missing":
        return f"'{name}' is missing; add '{name}: ...'"
    if kind in {"literal_error", "enum", "union_tag_invalid"}:
        known = _QUOTED.findall(str(context.get("expected", context.get("expected_tags", ""))))
        known = [
            word for word in known if not word.startswith("~")
        ]  # what nobody writes, such as a group's type
        written = str(context.get("tag", details["input"]))
        name = str(context.get("discriminator", name)).strip("'")
        noun = _NOUNS.get(name, f"something that '{name}' can be")
        example = "" if nearest_word(written, known) or not known else f"; for example: '{name}: {known[0]}'"
        return f"'{written}' is not {noun}; {did_you_mean(written, known)}{example}"
    if kind == "union_tag_not_found":
        run_together = [str(key) for key in details["input"] if ":" in str(key)]
        if run_together:
            return f"write a space after the ':' in '{run_together[0]}'"
        return f"'{str(context.get('discriminator', 'type')).strip(chr(39))}' is missing; it says what sort of thing this is"
    if kind == "string_pattern_mismatch":
        return f"'{details['input']}' cannot be used for '{name}'; {_pattern(str(context['pattern']))}"
    return f"'{name}': {_plainly(kind, context, details)}"


def _plainly(kind: str, context: Mapping[str, Any], details: ErrorDetails) -> str:
    written = details["input"]
    if written is None and kind.endswith("_type"):
        return "there is nothing here; write a value or take the line out"
    plain = {
        "string_type": f'this must be text; put quotes around it: "{written}"',
        "bool_type": "write true or false",
        "bool_parsing": "write true or false",
        "list_type": "this must be a list; begin each item with '- '",
        "tuple_type": "this must be a list; begin each item with '- '",
        "dict_type": "this must be names with values, one 'name: value' per line",
        "model_type": "this must be names with values, one 'name: value' per line",
        "model_attributes_type": "this must be names with values, one 'name: value' per line",
        "int_type": "this must be a whole number",
        "int_parsing": "this must be a whole number",
        "int_from_float": "this must be a whole number",
        "decimal_parsing": 'this must be a number such as "25.00"',
        "decimal_type": 'this must be a number such as "25.00"',
        "too_short": f"at least {context.get('min_length')} must be given here",
        "too_long": f"at most {context.get('max_length')} may be given here",
        "string_too_short": "this may not be empty",
        "string_too_long": f"this may have at most {context.get('max_length')} characters",
        "greater_than": f"this must be more than {context.get('gt')}",
        "greater_than_equal": f"this must be {context.get('ge')} or more",
        "less_than": f"this must be less than {context.get('lt')}",
        "less_than_equal": f"this must be {context.get('le')} or less",
        "date_parsing": "write a date as 2026-03-27",
        "date_from_datetime_parsing": "write a date as 2026-03-27",
        "date_type": "write a date as 2026-03-27",
    }
    return plain.get(kind) or details["msg"].removeprefix("Value error, ")


def _pattern(pattern: str) -> str:
    joiner = "_" if "_" in pattern and "-" not in pattern.replace("a-z", "").replace("0-9", "") else "-"
    if "a-z" not in pattern or "A-Z" in pattern:
        return f"it must look like {pattern}"
    return f"use small letters a to z, digits and '{joiner}', and begin with a letter"


def _name_of(place: Place) -> str:
    names = [step for step in place if isinstance(step, str) and step != "[key]"]
    return names[-1] if names else "the file"


def known_keys(grammar: Any, place: Place) -> list[str]:
    """The names that the grammar knows at a place of a document."""
    reached = list(_spread(grammar))
    for step in place:
        reached = [below for kind in reached for below in _below(kind, step)] or reached
    return sorted({key for kind in reached if _is_model(kind) for key in kind.model_fields})


def _below(kind: Any, step: str | int) -> Iterator[Any]:
    if _is_model(kind):
        if step in kind.model_fields:
            yield from _spread(kind.model_fields[str(step)].annotation)
        elif step in _tags(kind):
            yield kind
        return
    origin, arguments = get_origin(kind), get_args(kind)
    if isinstance(step, int) and origin in {list, tuple} and arguments:
        yield from _spread(arguments[0])
    elif isinstance(step, str) and origin in {dict, Mapping} and len(arguments) == 2:
        yield from _spread(arguments[1])


def _spread(kind: Any) -> Iterator[Any]:
    """The kinds that a type stands for: aliases, annotations and unions taken apart."""
    if isinstance(kind, TypeAliasType):
        yield from _spread(kind.__value__)
    elif get_origin(kind) is Annotated:
        yield from _spread(get_args(kind)[0])
    elif get_origin(kind) in {Union, types.UnionType}:
        for one in get_args(kind):
            yield from _spread(one)
    elif isinstance(kind, type) and issubclass(kind, RootModel):
        yield from _spread(kind.model_fields["root"].annotation)
    else:
        yield kind


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _tags(model: type[BaseModel]) -> set[Any]:
    return {
        value
        for field in model.model_fields.values()
        if get_origin(field.annotation) is Literal
        for value in get_args(field.annotation)
    }
