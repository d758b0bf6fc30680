"""Where colleagues named one: the list, what is unread, and what one may no longer see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from civium.engines.cases.actions.hand_over import hand_over
from civium.engines.cases.actions.write_note import write_note
from civium.engines.cases.models import Case
from civium.foundation.identity.models import Membership, Person
from tests.applying import apply_for, count_queries, move
from tests.cast import NOW

from .conftest import main_of, side_of, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services", "at_nine")]
DeskOf = Callable[[Person], Client]
PAGE = "/en/desk/mentions/"


@pytest.fixture
def checking(her_case: Case, boris: Person) -> Case:
    """Boris has Amina's dog licence."""
    return move(her_case, "accept", by=boris)


def rows(desk: Client, query: str = "") -> list[str]:
    found = main_of(desk.get(PAGE + query)).select("tr[data-row]")
    return [" ".join(row.get_text(" ").split()) for row in found]


def test_a_mention_is_listed_unread_until_its_case_is_opened(
    desk_of: DeskOf, boris: Person, omar: Person, checking: Case
) -> None:
    desk = desk_of(omar)
    assert "When a colleague writes @" in words_of(desk.get(PAGE))
    write_note(checking, words="@Omar, the chip is from abroad.", by=boris, at=NOW)
    page = desk.get(PAGE)
    [row] = main_of(page).select("tr[data-row]")
    link = row.select_one("a")
    assert link["href"] == f"/en/desk/cases/{checking.reference}/#notes"
    for part in (checking.shown_reference, "Unread", "Named you in a note", "Boris", "Dog licence"):
        assert part in row.get_text(), part
    assert side_of(page)["Mentions"] == side_of(desk.get("/en/desk/"))["Mentions"] == "1"
    # What was written, and about whom, is opened with the case and nowhere else.
    assert "abroad" not in page.content.decode()
    assert "Luna" not in page.content.decode()
    desk.get(link["href"].partition("#")[0])
    [seen] = rows(desk)
    assert "Unread" not in seen
    assert side_of(desk.get(PAGE))["Mentions"] == "0"
    assert rows(desk, "?only=unread") == []
    assert "You have seen every note" in words_of(desk.get(PAGE + "?only=unread"))


def test_whoever_writes_a_note_reads_who_is_told_and_who_is_not(
    desk_of: DeskOf, boris: Person, omar: Person, checking: Case
) -> None:
    desk = desk_of(boris)
    case = f"/en/desk/cases/{checking.reference}/"

    def said(words: str) -> str:
        desk.post(f"{case}notes/", {"note": words})
        return words_of(desk.get(case))

    assert "Told:" not in said("The chip is from abroad.")
    assert "Told: Omar." in said("@omar, please look.")
    wrong = said("@Omra, please look.")
    assert "Nobody was told for “@Omra”" in wrong
    assert "@Omar" in wrong.partition("You can write:")[2]


def test_handing_over_says_so(desk_of: DeskOf, boris: Person, omar: Person, checking: Case) -> None:
    hand_over(checking, to=omar, note="I am away.", by=boris, at=NOW, revision=checking.revision)
    [row] = rows(desk_of(omar))
    assert "Handed you the case" in row


def test_a_case_that_one_may_no_longer_see_is_not_there(
    desk_of: DeskOf, boris: Person, omar: Person, checking: Case
) -> None:
    write_note(checking, words="@Omar, look.", by=boris, at=NOW)
    own = apply_for(omar)
    write_note(own, words="@Omar is the applicant here.", by=boris, at=NOW)
    desk = desk_of(omar)
    assert len(rows(desk)) == 1
    Membership.objects.filter(person=omar).update(agency="planning")
    desk = desk_of(Person.objects.get(pk=omar.pk))
    assert rows(desk) == []
    assert side_of(desk.get(PAGE))["Mentions"] == "0"
    assert checking.shown_reference not in desk.get(PAGE).content.decode()


def test_many_come_in_pages_and_cost_no_more(
    desk_of: DeskOf, boris: Person, omar: Person, checking: Case
) -> None:
    desk = desk_of(omar)
    write_note(checking, words="@Omar 0", by=boris, at=NOW)
    few = count_queries(desk, PAGE)
    for number in range(1, 35):
        write_note(checking, words=f"@Omar {number}", by=boris, at=NOW + dt.timedelta(minutes=number))
    assert count_queries(desk_of(omar), PAGE) == few
    page = main_of(desk.get(PAGE))
    assert len(page.select("tr[data-row]")) == 30
    onward = page.select_one("nav.pager a[rel=next]")["href"]
    assert len(rows(desk, onward)) == 5
    desk.get(f"/en/desk/cases/{checking.reference}/")
    assert rows(desk, "?only=unread") == []


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30, "\u0661", "1.5"])
def test_a_mark_that_is_none_is_not_found(desk_of: DeskOf, omar: Person, before: str) -> None:
    assert desk_of(omar).get(PAGE, {"before": before}).status_code == 404


def test_who_works_no_cases_has_no_such_page(desk_of: DeskOf, amina: Person, finn: Person) -> None:
    for person in (amina, finn):
        assert desk_of(person).get(PAGE).status_code == 404
