"""Finding a case by what its applicant is called: as it is typed, as they are called now, and never once it is erased."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from functools import partial
from uuid import UUID

import pytest
from django.db import connection, transaction

from civium.engines.cases.actions.change_applicant import change_applicant
from civium.engines.cases.actions.erase_from_lists import erase_from_lists
from civium.engines.cases.actions.renew_indexes import (
    WORDS,
    are_old_cases_found_by_name,
    renew_words_of,
)
from civium.engines.cases.models import Case, Word
from civium.engines.cases.queries import Filters, find_queue
from civium.engines.cases.rules.finding import beginnings
from civium.engines.cases.word_indexes import word_indexes
from civium.foundation.identity.actions.rename_person import rename_person
from civium.foundation.identity.actions.welcome_guest import give_contact, welcome_guest
from civium.foundation.identity.models import Person
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.journal.models import Entry
from civium.foundation.journal.queries import find_entries
from civium.foundation.privacy.actions.restrict_use import lock_away
from civium.foundation.privacy.actions.watch_readings import readings
from civium.foundation.privacy.events import DataRead
from civium.foundation.vault.actions.destroy_key import destroy_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def amina(make_person: Callable[..., Person], now: dt.datetime) -> Person:
    amina = make_person("Amina")
    rename_person(amina, name="Amina Ḥaddād al-Masrī", by=amina, at=now)
    return amina


def found(reader: Person, typed: str, now: dt.datetime) -> list[Case]:
    return find_queue(reader, which="found", at=now, filters=Filters(words=typed)).cases


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [
        ("Amina Haddad", True),
        ("amina had", True),
        ("had amina", True),
        ("HADDAD", True),
        ("masri rex", True),
        ("am", False),
        ("amina okafor", False),
        ("mina", False),
    ],
)
def test_a_name_finds_the_case_as_people_type_it(
    case: Case, boris: Person, now: dt.datetime, typed: str, is_found: bool
) -> None:
    assert found(boris, typed, now) == ([case] if is_found else [])


def test_a_name_in_any_script_finds_the_case(
    open_licence: Callable[..., Case], boris: Person, ben: Person, now: dt.datetime
) -> None:
    rename_person(ben, name="عمر الخيّام", by=ben, at=now)
    case = open_licence(applicant=ben)
    assert found(boris, "عمر الخيام", now) == [case]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Deniz Yılmaz", "Yilmaz"),
        ("Deniz Yılmaz", "YILMAZ"),
        ("Deniz Yilmaz", "Yılmaz"),
        ("Søren Kjær", "soren kjaer"),
        ("Łukasz Wałęsa", "lukasz walesa"),
        ("Đorđe Þór", "dorde thor"),
        ("Groß", "gross"),
    ],
)
def test_letters_that_not_every_keyboard_has_are_forgiven(
    open_licence: Callable[..., Case], boris: Person, ben: Person, now: dt.datetime, name: str, typed: str
) -> None:
    rename_person(ben, name=name, by=ben, at=now)
    case = open_licence(applicant=ben)
    assert found(boris, typed, now) == [case]


def test_a_name_that_was_kept_before_such_letters_were_folded_is_found_as_it_is_written(
    case: Case, boris: Person, now: dt.datetime
) -> None:
    for kept in word_indexes(case.agency_id, beginnings("yılmaz")):
        Word.objects.create(case=case, agency=case.agency, opened_at=case.opened_at, word_index=kept)
    assert found(boris, "Yılmaz", now) == [case]


def test_a_name_finds_nothing_in_another_agency(case: Case, stranger: Person, now: dt.datetime) -> None:
    assert found(stranger, "amina", now) == []


def test_each_case_that_a_search_shows_is_a_reading_whatever_its_line_says(
    open_licence: Callable[..., Case], amina: Person, boris: Person, now: dt.datetime
) -> None:
    shown = {open_licence(about="").subject, open_licence().subject, open_licence().subject}
    open_licence(applicant=boris)
    with readings(lambda: boris.pk, at=now):
        narrowed = Filters(words="haddad")
        first = find_queue(boris, which="found", at=now, filters=narrowed, limit=2)
        rest = find_queue(boris, which="found", at=now, filters=narrowed, limit=2, after=first.next)
        assert [bool(case.about) for case in [*first.cases, *rest.cases]].count(True) == 2
    read = [each.event for each in find_entries([amina.vault_key]) if isinstance(each.event, DataRead)]
    assert {(each.subject, each.channel, each.kinds) for each in read} == {
        (subject, "search", "about") for subject in shown
    }
    assert len(read) == len(shown)
    with readings(lambda: boris.pk, at=now + dt.timedelta(hours=1)):
        find_queue(boris, which="found", at=now, filters=narrowed, limit=2, before=rest.previous)
    again = [each.event for each in find_entries([amina.vault_key])[-2:]]
    assert [each.channel for each in again if isinstance(each, DataRead)] == ["search", "search"]


def test_a_list_that_is_no_search_is_a_reading_of_the_lines_that_it_opens_alone(
    open_licence: Callable[..., Case], amina: Person, boris: Person, now: dt.datetime
) -> None:
    open_licence(about="")
    with readings(lambda: boris.pk, at=now):
        assert len(find_queue(boris, which="team", at=now).cases) == 1
    assert not Entry.objects.filter(stream=amina.vault_key, kind=DataRead.kind).exists()


def test_whoever_is_called_otherwise_now_is_found_by_that_alone(
    case: Case, amina: Person, boris: Person, now: dt.datetime
) -> None:
    rename_person(amina, name="Amina Okafor", by=amina, at=now)
    run_waiting_jobs()
    assert found(boris, "amina okafor", now) == [case]
    assert found(boris, "haddad", now) == []
    assert found(boris, "rex", now) == [case]


def test_what_a_guest_applied_for_is_found_by_the_name_of_its_account_afterwards(
    open_licence: Callable[..., Case], amina: Person, boris: Person, now: dt.datetime
) -> None:
    guest = welcome_guest(language="en", at=now)
    give_contact(guest, name="Kim Visitor", email="", by=guest, at=now)
    case = open_licence(applicant=guest)
    assert found(boris, "visitor", now) == [case]
    change_applicant(case, to=amina, by=amina, at=now)
    assert (found(boris, "visitor", now), found(boris, "haddad", now)) == ([], [case])


def test_a_new_case_is_found_as_soon_as_work_that_waits_is_done(
    open_licence: Callable[..., Case], boris: Person, now: dt.datetime
) -> None:
    case = open_licence(is_found=False)
    assert found(boris, "haddad", now) == []
    run_waiting_jobs()
    assert found(boris, "haddad", now) == found(boris, "rex", now) == [case]


@pytest.mark.parametrize("let_go", [destroy_key, partial(lock_away, until=dt.date(2036, 1, 1))])
def test_what_was_let_go_before_it_was_found_is_never_found(
    open_licence: Callable[..., Case], now: dt.datetime, let_go: Callable[..., None]
) -> None:
    case = open_licence(is_found=False)
    erase_from_lists(case.subject)
    let_go(case.subject, by=None, at=now)
    run_waiting_jobs()
    assert not Word.objects.filter(case=case).exists()


def test_what_was_erased_is_found_by_no_name_and_no_new_name_brings_it_back(
    case: Case, amina: Person, boris: Person, now: dt.datetime
) -> None:
    run_waiting_jobs()
    erase_from_lists(case.subject)
    rename_person(amina, name="Amina Okafor", by=amina, at=now)
    run_waiting_jobs()
    assert found(boris, "amina", now) == found(boris, "okafor", now) == []
    assert not Word.objects.filter(case=case).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("renew", [renew_words_of, lambda _applicant: go_through_all()])
def test_what_is_erased_while_words_are_written_anew_is_found_no_more(
    case: Case, renew: Callable[[UUID], None]
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one write at a time")

    def write() -> None:
        try:
            renew(case.applicant_id)
        finally:
            connection.close()

    writing = threading.Thread(target=write)
    with transaction.atomic():
        erase_from_lists(case.subject)
        writing.start()
        writing.join(1)
        assert writing.is_alive()
    writing.join()
    assert not Word.objects.filter(case=case).exists()


@transaction.atomic
def go_through_all() -> None:
    """As the renewal of all indexes does it."""
    WORDS.renew(list(WORDS.rows().select_for_update(of=("self",)).order_by("pk")))


def test_new_indexes_are_made_of_names_too(case: Case, boris: Person, now: dt.datetime) -> None:
    before = set(map(bytes, Word.objects.filter(case=case).values_list("word_index", flat=True)))
    WORDS.renew(list(WORDS.rows()))
    assert set(map(bytes, Word.objects.filter(case=case).values_list("word_index", flat=True))) == before
    assert found(boris, "amina haddad", now) == [case]


def test_the_administrator_is_told_of_cases_that_no_name_finds(
    case: Case, amina: Person, boris: Person, now: dt.datetime
) -> None:
    assert are_old_cases_found_by_name()
    kept = set(case.words.filter(word_index__in=[*word_indexes(case.agency_id, beginnings("rex"))]))
    case.words.exclude(pk__in=[word.pk for word in kept]).delete()  # as before names were kept
    assert found(boris, "rex", now) == [case]
    assert not are_old_cases_found_by_name()
    WORDS.renew([case])
    assert are_old_cases_found_by_name()
