"""Two forms by DEFRA, question by question and branch by branch."""

from __future__ import annotations

from typing import Any

import pytest

from civium.engines.forms.questions.address import Address
from civium.journeys.catalogue.actions.check_folder import check_folder
from civium.journeys.catalogue.loading import load_folder
from tests.cast import NOW
from tests.real_forms.defra import TYPES, Component, DefraForm, bare
from tests.real_forms.sources import OURS, official, our_offer, our_questions

TODAY = NOW.date()
PASSPORT, CLEAN_AIR = "uk-passport", "clean-air-exemption"
FILES = {PASSPORT: "defra/test.json", CLEAN_AIR: "defra/runner-components-test.json"}
FORMS = [PASSPORT, CLEAN_AIR]

# Every component that asks, and our question for it.
ASKED_BY = {
    PASSPORT: {
        "checkBeforeYouStart.ukPassport": "uk_passport",
        "applicantDetails.numberOfApplicants": "number_of_applicants",
        "applicantDetails.phoneNumber": "phone_number",
        "applicantDetails.emailAddress": "email_address",
    }
    | {
        f"applicant{section}Details.{component}": f"{section.lower()}_{question}"
        for section in ("One", "Two", "Three", "Four")
        for component, question in {
            "firstName": "first_name",
            "middleName": "middle_name",
            "lastName": "last_name",
            "address": "address",
        }.items()
    },
    CLEAN_AIR: {
        "qqbRwO": "owns_vehicle",
        "sFRFaX": "vehicle_address",
        "tVlnZa": "registered_on",
        "ZZGuyn": "zones",
        "ZZVmNd": "make",
        "gHSgoT": "model",
        "FLZNto": "purchased_on",
        "fsfsdfsdf": "fuel",
        "chYCuk": "modifications",
        "wJzPKE": "drivers",
        "PNIThU": "main_driver",
        "ZzLFbB": "contact_number",
        "LdTAYe": "email_address",
    },
}
# What is no component there: the declaration above the button that sends.
DECLARATION = {PASSPORT: {"declaration"}, CLEAN_AIR: set()}


def defra(name: str) -> DefraForm:
    return DefraForm(official(FILES[name]))


@pytest.mark.parametrize("name", FORMS)
def test_the_document_has_no_problem(name: str) -> None:
    assert [problem for problem in check_folder(OURS / name) if not problem.is_warning] == []


@pytest.mark.parametrize("name", FORMS)
def test_every_component_that_asks_is_asked_by_one_question(name: str) -> None:
    asking = [component.name for component in defra(name).components() if component.asks]
    assert sorted(asking) == sorted(ASKED_BY[name])
    assert {*ASKED_BY[name].values()} | DECLARATION[name] == set(our_questions(our_offer(name)))


@pytest.mark.parametrize("name", FORMS)
def test_every_question_is_on_its_page_with_its_words(name: str) -> None:
    form, offer = defra(name), our_offer(name)
    for component in form.components():
        if not component.asks:
            continue
        ready = offer.form.page(component.page).find(ASKED_BY[name][component.name])
        said = offer.texts["en"].questions[ready.name]
        assert ready.question.type == TYPES[component.told["type"]]
        assert ready.question.optional != component.is_required
        assert said.hint == component.told.get("hint", "")
        assert said.label == _label(component, ready.question)
        if "list" in component.told:
            assert [said.option(one).label for one in ready.question.options] == form.options(
                component.told["list"]
            )


def _label(component: Component, question: Any) -> str:
    """DEFRA's title; where that is the bare word Address, ours says whose."""
    title = str(component.told["title"])
    number = (
        ("one", "two", "three", "four").index(question.name.partition("_")[0]) + 1
        if title == "Address"
        else 0
    )
    return f"Address of applicant {number}" if isinstance(question, Address) and number else title


@pytest.mark.parametrize("name", FORMS)
def test_every_page_has_its_title_and_says_what_it_says(name: str) -> None:
    form, texts = defra(name), our_offer(name).texts["en"]
    everything = " ".join([texts.who, *(page.intro for page in texts.pages.values())])
    for path, page in form.pages.items():
        if path in texts.pages and page["components"]:
            assert texts.pages[path].title == page["title"]
        for component in page["components"]:
            said = [bare(component["content"])] if "content" in component else []
            said += form.options(component["list"]) if component["type"] == "List" else []
            assert [words for words in said if words not in " ".join(everything.split())] == []


def test_the_declaration_is_the_official_one() -> None:
    declared = our_offer(PASSPORT).texts["en"].questions["declaration"].statement
    assert declared == bare(defra(PASSPORT).told["declaration"])


def passport_answers(*, has_passport: bool, applicants: int) -> dict[str, Any]:
    """Answers to everything, those of other branches too: what does not apply must not count."""
    people = {
        f"{number}_{name}": answer
        for number in ("one", "two", "three", "four")
        for name, answer in {
            "first_name": number.title(),
            "middle_name": None,
            "last_name": "Price",
            "address": {"line_1": "3 Castle Street", "town": "Ludlow", "postcode": "SY8 1AS"},
        }.items()
    }
    return {
        "uk_passport": has_passport,
        "number_of_applicants": str(applicants),
        **people,
        "phone_number": "01632 960001",
        "email_address": "owen@price.example",
        "declaration": True,
    }


@pytest.mark.parametrize("applicants", [1, 2, 3, 4])
@pytest.mark.parametrize("has_passport", [True, False])
def test_every_branch_has_the_pages_of_its_own_conditions(has_passport: bool, applicants: int) -> None:
    theirs = defra(PASSPORT).walk(
        {"checkBeforeYouStart.ukPassport": has_passport, "applicantDetails.numberOfApplicants": applicants}
    )
    answers = passport_answers(has_passport=has_passport, applicants=applicants)
    journey = our_offer(PASSPORT).form.journey(answers, today=TODAY)
    assert ["start", *journey.page_names] == theirs
    assert journey.is_complete == (theirs[-1] == "summary") == has_passport


def test_every_official_page_is_on_some_branch_and_so_is_ours() -> None:
    form, offer = defra(PASSPORT), our_offer(PASSPORT)
    branches = [
        form.walk({"checkBeforeYouStart.ukPassport": yes, "applicantDetails.numberOfApplicants": 4})
        for yes in (True, False)
    ]
    assert {page for branch in branches for page in branch} == set(form.pages)
    assert {page.name for page in offer.form.pages} == set(form.pages) - {"start"}


def test_the_form_without_conditions_has_one_way() -> None:
    answers = dict(our_example(CLEAN_AIR))
    journey = our_offer(CLEAN_AIR).form.journey(answers, today=TODAY)
    assert [*journey.page_names, "summary"] == defra(CLEAN_AIR).walk({})


def our_example(name: str) -> dict[str, Any]:
    """The answers of the first of our own examples: DEFRA publishes none."""
    examples = load_folder(OURS / name).examples
    assert examples is not None
    return examples.root[0].answers
