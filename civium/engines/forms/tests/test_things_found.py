"""Things that a register knows: asked for by their reference, answered only when they were found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import ValidationError

from civium.engines.forms.actions.fill_found import NotNow, fill_found, refill_found
from civium.engines.forms.questions.found import compact_reference
from civium.engines.forms.rules import Form, PageReading
from civium.engines.forms.schema import FormPart

from .examples import TODAY, make_form, posted
from .test_pages import show

FINE = """
- page: car
  ask: [{name: plate, type: text}]
- page: find
  ask:
    - name: fine
      type: found
      look_in: fines
      other_keys: {plate: plate}
      facts: {amount: money, until: date, offence: text}
- page: show
  ask:
    - {name: amount, type: computed, shown_as: money, value: fine.amount}
    - {name: is_early, type: computed, shown_as: yes-no, value: today <= fine.until}
    - {name: offence, type: computed, shown_as: text, value: fine.offence, options: [no-ticket, pavement]}
    - {name: agrees, type: yes-no}
"""
WORDS = {
    "en": {
        "pages": {"show": {"title": "Your fine"}},
        "questions": {
            "plate": {"label": "Plate"},
            "fine": {"label": "What is its number?", "short": "Number of the fine"},
            "amount": {"label": "Amount"},
            "is_early": {"label": "Early"},
            "offence": {"label": "For", "options": {"no-ticket": "No ticket", "pavement": "On the pavement"}},
            "agrees": {"label": "Agree?"},
        },
    }
}
FACTS = {"amount": "80.00", "until": "2026-11-30", "offence": "no-ticket"}
FORM = make_form(FINE, WORDS)


class Register:
    """A register that knows one fine, and remembers what it was asked."""

    def __init__(self, *, is_there: bool = True) -> None:
        self.is_there = is_there
        self.asked: list[tuple[str, dict[str, str]]] = []

    def __call__(self, register: str, keys: Mapping[str, str]) -> Mapping[str, Any] | None:
        self.asked.append((register, dict(keys)))
        if not self.is_there:
            raise NotNow
        return {**FACTS, "secret": "x"} if keys == {"number": "PM1", "plate": "A1"} else None


def read(form: Form, page: str, answers: Mapping[str, Any], look: Register, **typed: str) -> PageReading:
    journey = form.journey(answers, today=TODAY)
    reading = form.read_page(page, journey, posted(**typed), language="en")
    return fill_found(form, reading, answers, look=look, language="en")


def test_the_form_is_right() -> None:
    assert FORM.check() == []


@pytest.mark.parametrize("typed", ["PM1", "pm 1", " p-m.1 ", "ＰＭ１", "PM\u06f1"])
def test_a_reference_is_read_however_it_is_typed(typed: str) -> None:
    look = Register()
    found = read(FORM, "find", {"plate": "A1"}, look, fine=typed)
    assert found.values == {"fine": {"reference": "PM1", **FACTS}}
    assert look.asked == [("fines", {"number": "PM1", "plate": "A1"})]


def test_only_the_facts_that_the_document_wants_are_kept() -> None:
    found = read(FORM, "find", {"plate": "A1"}, Register(), fine="PM1")
    assert "secret" not in found.values["fine"]


def test_what_is_not_found_is_an_error_of_its_field() -> None:
    found = read(FORM, "find", {"plate": "B2"}, Register(), fine="PM1")
    assert found.errors == {"fine": "We found nothing with this number of the fine. Check it and try again"}
    assert not found.is_fine


def test_no_answer_is_another_error() -> None:
    found = read(FORM, "find", {"plate": "A1"}, Register(is_there=False), fine="PM1")
    assert found.errors == {"fine": "We cannot look this up at the moment. Try again in a few minutes"}


@pytest.mark.parametrize(("typed", "code"), [("", "Enter number of the fine"), ("9" * 41, "40 characters")])
def test_nobody_is_asked_about_what_cannot_be_a_reference(typed: str, code: str) -> None:
    look = Register()
    found = read(FORM, "find", {"plate": "A1"}, look, fine=typed)
    assert code in found.errors["fine"]
    assert look.asked == []


@pytest.mark.parametrize("is_there", [True, False])
def test_another_key_on_another_page_looks_again_and_takes_the_answer_away(is_there: bool) -> None:
    kept = {"plate": "A1", "fine": {"reference": "PM1", **FACTS}}
    found = read(FORM, "car", kept, Register(is_there=is_there), plate="B2")
    assert found.values == {"plate": "B2", "fine": None}
    assert found.is_fine
    assert FORM.journey({**kept, **found.values}, today=TODAY).next_page == "find"


def test_facts_are_there_for_expressions_and_have_their_words() -> None:
    kept = {"plate": "A1", "fine": {"reference": "PM1", **FACTS}, "agrees": True}
    journey = FORM.journey(kept, today=TODAY)
    assert journey.is_complete
    assert (journey.values["amount"], journey.values["is_early"]) == (80, True)
    assert FORM.shown_answers(kept, language="en", today=TODAY)["offence"] == "No ticket"
    assert FORM.shown_answers(kept, language="en", today=TODAY)["fine"] == "PM1"


@pytest.mark.parametrize("sent", ["PM1", {"reference": "PM1"}, {"reference": "PM1", "amount": None}])
def test_a_reference_alone_is_no_answer(sent: Any) -> None:
    _journey, errors = FORM.validate_answers({"plate": "A1", "fine": sent, "agrees": True}, today=TODAY)
    assert "fine" in errors


@pytest.mark.parametrize(
    "sent",
    [
        5,
        [],
        {"amount": "1"},
        {"reference": 5},
        {"reference": "PM1", "x": "y"},
        {"reference": "PM1", "amount": []},
    ],
)
def test_what_a_machine_sends_never_breaks_anything(sent: Any) -> None:
    _journey, errors = FORM.validate_answers({"plate": "A1", "fine": sent, "agrees": True}, today=TODAY)
    assert "fine" in errors


def test_before_sending_everything_is_looked_up_again() -> None:
    kept = {"plate": "A1", "fine": {"reference": "PM1", **FACTS, "amount": "0.01"}}
    assert refill_found(FORM, kept, look=Register()) == {"fine": {"reference": "PM1", **FACTS}}
    assert refill_found(FORM, {"plate": " A1 ", "fine": "pm-1"}, look=Register()) == {
        "fine": {"reference": "PM1", **FACTS}
    }
    assert refill_found(FORM, {**kept, "plate": "B2"}, look=Register()) == {"fine": None}
    assert refill_found(FORM, kept, look=Register(is_there=False)) == {}
    assert refill_found(FORM, {"plate": "A1", "fine": {"reference": "PM1", **FACTS}}, look=Register()) == {}


@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        ("other_keys: {plate: plate}", "other_keys: {number: plate}"),
        ("amount: money", "reference: text"),
        ("amount: money", "amount: gold"),
        ("look_in: fines", "look_in: The Fines"),
    ],
)
def test_a_question_that_cannot_work_is_refused(key: str, wrong: str) -> None:
    import yaml

    with pytest.raises(ValidationError):
        FormPart.model_validate(yaml.safe_load(FINE.replace(key, wrong)))


def test_what_was_found_is_read_before_the_question_about_it() -> None:
    page = show(FORM, "show", {"plate": "A1", "fine": {"reference": "PM1", **FACTS}})
    assert page.select_one("h1").text.strip() == "Your fine"
    text = page.select_one("main").text
    assert text.index("€80.00") < text.index("Agree?")
    assert page.select_one("#computed").text.strip() == ""


def test_a_reference_without_letters_and_digits_is_empty() -> None:
    assert compact_reference(" - . ") == ""
