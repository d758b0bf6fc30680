"""Form 10-10CG of US Veterans Affairs, question by question."""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from civium.journeys.catalogue.actions.check_folder import check_folder
from tests.cast import NOW
from tests.real_forms import caregivers
from tests.real_forms.caregivers import (
    ASKED_BY,
    WHICH_PARTS,
    as_answers,
    as_submitted,
    option_name,
    properties,
)
from tests.real_forms.sources import OURS, official, our_offer, our_questions

TODAY = NOW.date()
OFFER = our_offer(caregivers.SERVICE)
QUESTIONS = our_questions(OFFER)
# Asked for here although the schema would do without, and why.
STRICTER = {
    "statements": "nobody can be assessed without them, and the official example has them for everyone",
    "mail_street": "a mailing address that is given is a whole one",
    "mail_city": "the same",
    "mail_state": "the same",
    "mail_postal_code": "the same",
}
# What the department's list says here is a slip: it is the text for a member of the family again.
SLIP = "not-member-of-veterans-family"


@pytest.fixture
def schema() -> Any:
    return official(caregivers.SCHEMA)


@pytest.fixture
def example() -> Any:
    return official(caregivers.EXAMPLE)


def mistakes(submitted: Any, schema: Any) -> set[str]:
    return set(OFFER.form.validate_answers(as_answers(submitted, schema), today=TODAY)[1])


def test_the_document_has_no_problem() -> None:
    assert [problem for problem in check_folder(OURS / caregivers.SERVICE) if not problem.is_warning] == []


def test_every_property_is_asked_by_exactly_one_question(schema: Any) -> None:
    assert set(ASKED_BY) == set(properties(schema))
    assert [name for name, times in Counter(ASKED_BY.values()).items() if times > 1] == []
    assert set(ASKED_BY.values()) | WHICH_PARTS == set(QUESTIONS)
    assert not set(ASKED_BY.values()) & WHICH_PARTS


def test_every_property_is_asked_by_a_question_of_its_type(schema: Any) -> None:
    for path, known in properties(schema).items():
        wanted = "text"
        if known.schema.get("format") in {"email", "uuid"}:
            wanted = {"email": "email", "uuid": "file"}[known.schema["format"]]
        elif known.schema["type"] in {"array", "boolean"}:
            wanted = {"array": "many-of", "boolean": "yes-no"}[known.schema["type"]]
        elif "enum" in known.schema:
            wanted = "one-of"
        elif path.endswith(("PhoneNumber", "dateOfBirth")):
            wanted = "phone" if path.endswith("PhoneNumber") else "date"
        assert QUESTIONS[ASKED_BY[path]].type == wanted, path


def test_every_limit_is_the_official_one(schema: Any) -> None:
    checked = Counter[str]()
    for path, known in properties(schema).items():
        question, limits = QUESTIONS[ASKED_BY[path]], known.schema
        if (
            "maxLength" in limits and question.type != "phone"
        ):  # a phone number is kept as E.164: at most 16 characters
            assert question.max_length == limits["maxLength"], path
            checked["lengths"] += 1
        if "enum" in limits or "items" in limits:
            official_options = limits["enum"] if "enum" in limits else limits["items"]["enum"]
            assert question.options == tuple(map(option_name, official_options)), path
            checked["options"] += 1
        if "minItems" in limits:
            assert (question.at_least, question.at_most) == (limits["minItems"], limits["maxItems"]), path
            checked["counts"] += 1
    assert checked == {"lengths": 4 * 9 + 3 * 4, "options": 4 * 4 + 3 * 2, "counts": 4}


@pytest.mark.parametrize(
    "typed",
    [
        "789787893",
        "78978789",
        "7897878930",
        "789-78-7893",
        "33771",
        "33771-1234",
        "3377",
        "337711234",
        "33771-",
        "ABCDE",
        "",
    ],
)
def test_every_pattern_takes_what_the_official_one_takes(schema: Any, typed: str) -> None:
    for path, known in properties(schema).items():
        if "pattern" in known.schema and not path.endswith("dateOfBirth"):
            ours = re.fullmatch(QUESTIONS[ASKED_BY[path]].pattern, typed)
            assert bool(ours) == bool(re.search(known.schema["pattern"], typed)), path


def test_what_is_needed_there_is_needed_here_and_the_rest_is_not(schema: Any) -> None:
    for path, known in properties(schema).items():
        name = ASKED_BY[path]
        is_stricter = name.partition("_")[2] in STRICTER
        assert QUESTIONS[name].optional != (known.needed or is_stricter or path in caregivers.OF_THE_FORM), (
            path
        )


def test_options_have_their_official_words(schema: Any) -> None:
    states = {one["value"]: one["label"] for one in official(caregivers.CONSTANTS)["states"]["USA"]}
    statements = official(caregivers.STATEMENTS)
    genders = {one["value"]: one["label"] for one in official(caregivers.CONSTANTS)["genders"]}
    said = OFFER.texts["en"].questions
    for path, known in properties(schema).items():
        for value in known.schema.get("enum") or known.schema.get("items", {}).get("enum", ()):
            words = said[ASKED_BY[path]].option(option_name(value)).label
            if value in statements:
                assert (words == statements[value]["text"]) == (value != SLIP), value
            else:
                known_words = (
                    states if path.endswith(".state") else genders if path.endswith("gender") else {}
                )
                assert words == known_words.get(value, value), path


def test_the_official_example_is_accepted_and_comes_back_as_it_was(schema: Any, example: Any) -> None:
    journey, wrong = OFFER.form.validate_answers(as_answers(example, schema), today=TODAY)
    assert wrong == {}
    assert as_submitted(journey.answers, schema) == example
    assert OFFER.form.journey(
        {**journey.answers, **dict.fromkeys(_left_empty(journey.answers))}, today=TODAY
    ).is_complete


def _left_empty(kept: Mapping[str, Any]) -> list[str]:
    return [name for name, question in QUESTIONS.items() if question.optional and name not in kept]


def test_the_official_clinic_is_one(schema: Any, example: Any) -> None:
    clinics = [
        one["value"]
        for state in official(caregivers.CONSTANTS)["vaMedicalFacilities"].values()
        for one in state
    ]
    assert example["veteran"]["plannedClinic"] in clinics
    pattern = QUESTIONS["veteran_clinic"].pattern
    assert [one for one in clinics if not re.fullmatch(pattern, one)] == []


def with_more(example: Any) -> Any:
    """The example with everything that the schema knows beside it."""
    more = copy.deepcopy(example)
    veteran, one = more["veteran"], more["secondaryCaregiverOne"]
    veteran |= {
        "gender": "F",
        "email": "jane@doe.example",
        "alternativePhoneNumber": "8887775545",
        "signature": "Jane Doe",
    }
    veteran["fullName"] |= {"middle": "B", "suffix": "III"}
    veteran["address"]["street2"] = "Apt 2"
    one |= {"ssnOrTin": "789787894", "mailingAddress": {**one["address"], "street2": "Box 9"}}
    more["secondaryCaregiverTwo"] = {**copy.deepcopy(one), "vetRelationship": "Relative - Other"}
    more |= {"signAsRepresentative": True, "poaAttachmentId": "7b6ad8a4-0e1f-4c3c-9d5a-0c1b8f1d2e3f"}
    return more


def test_an_answer_to_everything_comes_back_too(schema: Any, example: Any) -> None:
    journey, wrong = OFFER.form.validate_answers(as_answers(with_more(example), schema), today=TODAY)
    assert wrong == {}
    assert as_submitted(journey.answers, schema) == with_more(example)


def test_one_caregiver_is_enough_and_none_is_not(schema: Any, example: Any) -> None:
    alone = {"veteran": example["veteran"]}
    for caregiver in ("primaryCaregiver", "secondaryCaregiverOne"):
        assert mistakes({**alone, caregiver: example[caregiver]}, schema) == set()
    assert {"secondary_first", "secondary_born", "secondary_statements"} <= mistakes(alone, schema)


@pytest.mark.parametrize(
    ("spoil", "question"),
    [
        (lambda form: form["veteran"].pop("ssnOrTin"), "veteran_ssn"),
        (lambda form: form["veteran"].update(ssnOrTin="12345678"), "veteran_ssn"),
        (lambda form: form["veteran"].update(dateOfBirth="1990-02-30"), "veteran_born"),
        (lambda form: form["veteran"].update(primaryPhoneNumber="777-5544"), "veteran_phone"),
        (
            lambda form: form["veteran"].update(certifications=["information-is-correct-and-true"]),
            "veteran_statements",
        ),
        (lambda form: form["veteran"]["fullName"].update(first="J" * 31), "veteran_first"),
        (lambda form: form["veteran"]["address"].update(state="ZZ"), "veteran_state"),
        (lambda form: form["veteran"]["address"].update(postalCode="3377"), "veteran_postal_code"),
        (lambda form: form["veteran"].update(email=f"{'j' * 80}@doe.example"), "veteran_email"),
        (lambda form: form["primaryCaregiver"].pop("vetRelationship"), "primary_relationship"),
        (lambda form: form["primaryCaregiver"].update(vetRelationship="Neighbor"), "primary_relationship"),
        (lambda form: form["primaryCaregiver"]["address"].pop("county"), "primary_county"),
        (lambda form: form.update(signAsRepresentative=True), "representative_document"),
    ],
)
def test_what_the_schema_refuses_is_refused(
    schema: Any, example: Any, spoil: Callable[[Any], Any], question: str
) -> None:
    spoil(example)
    assert mistakes(example, schema) == {question}
