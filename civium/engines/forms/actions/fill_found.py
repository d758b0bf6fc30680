"""Put into answers what registers know of the things that they name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ..asking import Wrong
from ..compiled import Ready, ReadyQuestion
from ..questions.found import Found
from ..reading import PageReading

# Asks a register for a thing by its keys: its facts, None when there is none; raises NotNow when there is no answer.
Look = Callable[[str, Mapping[str, str]], Mapping[str, Any] | None]


class NotNow(Exception):
    """The register gives no answer at the moment."""


def fill_found(
    form: Ready, reading: PageReading, kept: Mapping[str, Any], *, look: Look, language: str
) -> PageReading:
    """Look up what a page names, and what it names by another page's answers; give the reading with the facts.

    ``kept`` are the answers so far. What is not found is an error of its field, and so is a register that does not answer.
    A thing of another page whose keys have changed is looked up, too; when that fails it is no answer any more, and its page
    is asked again.
    """
    values, errors = dict(reading.values), dict(reading.errors)
    for page, ready in form.questions():
        question = ready.question
        if not isinstance(question, Found) or page.repeat is not None:
            continue
        is_here = page.name == reading.page
        if not (is_here and values.get(ready.name)) and not set(question.other_keys.values()) & set(values):
            continue
        answers = {**kept, **values}
        named = answers.get(ready.name)
        if not isinstance(named, Mapping) or errors:
            continue
        found, problem = None, "not_found"
        try:
            found = look_for(question, named, answers, look=look)
        except NotNow:
            problem = "not_now"
        if found is None and is_here:
            errors[ready.first_field] = _message(ready, problem, language)
        values[ready.name] = found
    return replace(reading, values=values, errors=errors)


def refill_found(form: Ready, answers: Mapping[str, Any], *, look: Look) -> dict[str, Any]:
    """Look up again everything that the answers name: changes for ``save_answers``, of what is different now.

    A register that does not answer changes nothing.
    """
    changes: dict[str, Any] = {}
    asked = form.asked("en", dt.date.min)
    read = {
        ready.name: ready.question.accept(answers[ready.name], asked).value
        for page, ready in form.questions()
        if ready.name in answers and ready.question.is_asked and page.repeat is None
    }
    for page, ready in form.questions():
        named = read.get(ready.name)
        if not isinstance(ready.question, Found) or page.repeat is not None or not named:
            continue
        try:
            found = look_for(ready.question, named, read, look=look)
        except NotNow:
            continue
        if found != answers[ready.name]:
            changes[ready.name] = found
    return changes


def look_for(
    question: Found, named: Mapping[str, Any], answers: Mapping[str, Any], *, look: Look
) -> dict[str, Any] | None:
    """One thing, by its reference and the answers that are its other keys; None when it is not found."""
    others = {key: answers.get(name) for key, name in question.other_keys.items()}
    if not all(isinstance(value, str) and value for value in others.values()):
        return None
    keys = {question.key: str(named["reference"]), **{key: str(value) for key, value in others.items()}}
    return question.with_facts(named, look(question.look_in, keys))


def _message(ready: ReadyQuestion, code: str, language: str) -> str:
    return ready.question.message(Wrong(code), ready.words, language)
