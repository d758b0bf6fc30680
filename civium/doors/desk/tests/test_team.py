"""The supervisor's pages: who has what and where it gets stuck, handing cases over, and who is away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from bs4 import Tag
from django.test import Client

from civium.doors.desk.team import people_rows
from civium.engines.cases.actions.claim_case import claim_case
from civium.engines.cases.actions.note_absence import note_absence
from civium.engines.cases.models import Absence, Case
from civium.engines.cases.queries import PersonLoad, Tally, find_mentions
from civium.foundation.identity.models import Person
from tests.applying import QUESTION, apply_for, count_queries, move
from tests.cast import NOW

from .conftest import main_of, side_of, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services", "seal")]
DeskOf = Callable[[Person], Client]
TEAM, AWAY = "/en/desk/team/", "/en/desk/away/"
DAY = dt.timedelta(days=1)
TODAY = NOW.date()


@pytest.fixture
def busy(make_person: Callable[..., Person], boris: Person, amina: Person, ben: Person) -> list[Case]:
    """Boris has three late cases in one step, nobody has one that is new, and another agency has one."""
    late = []
    for name in ("Kim", "Lin", "Mo"):
        case = apply_for(make_person(name), at=NOW - 30 * DAY)
        late.append(move(case, "accept", by=boris, at=NOW - 29 * DAY))
    apply_for(amina)
    apply_for(ben, "heating-allowance")
    return late


def row_of(page: Tag, section: str, name: str) -> list[str]:
    rows = page.select(f"section[aria-labelledby={section}] tbody tr")
    row = next(each for each in rows if name in each.select_one("td").get_text())
    return [cell.get_text(" ", strip=True) for cell in row.select("td")]


def test_it_says_who_has_how_much_how_late_and_how_old(
    desk_of: DeskOf, chen: Person, omar: Person, busy: list[Case]
) -> None:
    page = main_of(desk_of(chen).get(TEAM))
    boris = row_of(page, "people", "Boris")
    assert boris[1:3] == ["3", "3 late"]
    assert boris[4] == "30 days"
    nobody = row_of(page, "people", "Nobody yet")
    assert (nobody[1:3], nobody[4]) == (["1", "0"], "today")
    assert row_of(page, "people", "Omar")[1] == "0"
    assert "Heating" not in page.get_text()


def test_it_says_where_it_is_stuck_and_leads_there(desk_of: DeskOf, chen: Person, busy: list[Case]) -> None:
    desk = desk_of(chen)
    page = main_of(desk.get(TEAM))
    checking = row_of(page, "steps", "We are checking it")
    assert "Stuck" in checking[0]
    assert checking[1:3] == ["3", "3 late"]
    assert checking[4] == "29 days"
    assert checking[5].replace("-", "") in {case.reference for case in busy}
    links = page.select("section[aria-labelledby=steps] tbody tr:first-child a")
    for link in links[:2]:
        listed = main_of(desk.get(link["href"])).select("tbody tr")
        assert len(listed) == 3
    assert "Stuck" not in row_of(page, "steps", "Received")[0]


def test_a_person_of_several_agencies_is_summed_first(boris: Person) -> None:
    def load(agency: str, who: Person | None, open: int, late: int, day: int) -> PersonLoad:
        return PersonLoad(agency, who.pk if who else None, Tally(open, late), NOW - dt.timedelta(days=day))

    loads = [
        load("planning", None, 9, 2, 3),
        load("planning", boris, 1, 1, 5),
        load("animal-welfare", None, 0, 0, 0),
        load("animal-welfare", boris, 7, 1, 30),
        load("library", boris, 4, 1, 1),
    ]
    rows = people_rows(loads, {}, several=True, today=NOW.date())
    assert [(row.also, row.open, row.late, row.oldest) for row in rows] == [
        ("All agencies together", "12", "3", "30 days"),
        ("Planning", "1", "1", "5 days"),
        ("Animal Welfare", "7", "1", "30 days"),
        ("Town Library", "4", "1", "1 day"),
        ("Planning", "9", "2", "3 days"),
    ]
    assert "agency=" not in rows[0].href
    assert [bool(row.hand_href) for row in rows] == [False, True, True, True, True]


def test_its_bars_are_drawn_without_style_of_their_own(
    desk_of: DeskOf, chen: Person, busy: list[Case]
) -> None:
    page = main_of(desk_of(chen).get(TEAM))
    bar = page.select_one("svg.load")
    assert bar["aria-hidden"] == "true"
    assert not page.select("[style]")


def test_a_calm_day_is_said_in_words(desk_of: DeskOf, chen: Person) -> None:
    words = words_of(desk_of(chen).get(TEAM))
    assert "No case is open" in words


def test_it_takes_as_many_statements_whatever_there_is(
    desk_of: DeskOf, chen: Person, amina: Person, make_person: Callable[..., Person], boris: Person
) -> None:
    apply_for(amina)
    few = count_queries(desk_of(chen), TEAM)
    for name in ("Kim", "Lin", "Mo"):
        claim_case(apply_for(make_person(name)), by=boris, at=NOW)
    assert count_queries(desk_of(chen), TEAM) == few <= 6


@pytest.mark.parametrize("who", ["boris", "omar", "stranger", "amina", "dana", "finn"])
def test_it_is_for_supervisors_only(desk_of: DeskOf, request: pytest.FixtureRequest, who: str) -> None:
    desk = desk_of(request.getfixturevalue(who))
    assert desk.get(TEAM).status_code == 404
    assert desk.get(f"{TEAM}animal-welfare/nobody/").status_code == 404


# --- handing over ----------------------------------------------------------------------------------------------------


def test_cases_of_one_person_go_to_another(
    desk_of: DeskOf, chen: Person, boris: Person, omar: Person, busy: list[Case]
) -> None:
    desk = desk_of(chen)
    place = f"{TEAM}animal-welfare/{boris.pk}/"
    link = main_of(desk.get(TEAM)).select_one(f'a[href="{place}"]')
    assert link.get_text() == "Hand over: Boris"
    form = main_of(desk.get(place))
    assert "Hand over cases of Boris" in form.get_text()
    assert [option.get_text() for option in form.select("#to option")] == [
        "Choose",
        "Back to the team",
        "Chen",
        "Omar",
    ]
    page = desk.post(place, {"to": str(omar.pk), "number": "2"}, follow=True)
    assert "2 cases were handed over." in words_of(page)
    assert Case.objects.filter(assigned_to=omar).count() == 2
    desk.post(place, {"to": "nobody", "number": "100"})
    assert Case.objects.filter(assigned_to=boris).count() == 0


def test_late_cases_go_before_those_that_wait_for_an_answer(
    desk_of: DeskOf, chen: Person, boris: Person, omar: Person, busy: list[Case]
) -> None:
    waiting = move(busy[0], "ask", by=boris, at=NOW - 28 * DAY, question=QUESTION)
    Case.objects.filter(pk=waiting.pk).update(due_on=NOW.date() - 90 * DAY)
    desk, place = desk_of(chen), f"{TEAM}animal-welfare/{boris.pk}/"
    assert "Animal Welfare · Open: 3 · Late: 2" in words_of(desk.get(place))
    desk.post(place, {"to": str(omar.pk), "number": "2"})
    assert set(Case.objects.filter(assigned_to=omar)) == set(busy[1:])
    desk.post(place, {"to": str(omar.pk), "number": "2"})
    assert Case.objects.filter(assigned_to=omar).count() == 3


def test_whoever_gets_many_cases_is_told_once(
    desk_of: DeskOf, chen: Person, boris: Person, omar: Person, busy: list[Case]
) -> None:
    desk_of(chen).post(f"{TEAM}animal-welfare/{boris.pk}/", {"to": str(omar.pk), "number": "3"})
    [mention] = find_mentions(omar)
    assert (mention.note.words, mention.note.case.assigned_to) == ("3 cases were handed over.", omar)
    assert "Handed you the case" in words_of(desk_of(omar).get("/en/desk/mentions/"))


def test_cases_that_nobody_has_are_given_out(
    desk_of: DeskOf, chen: Person, omar: Person, busy: list[Case]
) -> None:
    desk = desk_of(chen)
    page = desk.post(
        f"{TEAM}animal-welfare/nobody/",
        {"to": str(omar.pk), "number": "10", "service": "dog-licence"},
        follow=True,
    )
    assert "1 case was handed over." in words_of(page)
    assert Case.objects.get(assigned_to=omar).step == "received"


@pytest.mark.parametrize(
    ("typed", "field", "says"),
    [
        ({"to": "", "number": "5"}, "to", "Choose who gets the cases."),
        ({"to": "x", "number": "5"}, "to", "Choose who gets the cases."),
        ({"to": "nobody", "number": ""}, "number", "Enter how many cases, from 1 to 100."),
        ({"to": "nobody", "number": "0"}, "number", "Enter how many cases, from 1 to 100."),
        ({"to": "nobody", "number": "101"}, "number", "Enter how many cases, from 1 to 100."),
        ({"to": "nobody", "number": "²"}, "number", "Enter how many cases, from 1 to 100."),
        (
            {"to": "nobody", "number": "5", "service": "pet-ashes"},
            "service",
            "There is no open case like this to hand over.",
        ),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_handed_over(
    desk_of: DeskOf,
    chen: Person,
    boris: Person,
    busy: list[Case],
    typed: dict[str, str],
    field: str,
    says: str,
) -> None:
    page = desk_of(chen).post(f"{TEAM}animal-welfare/{boris.pk}/", typed)
    assert page.status_code == 422
    link = main_of(page).select_one(".govuk-error-summary a")
    assert (link["href"], link.get_text()) == (f"#{field}", says)
    assert main_of(page).select_one(f"#{field}-error") is not None
    assert Case.objects.filter(assigned_to=boris).count() == 3


def test_only_services_of_the_agency_can_be_chosen(
    desk_of: DeskOf, make_person: Callable[..., Person]
) -> None:
    of_the_town = make_person("Sofia", role="supervisor", agency=None)
    page = main_of(desk_of(of_the_town).get(f"{TEAM}animal-welfare/nobody/"))
    offered = {option["value"] for option in page.select("#service option")}
    assert "dog-licence" in offered
    assert "building-permit" not in offered


def test_cases_of_another_agency_stay_where_they_are(
    desk_of: DeskOf, chen: Person, stranger: Person, boris: Person, busy: list[Case]
) -> None:
    desk = desk_of(chen)
    for place in ("planning/nobody/", "social-support/nobody/", "nonsense/nobody/", "animal-welfare/x/"):
        answer = desk.post(f"{TEAM}{place}", {"to": str(boris.pk), "number": "5"})
        assert answer.status_code == 404
    answer = desk.post(f"{TEAM}animal-welfare/nobody/", {"to": str(stranger.pk), "number": "5"})
    assert answer.status_code == 422


# --- being away ------------------------------------------------------------------------------------------------------


def noted(desk: Client, person: Person, first: dt.date, last: dt.date) -> str:
    typed = {"person": str(person.pk), "first_on": first.isoformat(), "last_on": last.isoformat()}
    return words_of(desk.post(AWAY, typed, follow=True))


def test_colleagues_see_who_is_away_and_supervisors_say_so_for_everybody(
    desk_of: DeskOf, boris: Person, omar: Person, chen: Person, her_case: Case
) -> None:
    claim_case(her_case, by=boris, at=NOW)
    assert "Noted." in noted(desk_of(boris), boris, TODAY, TODAY + 4 * DAY)
    assert "away until 6 Mar 2026" in words_of(desk_of(omar).get("/en/desk/"))
    desk = desk_of(chen)
    assert "Noted." in noted(desk, omar, TODAY + 7 * DAY, TODAY + 8 * DAY)
    words = words_of(desk.get(AWAY))
    assert "Boris Away now 2 Mar 2026 6 Mar 2026" in words
    assert "Omar 9 Mar 2026 10 Mar 2026" in words
    assert "away until 6 Mar 2026" in row_of(main_of(desk.get(TEAM)), "people", "Boris")[0]
    taker = main_of(desk.get(f"{TEAM}animal-welfare/nobody/")).select_one(f'#to option[value="{boris.pk}"]')
    assert taker.get_text() == "Boris (away)"
    one = main_of(desk.get(f"/en/desk/cases/{her_case.reference}/handover/"))
    assert one.select_one(f'#to option[value="{boris.pk}"]').get_text(strip=True) == "Boris (away)"


def test_whoever_is_back_is_off_the_list(desk_of: DeskOf, boris: Person, omar: Person) -> None:
    absence = note_absence(boris, first_on=TODAY, last_on=TODAY, by=boris, at=NOW)
    place = f"{AWAY}{absence.pk}/back/"
    assert desk_of(omar).post(place).status_code == 404
    assert main_of(desk_of(omar).get(AWAY)).select_one(f'form[action="{place}"]') is None
    page = desk_of(boris).post(place, follow=True)
    assert "Nobody is away" in words_of(page)
    assert desk_of(boris).post(place).status_code == 404


@pytest.mark.parametrize(
    ("first", "last", "wrong"),
    [
        ("", "", {"#first_on": "Enter the first day.", "#last_on": "Enter the last day."}),
        ("x", "2026-03-04", {"#first_on": "Enter the first day."}),
        (
            "2026-03-05",
            "2026-03-04",
            {
                "#last_on": "Choose a last day that is not before the first, not over, and at most a year away."
            },
        ),
    ],
)
def test_days_that_make_no_sense_are_shown_again(
    desk_of: DeskOf, boris: Person, first: str, last: str, wrong: dict[str, str]
) -> None:
    page = desk_of(boris).post(AWAY, {"person": str(boris.pk), "first_on": first, "last_on": last})
    assert page.status_code == 422
    assert {link["href"]: link.get_text() for link in main_of(page).select(".govuk-error-summary a")} == wrong
    assert main_of(page).select_one("#last_on").get("value", "") == last
    assert Absence.objects.count() == 0


def test_nobody_sends_a_colleague_away(desk_of: DeskOf, boris: Person, omar: Person, amina: Person) -> None:
    desk = desk_of(boris)
    for person in (str(omar.pk), str(amina.pk), "x", ""):
        answer = desk.post(AWAY, {"person": person, "first_on": "2026-03-02", "last_on": "2026-03-02"})
        assert answer.status_code == 404


def test_the_side_leads_each_role_to_its_pages(
    desk_of: DeskOf, boris: Person, chen: Person, finn: Person
) -> None:
    assert "Who has what" in side_of(desk_of(chen).get("/en/desk/"))
    clerks = side_of(desk_of(boris).get("/en/desk/"))
    assert "Away" in clerks
    assert "Who has what" not in clerks
    assert "Away" not in side_of(desk_of(finn).get("/en/desk/money/"))
