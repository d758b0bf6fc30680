"""The page on which tokens are made and ended."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from civium.doors.api.actions.make_token import make_token
from civium.doors.api.models import Token
from civium.doors.api.queries import find_token_of_secret, find_tokens_made_by
from civium.doors.api.tests.test_api import Program
from civium.foundation.identity.actions.end_sessions import disown_sign_in
from civium.foundation.identity.actions.give_role import end_role_of
from civium.foundation.identity.models import Person, SignIn
from civium.foundation.identity.queries import get_agency
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from tests.applying import apply_for
from tests.cast import NOW

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)

PAGE = "/en/my/access/"
pytestmark = pytest.mark.django_db


def make(client: Client, **changes: object) -> object:
    return client.post(PAGE, {"name": "My phone", "scopes": ["cases:read"], "lasts": "30", **changes})


@pytest.fixture
def hers(client: Client, amina: Person) -> Client:
    client.force_login(amina)
    return client


def test_a_token_is_shown_once_and_works(hers: Client) -> None:
    page = make(hers)
    secret = re.search(r"civium_[\w-]{32}", page.content.decode())
    assert secret is not None
    assert page["Cache-Control"] == "no-store"
    assert secret[0] not in hers.get(PAGE).content.decode()
    assert Client().get("/api/v1/cases", headers={"Authorization": f"Bearer {secret[0]}"}).status_code == 200


def test_the_list_says_what_each_may_do_and_when_it_was_used(hers: Client) -> None:
    make(hers)
    words = hers.get(PAGE).content.decode()
    assert "My phone" in words
    assert "Read your cases" in words
    assert "never used" in words


@pytest.mark.parametrize("changes", [{"name": "  "}, {"scopes": []}, {"scopes": ["everything"]}])
def test_what_is_missing_is_told_and_what_was_typed_stays(hers: Client, changes: dict[str, object]) -> None:
    answer = make(hers, **changes)
    assert answer.status_code == 422
    assert 'class="error-summary' in answer.content.decode() or "error-summary" in answer.content.decode()
    assert not Token.objects.exists()


def test_ending_asks_first(hers: Client) -> None:
    make(hers)
    token = Token.objects.get()
    assert "End this token?" in hers.get(f"{PAGE}{token.id}/end/").content.decode()
    assert Token.objects.get().ended_at is None
    hers.post(f"{PAGE}{token.id}/end/")
    assert Token.objects.get().ended_at is not None
    assert "My phone" not in re.sub(r"(?s)role=.status.*?</div>", "", hers.get(PAGE).content.decode())


def test_somebody_elses_token_is_not_there(hers: Client, ben: Person) -> None:
    make(hers)
    token, stranger = Token.objects.get(), Client()
    stranger.force_login(ben)
    assert stranger.get(f"{PAGE}{token.id}/end/").status_code == 404
    assert stranger.post(f"{PAGE}{token.id}/end/").status_code == 404
    assert Token.objects.get().ended_at is None


def test_only_who_leads_an_agency_is_offered_it(hers: Client, chen: Person) -> None:
    assert "In whose name?" not in hers.get(PAGE).content.decode()
    assert make(hers, agency="animal-welfare").status_code == 404
    leader = Client()
    leader.force_login(chen)
    assert "In whose name?" in leader.get(PAGE).content.decode()
    assert make(leader, agency="animal-welfare").status_code == 200
    assert Token.objects.get().person.works_here


def test_making_and_ending_are_on_the_record(hers: Client, amina: Person) -> None:
    from civium.foundation.journal.queries import find_entries

    make(hers)
    hers.post(f"{PAGE}{Token.objects.get().id}/end/")
    kinds = [entry.kind for entry in find_entries([f"person:{amina.id}"])]
    assert kinds[-2:] == ["api.TokenMade", "api.TokenEnded"]


def test_nobody_makes_more_than_one_can_keep_an_eye_on(hers: Client) -> None:
    for _ in range(20):
        make(hers)
    assert make(hers).status_code == 422
    assert Token.objects.count() == 20


@pytest.mark.django_db(transaction=True)
def test_a_sign_in_that_was_somebody_elses_leaves_no_token_behind(amina: Person) -> None:
    make_token(name="Hers", scopes=["cases:read"], lasts=DAY, by=amina, at=NOW - DAY)
    strange = SignIn.objects.create(person=amina, at=NOW, how="password")
    make_token(name="The stranger's", scopes=["cases:read"], lasts=DAY, by=amina, at=NOW + HOUR)
    disown_sign_in(strange, by=amina, at=NOW + 2 * HOUR)
    run_waiting_jobs()
    assert [token.name for token in find_tokens_made_by(amina)] == ["Hers"]


@pytest.mark.parametrize(("who", "offered"), [("amina", False), ("boris", True)])
def test_whoever_works_on_no_cases_is_offered_their_own_alone(
    client: Client, request: pytest.FixtureRequest, who: str, offered: bool
) -> None:
    client.force_login(request.getfixturevalue(who))
    page = client.get(PAGE).content.decode()
    assert ("Work on cases" in page) is offered
    assert ("Write messages about your cases, and send files" in page) is not offered
    assert make(client).status_code == 200
    assert (
        "Read your cases: answers, messages, files</li>" in client.get(PAGE).content.decode()
    ) is not offered


@pytest.mark.usefixtures("demo_services", "at_nine")
@pytest.mark.parametrize("how", ["role", "account"])
def test_an_agencys_token_ends_with_the_role_of_whoever_made_it(
    amina: Person, chen: Person, ada: Person, how: str
) -> None:
    case = apply_for(amina)
    program = Program(chen, agency=get_agency("animal-welfare"), role="officer")
    assert program.get(f"cases/{case.reference}").status_code == 200
    if how == "role":
        end_role_of(chen.memberships.get(), by=ada, at=timezone.now())
    else:
        Person.objects.filter(pk=chen.pk).update(is_active=False)
    answers = [program.get(f"cases/{case.reference}"), program.get("cases", queue="team")]
    assert [answer.status_code for answer in answers] == [401, 401]


@pytest.mark.usefixtures("at_nine")
def test_one_that_lets_nobody_in_any_more_is_not_called_in_use(
    client: Client, chen: Person, ada: Person
) -> None:
    Program(chen, agency=get_agency("animal-welfare"))
    client.force_login(chen)
    assert "In use" in client.get(PAGE).content.decode()
    end_role_of(chen.memberships.get(), by=ada, at=timezone.now())
    page = client.get(PAGE).content.decode()
    assert ("In use" in page, "Lets nobody in" in page) == (False, True)


@pytest.mark.usefixtures("at_nine")
def test_the_portals_token_ends_with_the_role_of_whoever_made_it(
    make_person: Callable[..., Person], ada: Person
) -> None:
    petra = make_person("Petra", role="data-protection-officer")
    _token, secret = make_token(
        name="Portal", scopes=(), lasts=DAY, for_portal=True, by=petra, at=timezone.now()
    )
    assert find_token_of_secret(secret, at=timezone.now()) is not None
    end_role_of(petra.memberships.get(), by=ada, at=timezone.now())
    assert find_token_of_secret(secret, at=timezone.now()) is None


@pytest.mark.usefixtures("at_nine")
def test_a_token_in_ones_own_name_outlasts_a_role(chen: Person, ada: Person) -> None:
    own = Program(chen)
    end_role_of(chen.memberships.get(), by=ada, at=timezone.now())
    assert own.get("cases").status_code == 200
