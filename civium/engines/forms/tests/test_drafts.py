"""Drafts: sealed, saved page by page, never lost between two windows."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civium.engines.forms.actions.close_draft import close_draft
from civium.engines.forms.actions.save_answers import DraftClosed, save_answers
from civium.engines.forms.actions.start_draft import start_draft
from civium.engines.forms.models import Draft
from civium.engines.forms.queries import open_answers

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(minutes=5)


@pytest.fixture
def draft() -> Draft:
    return start_draft(form="dog-licence@1", under="application:1", answers={"dog_name": "Rex"}, at=NOW)


def same(draft: Draft) -> Draft:
    """The draft as another window has it."""
    return Draft.objects.get(pk=draft.id)


def test_a_draft_begins_with_what_is_known(draft: Draft) -> None:
    assert open_answers(same(draft)) == {"dog_name": "Rex"}
    assert not draft.is_closed


def test_the_answers_lie_sealed(draft: Draft) -> None:
    assert b"Rex" not in bytes(same(draft).answers_sealed)


def test_a_save_keeps_what_other_pages_said(draft: Draft) -> None:
    saved = save_answers(draft, {"size": "small"}, at=LATER)
    assert open_answers(saved) == open_answers(same(draft)) == {"dog_name": "Rex", "size": "small"}
    assert (same(draft).revision, same(draft).updated_at) == (2, LATER)


def test_two_windows_that_save_different_pages_both_survive(draft: Draft) -> None:
    here, there = same(draft), same(draft)
    save_answers(here, {"size": "small"}, at=LATER)
    save_answers(there, {"assistance": True}, at=LATER)
    assert open_answers(same(draft)) == {"dog_name": "Rex", "size": "small", "assistance": True}
    assert same(draft).revision == 3


def test_two_windows_that_add_different_rows_both_survive(draft: Draft) -> None:
    here, there = same(draft), same(draft)
    save_answers(here, {"members/a": {"name": "Ana"}}, at=LATER)
    save_answers(there, {"members/b": {"name": "Bo"}}, at=LATER)
    assert [row["_id"] for row in open_answers(same(draft))["members"]] == ["a", "b"]


def test_of_two_windows_on_the_same_question_the_later_wins(draft: Draft) -> None:
    here, there = same(draft), same(draft)
    save_answers(here, {"dog_name": "Ann"}, at=LATER)
    save_answers(there, {"dog_name": "Bo"}, at=LATER)
    assert open_answers(same(draft)) == {"dog_name": "Bo"}


def test_a_save_is_one_update(draft: Draft) -> None:
    mine = same(draft)
    save_answers(mine, {"size": "large"}, at=LATER)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        save_answers(mine, {"size": "small"}, at=LATER)
    on_drafts: list[Any] = [query["sql"] for query in queries if "forms_draft" in query["sql"]]
    assert len(on_drafts) == 1
    assert on_drafts[0].startswith("UPDATE")


def test_a_closed_draft_takes_nothing_more(draft: Draft) -> None:
    stale = same(draft)
    close_draft(draft, at=LATER)
    close_draft(draft, at=LATER + dt.timedelta(days=1))
    assert same(draft).closed_at == LATER
    for window in (draft, stale):
        with pytest.raises(DraftClosed):
            save_answers(window, {"dog_name": "Bo"}, at=LATER)
    assert open_answers(same(draft)) == {"dog_name": "Rex"}
