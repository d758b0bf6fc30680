"""Who works here: the list, giving a role and ending one, by whom, and what is never allowed."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from bs4 import Tag
from django.core import mail
from django.test import Client

from civium.foundation.identity.actions.give_role import (
    HasItAlready,
    NobodyThere,
    NotYoursToGive,
    OwnRole,
    RoleOfWholeTown,
    end_role_of,
    give_role,
    make_administrator,
)
from civium.foundation.identity.actions.grant_role import grant_role
from civium.foundation.identity.actions.join_machine import join_machine
from civium.foundation.identity.models import Membership, Person
from civium.foundation.identity.queries import get_agency
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.journal.queries import find_entries
from civium.foundation.kit.refusals import NotFound
from tests.applying import count_queries
from tests.cast import NOW

from .conftest import main_of, side_of, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_nine")]
DeskOf = Callable[[Person], Client]
STAFF = "/en/desk/staff/"


def rows(desk: Client, query: str = "") -> dict[str, list[str]]:
    """The cells of each line, by the name that it begins with."""
    found = main_of(desk.get(STAFF + query)).select("tr[data-row]")
    cells = [[cell.get_text(" ", strip=True) for cell in row.select("td")] for row in found]
    return {each[0].split()[0]: each for each in cells}


def form_of(page: Tag) -> Tag:
    found = page.select_one("form[method=post]")
    assert found is not None
    return found


def again(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def test_it_says_who_may_do_what_since_when_and_by_whom(
    desk_of: DeskOf, ada: Person, boris: Person, stranger: Person, amina: Person
) -> None:
    give_role(amina, role="finance", agency="town", shown_as="Amina from the till", by=ada, at=NOW)
    desk_of(boris)
    found = rows(desk_of(ada))
    assert found["Boris"][1:5] == ["Clerk", "Animal Welfare", "2 Mar 2026", "Set up with the site"]
    assert "2026" in found["Boris"][5]
    assert found["Stranger"][5:] == ["Never", "No"]
    assert found["Amina"][1:5] == ["Finance", "The whole town", "2 Mar 2026", "Ada"]
    assert "You" in found["Ada"][0]
    assert set(rows(desk_of(ada), "?role=clerk")) == {"Boris"}
    assert set(rows(desk_of(ada), "?agency=town")) == {"Ada", "Amina"}
    assert rows(desk_of(ada), "?agency=planning&role=auditor") == {}


def test_a_second_step_is_said(desk_of: DeskOf, ada: Person, boris: Person) -> None:
    from allauth.mfa.models import Authenticator

    Authenticator.objects.create(user=boris, type=Authenticator.Type.TOTP, data={})
    found = rows(desk_of(ada))
    assert (found["Boris"][6], found["Ada"][6]) == ("Yes", "No")


def test_a_supervisor_sees_their_own_agencies_only(
    desk_of: DeskOf, chen: Person, boris: Person, stranger: Person, ada: Person
) -> None:
    desk = desk_of(chen)
    assert set(rows(desk)) == {"Chen", "Boris"}
    for other in (stranger, ada):
        role = other.memberships.get()
        assert desk.get(f"{STAFF}{other.pk}/").status_code == 404
        assert desk.post(f"{STAFF}{other.pk}/roles/{role.pk}/end/").status_code == 404
    assert desk.get(f"{STAFF}{boris.pk}/roles/{stranger.memberships.get().pk}/end/").status_code == 404
    assert "Staff and roles" in side_of(desk.get(STAFF))


@pytest.mark.parametrize("who", ["boris", "omar", "finn", "dana", "amina"])
def test_it_is_for_administrators_and_supervisors_only(
    desk_of: DeskOf, request: pytest.FixtureRequest, who: str
) -> None:
    desk = desk_of(request.getfixturevalue(who))
    assert desk.get(STAFF).status_code == desk.post(f"{STAFF}new/").status_code == 404


def test_a_role_is_given_on_the_record_and_told(desk_of: DeskOf, ada: Person, amina: Person) -> None:
    desk = desk_of(ada)
    given = {"email": amina.email.upper(), "role": "officer", "agency": "planning", "shown_as": "Amina H."}
    page = desk.post(f"{STAFF}new/", given, follow=True)
    assert page.redirect_chain == [(f"{STAFF}{amina.pk}/", 302)]
    assert "Amina H. is now Officer, Planning" in words_of(page)
    assert again(amina).works_as("planning", "officer")
    entry = find_entries([f"person:{amina.pk}"])[-1]
    assert (entry.kind, entry.by_id) == ("identity.RoleGranted", ada.pk)
    run_waiting_jobs()
    [letter] = [each for each in mail.outbox if each.to == [amina.email]]
    assert "Ada gave you a role" in letter.body
    assert "Officer, Planning" in letter.body
    # A second role needs no second name.
    page = desk.post(f"{STAFF}{amina.pk}/", {"role": "clerk", "agency": "planning"}, follow=True)
    assert "Amina H. is now Clerk" in words_of(page)


def test_a_role_ends_at_once_on_the_record_and_told(desk_of: DeskOf, chen: Person, boris: Person) -> None:
    desk, his = desk_of(chen), desk_of(boris)
    link = main_of(desk.get(f"{STAFF}{boris.pk}/")).select_one("tr[data-row] a")
    asked = main_of(desk.get(link["href"]))
    assert "End the role of Boris?" in asked.get_text()
    assert Membership.objects.filter(person=boris).exists(), "asking changes nothing"
    assert his.get("/en/desk/").status_code == 200
    page = desk.post(link["href"], follow=True)
    assert "Boris is no longer Clerk, Animal Welfare." in words_of(page)
    assert his.get("/en/desk/").status_code == 404
    entry = find_entries([f"person:{boris.pk}"])[-1]
    assert (entry.kind, entry.by_id) == ("identity.RoleEnded", chen.pk)
    run_waiting_jobs()
    [letter] = [each for each in mail.outbox if each.to == [boris.email]]
    assert "Chen ended a role of yours" in letter.body


def test_an_old_sign_in_gives_and_ends_nothing(
    desk_of: DeskOf, ada: Person, boris: Person, amina: Person
) -> None:
    desk = desk_of(ada)
    session = desk.session
    session["shown_at"] = time.time() - 16 * 60
    session.save()
    assert desk.get(STAFF).status_code == desk.get(f"{STAFF}{boris.pk}/").status_code == 200
    for address, body in (
        (f"{STAFF}new/", {"email": amina.email, "role": "clerk", "agency": "town", "shown_as": "A"}),
        (f"{STAFF}{boris.pk}/", {"role": "officer", "agency": "planning"}),
        (f"{STAFF}{boris.pk}/roles/{boris.memberships.get().pk}/end/", {}),
    ):
        assert "/account/confirm/" in desk.post(address, body)["Location"]
    assert not again(amina).works_here
    assert again(boris).roles == {"clerk"}


def test_nobody_changes_their_own_roles(desk_of: DeskOf, ada: Person, chen: Person) -> None:
    for person, more in (
        (ada, {"role": "auditor", "agency": "town"}),
        (chen, {"role": "officer", "agency": "animal-welfare"}),
    ):
        desk, own = desk_of(person), person.memberships.get()
        page = main_of(desk.get(f"{STAFF}{person.pk}/"))
        assert "These are your own roles." in page.get_text()
        assert page.select("tr[data-row] a") == page.select("form[method=post]") == []
        assert "Nobody changes their own roles." in words_of(desk.post(f"{STAFF}{person.pk}/", more))
        asked = {"email": person.email, "shown_as": "Me", **more}
        assert "Nobody changes their own roles." in words_of(desk.post(f"{STAFF}new/", asked))
        ended = desk.post(f"{STAFF}{person.pk}/roles/{own.pk}/end/")
        assert (ended.status_code, "Nobody changes their own roles." in words_of(ended)) == (422, True)
        assert list(again(person).memberships.all()) == [own]


def test_an_administrator_is_left_whoever_ends_whose_role(
    ada: Person, make_person: Callable[..., Person]
) -> None:
    other = make_person("Olga", role="administrator")
    hers, adas = other.memberships.get(), ada.memberships.get()
    assert "administrator" in other.roles  # known from before, as in a request that began in the same moment
    end_role_of(hers, by=ada, at=NOW)
    with pytest.raises(NotFound):
        end_role_of(adas, by=other, at=NOW)
    with pytest.raises(OwnRole):
        end_role_of(adas, by=ada, at=NOW)
    assert again(ada).roles == {"administrator"}


@pytest.mark.parametrize(
    ("role", "agency"),
    [
        ("supervisor", "animal-welfare"),
        ("finance", "animal-welfare"),
        ("administrator", "town"),
        ("clerk", "town"),
        ("clerk", "planning"),
    ],
)
def test_a_supervisor_gives_no_more_than_clerks_and_officers_of_their_own(
    chen: Person, amina: Person, role: str, agency: str
) -> None:
    with pytest.raises(NotYoursToGive):
        give_role(amina, role=role, agency=agency, shown_as="Amina", by=chen, at=NOW)
    give_role(amina, role="officer", agency="animal-welfare", shown_as="Amina", by=chen, at=NOW)
    with pytest.raises(HasItAlready):
        give_role(amina, role="officer", agency="animal-welfare", shown_as="Amina", by=chen, at=NOW)


def test_a_supervisor_ends_no_other_supervisor(
    desk_of: DeskOf, chen: Person, make_person: Callable[..., Person]
) -> None:
    other = make_person("Sol", role="supervisor", agency="animal-welfare")
    desk, role = desk_of(chen), other.memberships.get()
    assert main_of(desk.get(f"{STAFF}{other.pk}/")).select("tr[data-row] a") == []
    assert desk.post(f"{STAFF}{other.pk}/roles/{role.pk}/end/").status_code == 404
    assert again(other).works_here


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Enter the e-mail address of whoever gets the role."),
        ({"email": "nobody@cast.example"}, "No account here has this e-mail address."),
        ({"email": "amina@cast.example", "agency": "town", "shown_as": "A"}, "Choose the role."),
        (
            {"email": "amina@cast.example", "role": "king", "agency": "town", "shown_as": "A"},
            "Choose the role.",
        ),
        ({"email": "amina@cast.example", "role": "clerk", "shown_as": "A"}, "Choose the agency"),
        (
            {"email": "amina@cast.example", "role": "clerk", "agency": "moon", "shown_as": "A"},
            "Choose the agency",
        ),
        (
            {"email": "amina@cast.example", "role": "designer", "agency": "planning", "shown_as": "A"},
            "for the whole town",
        ),
        (
            {"email": "amina@cast.example", "role": "clerk", "agency": "town", "shown_as": " \u202e"},
            "Enter the name",
        ),
        (
            {"email": "amina@cast.example", "role": "clerk", "agency": "town", "shown_as": "x" * 81},
            "Enter the name",
        ),
        ({"email": "x" * 9_000 + "@cast.example"}, "No account here has this e-mail address."),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_what_was_typed_stays(
    desk_of: DeskOf, ada: Person, amina: Person, typed: dict[str, str], said: str
) -> None:
    page = desk_of(ada).post(f"{STAFF}new/", typed)
    assert page.status_code == 422
    assert said in words_of(page)
    assert main_of(page).select_one("#email")["value" if typed.get("email") else "id"] in (
        typed.get("email"),
        "email",
    )
    assert not again(amina).works_here


def test_looking_for_addresses_ends(desk_of: DeskOf, ada: Person, amina: Person) -> None:
    desk = desk_of(ada)
    found = [desk.post(f"{STAFF}new/", {"email": f"{n}@cast.example"}).status_code for n in range(21)]
    assert found == [422] * 20 + [429]


def test_a_program_is_shown_as_one_and_can_be_stopped(desk_of: DeskOf, ada: Person, chen: Person) -> None:
    program, agency = join_machine(name="Registry", at=NOW), get_agency("animal-welfare")
    grant_role(program, role="clerk", agency=agency, shown_as="Registry", by=chen, at=NOW)
    desk = desk_of(ada)
    assert rows(desk)["Registry"][0] == "Registry Program"
    assert rows(desk)["Registry"][4] == "Chen"
    page = main_of(desk.get(f"{STAFF}{program.pk}/"))
    assert "This is a program" in page.get_text()
    desk.post(page.select_one("tr[data-row] a")["href"])
    assert again(program).roles == set()
    run_waiting_jobs()
    assert [each for each in mail.outbox if "invalid" in each.to[0]] == []


def test_the_list_costs_the_same_however_many_there_are(
    desk_of: DeskOf, ada: Person, make_person: Callable[..., Person]
) -> None:
    few = count_queries(desk_of(ada), STAFF)
    for number in range(8):
        person = make_person(f"Kim{number}")
        for agency in ("planning", "library", "mobility", "refuse"):
            give_role(person, role="clerk", agency=agency, shown_as=f"Kim{number}", by=ada, at=NOW)
    assert count_queries(desk_of(ada), STAFF) <= few + 1
    [line] = [each for name, each in rows(desk_of(ada)).items() if name == "Kim0"]
    assert line[2].endswith("and 1 more")


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 12, "\u0661"])
def test_a_page_that_is_none_is_not_there(desk_of: DeskOf, ada: Person, page: str) -> None:
    assert desk_of(ada).get(STAFF, {"page": page}).status_code == 404


def test_the_first_administrator_is_made_on_the_machine(amina: Person) -> None:
    make_administrator(amina.email, shown_as="Amina", at=NOW)
    assert again(amina).roles == {"administrator"}
    with pytest.raises(HasItAlready):
        make_administrator(amina.email, shown_as="Amina", at=NOW)
    with pytest.raises(NobodyThere):
        make_administrator("nobody@cast.example", shown_as="Nobody", at=NOW)


def test_a_designer_works_for_no_agency_alone(ada: Person, amina: Person) -> None:
    with pytest.raises(RoleOfWholeTown):
        give_role(amina, role="designer", agency="planning", shown_as="Amina", by=ada, at=NOW)
