"""What moving an application to a newer version of its service would change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import ngettext

from civium.engines.forms.queries import open_answers
from civium.engines.forms.rules import Form, Journey
from civium.foundation.kit.town import the_town
from civium.journeys.applications.models import Application
from civium.journeys.applications.rules import answers_that_stay
from civium.journeys.catalogue.queries import Offer, get_offer_version


@dataclass(frozen=True)
class Answer:
    """One answer by the name of its question, as its giver reads it."""

    key: str
    value: str


@dataclass(frozen=True)
class Change:
    """``asked``: questions that are new; ``again``: answers that no longer fit; ``gone``: answers to what is asked no more."""

    asked: list[str]
    again: list[Answer]
    gone: list[Answer]
    kept: int


def compare(application: Application, offered: Offer, *, language: str, at: datetime) -> Change:
    """What becomes of the answers on the version that is offered now, by the permanent names of questions."""
    old = get_offer_version(application.service, application.version).form
    answers = open_answers(application.draft)
    today = the_town().today(at)
    before = old.journey(answers, today=today)
    after = offered.form.journey(answers_that_stay(answers, offered.form), today=today)
    lost = [name for name in before.answers if name not in after.answers]
    known = _labels(offered.form, language)
    shown = old.shown_answers(answers, language=language, today=today)
    labels = _labels(old, language)

    def answer(name: str) -> Answer:
        return Answer(labels.get(name, name), _value(before.answers[name], shown.get(name, "")))

    return Change(
        asked=[known[name] for name in _open(after) if name in known and name not in labels],
        again=[answer(name) for name in lost if name in known],
        gone=[answer(name) for name in lost if name not in known],
        kept=len(before.answers) - len(lost),
    )


def _open(journey: Journey) -> Iterator[str]:
    """What is asked on the pages that are visible so far, and has no answer yet."""
    for state in journey.pages:
        if state.answered is not None:
            yield from (ready.name for ready in state.page.asked if ready.name not in journey.answers)
        elif state.page.repeat and state.page.repeat.name not in journey.answers:
            yield state.page.repeat.name


def _labels(form: Form, language: str) -> dict[str, str]:
    found = {
        ready.name: ready.words.short(language) or ready.name
        for page, ready in form.questions()
        if ready.question.is_asked and not page.repeat
    }
    found |= {page.repeat.name: page.say("title", language) for page in form.pages if page.repeat}
    return found


def _value(answer: Any, shown: str) -> str:
    if shown or not isinstance(answer, list):
        return shown
    return ngettext("%(count)d entry", "%(count)d entries", len(answer)) % {"count": len(answer)}
