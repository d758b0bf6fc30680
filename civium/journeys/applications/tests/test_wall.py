"""The wall between agencies: PostgreSQL itself shows staff nothing of another agency, whatever a query forgot to ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from civium.engines.cases.actions.write_note import write_note
from civium.engines.cases.models import Case, Message, Note, Question
from civium.engines.forms.models import Draft
from civium.engines.payments.models import Payment
from civium.foundation.files.models import StoredFile
from civium.foundation.identity.models import Person
from civium.foundation.identity.policy import (
    SignedInRequest,
    behind_the_wall,
    beyond_the_wall,
    open_to,
    staff,
)
from civium.foundation.identity.wall import find_gaps, find_wall, put_wall, role_that_walks_through
from civium.foundation.kit.refusals import NotFound
from civium.journeys.applications.actions.send_case_message import send_case_message
from civium.journeys.applications.models import Application
from tests.applying import NOW, apply_for, move, upload

on_postgresql = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="SQLite has no row-level security"
)
pytestmark = [pytest.mark.django_db, on_postgresql]
ROLE = "civium_of_the_wall_test"


@pytest.fixture(autouse=True)
def _a_role_that_no_superuser_is(db: None) -> Iterator[None]:
    """Where the tests connect as a superuser, whom no wall stops, they try it as somebody else."""
    if not role_that_walks_through(connection):
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE}")
        cursor.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {ROLE}")
        cursor.execute(f"GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {ROLE}")
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
    yield


@pytest.fixture
def case(demo_services: object, amina: Person, boris: Person) -> Case:
    """A dog licence with something in every table: paid, asked about, written about, with files."""
    found = move(apply_for(amina), "accept", by=boris)
    send_case_message(found, words="Is it far?", uploads=[upload()], by=amina, at=NOW)
    write_note(found, words="Ask @Boris.", by=boris, at=NOW)
    return move(found, "ask", by=boris, question="Which chip?")


def seen_by(person: Person, *models: Any) -> dict[str, int]:
    """How many rows of these tables a query finds that asks for no agency."""
    return behind_the_wall(person, lambda: {model.__name__: model.objects.count() for model in models})


PEOPLES = (Case, Message, Note, Question, Application, Draft, StoredFile, Payment)


def test_a_query_that_forgets_the_agency_finds_nothing_of_another(
    case: Case, boris: Person, stranger: Person
) -> None:
    assert all(seen_by(boris, *PEOPLES).values())
    assert not any(seen_by(stranger, *PEOPLES).values())


def test_no_table_behind_the_wall_shows_a_row_to_a_stranger(case: Case, stranger: Person) -> None:
    def count() -> dict[str, int]:
        found = {}
        with connection.cursor() as cursor:
            for table in find_wall():
                cursor.execute(f"SELECT COUNT(*) FROM {table}")
                found[table] = cursor.fetchone()[0]
        return found

    there = {table for table, rows in count().items() if rows}
    assert len(there) >= 11, "hardly anything is there: it could not be hidden either"
    assert {table for table, rows in behind_the_wall(stranger, count).items() if rows} == set()


def test_what_is_not_seen_is_not_changed_either(case: Case, boris: Person, stranger: Person) -> None:
    assert behind_the_wall(stranger, lambda: Case.objects.update(step="granted")) == 0
    assert behind_the_wall(stranger, lambda: Message.objects.all().delete())[0] == 0
    assert behind_the_wall(boris, lambda: Case.objects.filter(pk=case.pk).update(step=case.step)) == 1

    def slip_in() -> None:
        Message.objects.create(
            case_id=case.pk, is_from_applicant=False, words_sealed=b"", sent_by=stranger, sent_at=NOW
        )

    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        behind_the_wall(stranger, slip_in)


def test_a_case_does_not_go_to_another_agency_behind_it(case: Case, boris: Person) -> None:
    def give_away() -> int:
        return Case.objects.filter(pk=case.pk).update(agency_id="planning")

    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        behind_the_wall(boris, give_away)


def test_afterwards_the_connection_has_no_wall(case: Case, stranger: Person) -> None:
    assert seen_by(stranger, Case) == {"Case": 0}
    assert Case.objects.count() == 1
    with pytest.raises(NotFound):
        behind_the_wall(stranger, _refuse)
    assert Case.objects.count() == 1


def _refuse() -> None:
    raise NotFound


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_is_used_again_brings_no_wall_along(stranger: Person) -> None:
    def setting() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('civium.agencies', true)")
            return cursor.fetchone()[0] or ""

    assert behind_the_wall(stranger, setting) == "planning"
    assert setting() == ""
    with pytest.raises(NotFound):
        behind_the_wall(stranger, _refuse)
    assert setting() == ""


def test_what_was_done_before_a_refusal_stays_done(case: Case, boris: Person) -> None:
    def note_and_refuse() -> None:
        write_note(case, words="It stays.", by=boris, at=NOW)
        raise NotFound

    before = Note.objects.count()
    with pytest.raises(NotFound):
        behind_the_wall(boris, note_and_refuse)
    assert Note.objects.count() == before + 1


@open_to(staff("officer", "designer", "finance"))
def forgetful(request: SignedInRequest) -> HttpResponse:
    """A page that asks for no agency."""
    return HttpResponse(str(Case.objects.count()))


def test_whoever_comes_through_a_door_for_staff_is_behind_it(
    case: Case, omar: Person, stranger: Person, dana: Person, finn: Person
) -> None:
    def page(person: Person) -> str:
        request: HttpRequest = RequestFactory().get("/")
        request.user = Person.objects.get(pk=person.pk)
        return forgetful(request).content.decode()

    assert {"omar": page(omar), "stranger": page(stranger), "dana": page(dana), "finn": page(finn)} == {
        "omar": "1",
        "stranger": "0",
        "dana": "0",  # works for no agency
        "finn": "1",  # looks after the whole town's money
    }


def test_beyond_the_wall_is_for_a_while_only(case: Case, stranger: Person) -> None:
    def look() -> list[int]:
        seen = [Case.objects.count()]
        with beyond_the_wall():
            seen.append(Case.objects.count())
        with pytest.raises(NotFound), beyond_the_wall():
            raise NotFound
        return [*seen, Case.objects.count()]

    assert behind_the_wall(stranger, look) == [0, 1, 0]


def test_nothing_holds_up_whoever_works_on_the_case(
    case: Case, boris: Person, client: Client, at_nine: object
) -> None:
    client.force_login(boris)
    assert client.get(reverse("desk:queue")).status_code == 200
    page = client.get(reverse("desk:case", args=[case.reference]))
    assert page.status_code == 200
    assert "Is it far?" in page.content.decode()


def test_it_costs_staff_one_statement_and_citizens_none(
    case: Case, boris: Person, amina: Person, client: Client, django_assert_num_queries: Callable[..., Any]
) -> None:
    def settings_in(captured: Any) -> int:
        return sum("set_config" in query["sql"] for query in captured.captured_queries)

    from django.test.utils import CaptureQueriesContext

    for person, address, most in (
        # The second one is for tests only, which are one transaction themselves.
        (boris, reverse("desk:queue"), 2),
        (amina, reverse("portal:my_page"), 0),
    ):
        client.force_login(person)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        assert settings_in(captured) == most, person


def test_the_check_says_where_the_wall_has_a_gap() -> None:
    assert find_gaps(connection) == []
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("ALTER TABLE cases_note DISABLE ROW LEVEL SECURITY")
        cursor.execute("DROP POLICY agencies ON cases_look")
        cursor.execute("ALTER TABLE cases_link NO FORCE ROW LEVEL SECURITY")
        cursor.execute("CREATE POLICY everybody ON cases_case USING (true)")
    assert find_gaps(connection) == ["cases_case", "cases_link", "cases_look", "cases_note"]


def test_migrating_puts_up_what_is_missing_and_what_says_something_else() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE cases_note DISABLE ROW LEVEL SECURITY")
        cursor.execute("DROP POLICY agencies ON cases_look")
        cursor.execute("COMMENT ON POLICY agencies ON cases_link IS 'an older condition'")
    assert find_gaps(connection) == ["cases_link", "cases_look", "cases_note"]
    put_wall(connection)
    assert find_gaps(connection) == []
