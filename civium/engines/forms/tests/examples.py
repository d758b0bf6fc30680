"""Small forms for tests, written as designers write them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import yaml
from django.http import QueryDict

from civium.engines.forms.asking import Asked, Posted, Question, QuestionTexts, Read, Words
from civium.engines.forms.rules import Form, compile_form
from civium.engines.forms.schema import FormPart, FormTexts, Group, Page

TODAY = dt.date(2026, 11, 22)
IN_ENGLISH = Asked("en", TODAY, "ES", "EUR")
IN_SPANISH = Asked("es", TODAY, "ES", "EUR")
IN_ARABIC = Asked("ar", TODAY, "ES", "EUR")

DOG = """
- page: dog
  ask:
    - {name: dog_name, type: text, max_length: 40}
    - {name: assistance, type: yes-no}
- page: household
  repeat: {name: members, at_least: 0, at_most: 3}
  ask:
    - {name: member_name, type: text}
    - {name: works, type: yes-no}
    - {name: income, type: money, when: works}
- page: proof
  when: assistance
  ask: [{name: trainer, type: text}]
- page: trainer
  when: trainer == 'Other'
  ask: [{name: trainer_address, type: address}]
- page: size
  ask:
    - {name: size, type: one-of, options: [small, large]}
    - {name: weight, type: number, when: size == 'large'}
    - {name: nickname, type: text, optional: true}
    - {name: total, type: computed, shown_as: money, value: "size(members) * 25"}
"""

DOG_TEXTS = {
    "pages": {
        "dog": {"title": "Your dog"},
        "household": {"title": "Who lives with you", "row": "Person"},
        "proof": {"title": "Proof"},
        "size": {"title": "Size"},
    },
    "questions": {
        "dog_name": {"label": "What is your dog's name?", "short": "Dog's name"},
        "assistance": {"label": "Is it an assistance dog?", "short": "Assistance dog"},
        "member_name": {"label": "Full name"},
        "works": {"label": "Do they work?"},
        "income": {"label": "What do they earn?", "short": "Income"},
        "trainer": {"label": "Who trained it?", "short": "Trainer"},
        "trainer_address": {"label": "Where is the trainer?"},
        "size": {"label": "How big is it?", "short": "Size", "options": {"small": "Small", "large": "Large"}},
        "weight": {"label": "How heavy is it?", "short": "Weight"},
        "nickname": {"label": "Nickname"},
        "total": {"label": "Total"},
    },
}


def make_form(source: str, texts: Mapping[str, Any] | None = None) -> Form:
    """A form from YAML, in Spain and in euros; in English unless ``texts`` by language are given."""
    part = FormPart.model_validate(yaml.safe_load(source))
    by_language = texts or {"en": words_for(part)}
    return compile_form(
        part,
        {language: FormTexts.model_validate(one) for language, one in by_language.items()},
        currency="EUR",
        country="ES",
    )


def words_for(part: FormPart) -> dict[str, Any]:
    """Words for everything in a form, so that none is missing."""
    return {
        "pages": {page.page: {"title": page.page.title()} for page in part.pages},
        "questions": {
            question.name: {
                "label": question.name.title(),
                "statement": "I say so" if "statement" in question.needs_words else "",
                "options": {name: name.title() for name in question.option_names},
            }
            for page in part.pages
            for one in (*page.questions, *(page.repeat.totals if page.repeat else ()))
            for question in (one, *getattr(one, "columns", ()))
        },
        "groups": {group: {"title": group.title()} for page in part.pages for group in _groups(page)},
        "rules": {rule.name: rule.name.replace("_", " ") for page in part.pages for rule in page.rules},
    }


def _groups(page: Page) -> list[str]:
    return [one.group for one in page.ask if isinstance(one, Group)]


def dog_form() -> Form:
    """The form of most tests."""
    return make_form(DOG, {"en": DOG_TEXTS})


def question(**declared: Any) -> Question:
    """One question, declared as in a document."""
    part = FormPart.model_validate([{"page": "p", "ask": [{"name": "q", **declared}]}])
    return part.pages[0].questions[0]


WORDS = Words(
    {
        "en": QuestionTexts(
            label="What is your thing?", short="Your thing", options={"a": "Option A", "none": "None"}
        )
    }
)


def post(asked_question: Question, asked: Asked = IN_ENGLISH, **typed: Any) -> Read:
    """Post one question; ``whole`` is the input without a part, other names are parts."""
    data = QueryDict(mutable=True)
    for part, text in typed.items():
        data.setlist("q" if part == "whole" else f"q-{part}", text if isinstance(text, list) else [text])
    return asked_question.settle_posted(Posted("q", data), asked)


def codes(read: Read) -> list[str]:
    """The codes of what is wrong."""
    return [mistake.code for mistake in read.wrong]


def posted(**typed: Any) -> QueryDict:
    """A whole page as a browser posts it."""
    data = QueryDict(mutable=True)
    for name, text in typed.items():
        data.setlist(name.replace("__", "-"), text if isinstance(text, list) else [text])
    return data
