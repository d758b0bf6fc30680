"""The short form of answers that are to be corrected: only these, and what follows from them."""

from __future__ import annotations

from typing import Any

import pytest

from civium.engines.forms.rules import (
    Form,
    Journey,
    Turn,
    find_answer_names,
    find_short_pages,
    merge_answers,
    narrowed,
    whole_rows,
)
from civium.engines.forms.tests.examples import DOG, DOG_TEXTS, TODAY, make_form
from civium.foundation.kit.refusals import NotFound

SENT: dict[str, Any] = {
    "dog_name": "Rex",
    "assistance": False,
    "members": [
        {"_id": "aaaa0001", "member_name": "Lin", "works": True, "income": "100.00"},
        {"_id": "aaaa0002", "member_name": "Ben", "works": False},
    ],
    "size": "small",
    "nickname": None,
}


@pytest.fixture
def form() -> Form:
    return make_form(DOG, {"en": DOG_TEXTS})


@pytest.fixture
def before(form: Form) -> Journey:
    journey = form.journey(SENT, today=TODAY)
    assert journey.is_complete
    return journey


def keys(before: Journey, now: Journey, *named: str) -> list[tuple[str, set[str]]]:
    return [(page.key, set(page.names)) for page in find_short_pages(before, now, named)]


def post(form: Form, before: Journey, now: Journey, named: list[str], key: str, **posted: str) -> Any:
    short = next(page for page in find_short_pages(before, now, named) if page.key == key)
    journey = narrowed(now, short, before=before)
    reading = form.read_page(short.page, journey, posted, language="en", turn=Turn(row=short.row))
    return whole_rows(reading, now)


def test_every_answer_has_a_name(before: Journey) -> None:
    assert find_answer_names(before) == (
        "dog_name",
        "assistance",
        "members",
        "members/aaaa0001/member_name",
        "members/aaaa0001/works",
        "members/aaaa0001/income",
        "members/aaaa0002/member_name",
        "members/aaaa0002/works",
        "size",
        "nickname",
    )


def test_only_named_answers_are_asked(form: Form, before: Journey) -> None:
    assert keys(before, before, "dog_name", "nickname") == [("dog", {"dog_name"}), ("size", {"nickname"})]
    short = find_short_pages(before, before, ["nickname"])[0]
    template, context = form.show_page("size", narrowed(before, short, before=before), language="en")
    assert [field.name for field in context["form_page"].fields] == ["nickname"]
    assert template == "forms/page.html"


def test_what_was_not_named_cannot_be_changed_by_posting_it(form: Form, before: Journey) -> None:
    read = post(form, before, before, ["dog_name"], "dog", dog_name="Luna", assistance="yes", size="large")
    assert dict(read.values) == {"dog_name": "Luna"}


def test_what_follows_from_a_changed_answer_is_asked_too(form: Form, before: Journey) -> None:
    read = post(form, before, before, ["assistance"], "dog", assistance="yes")
    now = form.journey(merge_answers(SENT, read.values), today=TODAY)
    assert keys(before, now, "assistance") == [("dog", {"assistance"}), ("proof", {"trainer"})]
    assert [page.is_done for page in find_short_pages(before, now, ["assistance"])] == [True, False]


def test_a_question_that_a_changed_answer_shows_on_the_same_page_is_asked_at_once(
    form: Form, before: Journey
) -> None:
    named = ["size"]
    short = find_short_pages(before, before, named)[0]
    read = form.read_page(
        "size", narrowed(before, short, before=before), {"size": "large", "_shown": "size"}, language="en"
    )
    assert read.revealed == ("weight",)
    assert not read.is_fine


def test_one_answer_of_one_row_keeps_the_others_of_the_row(form: Form, before: Journey) -> None:
    named = ["members/aaaa0001/income"]
    assert keys(before, before, *named) == [("household/aaaa0001", {"income"})]
    read = post(form, before, before, named, "household/aaaa0001", income="250", member_name="Someone else")
    assert read.errors == {}
    now = merge_answers(SENT, read.values)
    assert now["members"][0] == {"_id": "aaaa0001", "member_name": "Lin", "works": True, "income": "250.00"}
    assert now["members"][1] == SENT["members"][1]


def test_a_changed_answer_of_a_row_can_hide_another(form: Form, before: Journey) -> None:
    read = post(form, before, before, ["members/aaaa0001/works"], "household/aaaa0001", works="no")
    now = form.journey(merge_answers(SENT, read.values), today=TODAY)
    assert now.answers["members"][0] == {"_id": "aaaa0001", "member_name": "Lin", "works": False}
    assert now.is_complete


def test_a_list_can_be_corrected_as_a_whole(before: Journey) -> None:
    [page] = find_short_pages(before, before, ["members"])
    assert (page.key, page.is_list, page.is_done) == ("household", True, True)


def test_a_wrong_correction_is_told_by_the_documents_own_rule(form: Form, before: Journey) -> None:
    read = post(form, before, before, ["members/aaaa0001/income"], "household/aaaa0001", income="a lot")
    assert list(read.errors) == ["income"]


def test_a_row_that_is_gone_is_not_found(form: Form, before: Journey) -> None:
    short = find_short_pages(before, before, ["members/aaaa0002/works"])[0]
    now = form.journey(merge_answers(SENT, {"members/aaaa0002": None}), today=TODAY)
    with pytest.raises(NotFound):
        narrowed(now, short, before=before)
