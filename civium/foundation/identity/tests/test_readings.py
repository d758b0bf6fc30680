"""Nothing of a person opens without a reading, and what is read of others is on the record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.test import RequestFactory

from civium.foundation.identity.models import Person
from civium.foundation.jobs.actions.enqueue import job
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.journal.queries import find_entries
from civium.foundation.privacy.actions.declare_reading import act_as, declare_reading, note_reading
from civium.foundation.privacy.actions.watch_readings import NoPurpose, readings
from civium.foundation.privacy.events import DataRead
from civium.foundation.privacy.middleware import WhoLooks
from civium.foundation.privacy.rules import CHANNELS, KindUndeclared, declare_kinds, kind_at
from civium.foundation.vault.actions.sealing import open_sealed, seal
from civium.foundation.vault.actions.streams import open_stream, seal_stream
from civium.foundation.vault.actions.watching import NobodyWatches, watched_by
from tests.cast import NOW

pytestmark = pytest.mark.django_db


def fresh(person: Person) -> Person:
    """The person as another request would load them, with nothing opened yet."""
    return Person.objects.get(pk=person.pk)


def read_of(person: Person) -> list[DataRead]:
    return [e.event for e in find_entries([f"person:{person.pk}"]) if isinstance(e.event, DataRead)]


def declare(of: Person, by: Person, **more: str) -> None:
    declare_reading(of=of.pk, purpose="work-on-case", by=by, **more)


def test_nothing_of_a_person_opens_where_nobody_watches(amina: Person) -> None:
    with watched_by(None):  # type: ignore[arg-type]
        with pytest.raises(NobodyWatches, match="person:name"):
            _ = fresh(amina).name
        assert (
            open_sealed(seal("x", under="purpose:letters", at="a:1"), under="purpose:letters", at="a:1")
            == "x"
        )


def test_somebody_elses_data_opens_only_for_a_purpose(amina: Person, boris: Person) -> None:
    with pytest.raises(NoPurpose, match="declare_reading"), readings(lambda: boris.pk, at=NOW):
        _ = fresh(amina).name
    assert read_of(amina) == []


def test_a_purpose_opens_the_data_of_that_person_only(amina: Person, ben: Person, boris: Person) -> None:
    with readings(lambda: boris.pk, at=NOW):
        declare(amina, boris)
        assert fresh(amina).name == "Amina"
        with pytest.raises(NoPurpose):
            _ = fresh(ben).name


def test_files_are_data_too(amina: Person, boris: Person) -> None:
    import io

    sealed = b"".join(seal_stream([b"a page"], under=amina.vault_key, at="files:content:1"))
    with pytest.raises(NoPurpose), readings(lambda: boris.pk, at=NOW):
        next(open_stream(io.BytesIO(sealed), under=amina.vault_key, at="files:content:1"))


def test_an_applications_data_is_its_applicants(amina: Person, boris: Person) -> None:
    from civium.foundation.vault.actions.keys import make_key

    make_key("application:1", parent=amina.vault_key)
    sealed = seal({"dog": "Luna"}, under="application:1", at="drafts:1")
    with readings(lambda: amina.pk, at=NOW):
        assert open_sealed(sealed, under="application:1", at="drafts:1") == {"dog": "Luna"}
    with readings(lambda: boris.pk, at=NOW):
        declare(amina, boris, agency="animal-welfare", role="clerk", service="dog-licence")
        open_sealed(sealed, under="application:1", at="drafts:1")
        _ = fresh(amina).name
    (read,) = read_of(amina)
    assert read == DataRead(
        of=amina.vault_key,
        subject="application:1",
        purpose="work-on-case",
        legal_basis="public-task",
        agency="animal-welfare",
        role="clerk",
        service="dog-licence",
        channel="screen",
        kinds="answers name",
        system="civium",
    )
    (entry,) = [e for e in find_entries(["application:1"]) if e.kind == DataRead.kind]
    assert (entry.by_id, entry.at) == (boris.pk, NOW)


def test_ones_own_data_is_free_and_no_reading(amina: Person) -> None:
    with readings(lambda: amina.pk, at=NOW):
        assert fresh(amina).name == "Amina"
    assert read_of(amina) == []


def test_a_browser_that_was_let_in_reads_as_the_applicant(amina: Person) -> None:
    with readings(at=NOW):
        act_as(amina.pk)
        assert fresh(amina).name == "Amina"
    assert read_of(amina) == []


def test_who_declares_a_reading_and_opens_nothing_leaves_no_entry(amina: Person, boris: Person) -> None:
    with readings(at=NOW):
        declare(amina, boris)
    assert read_of(amina) == []


def test_two_people_read_in_one_request_have_an_entry_each(amina: Person, ben: Person, boris: Person) -> None:
    with readings(at=NOW):
        for person in (amina, ben):
            declare(person, boris)
            _ = fresh(person).name
            _ = fresh(person).name
    assert [len(read_of(person)) for person in (amina, ben)] == [1, 1]


def test_what_opens_no_seal_can_be_noted(amina: Person, boris: Person) -> None:
    with readings(at=NOW):
        note_reading(of=amina.pk, kinds={"contact"}, purpose="find-case", by=boris, channel="search")
    assert [(read.purpose, read.channel, read.kinds) for read in read_of(amina)] == [
        ("find-case", "search", "contact")
    ]


@pytest.mark.parametrize(
    "wrong", [{"purpose": "curiosity"}, {"legal_basis": "because"}, {"channel": "smoke"}]
)
def test_a_reason_must_be_one_that_is_declared(amina: Person, boris: Person, wrong: dict[str, str]) -> None:
    with readings(at=NOW), pytest.raises(ValueError, match="write one of"):
        declare_reading(**{"of": amina.pk, "purpose": "work-on-case", "by": boris, **wrong})  # type: ignore[arg-type]


def test_a_place_that_nobody_declared_does_not_open(amina: Person, boris: Person) -> None:
    sealed = seal("x", under=amina.vault_key, at="nowhere:declared:1")
    with readings(at=NOW):
        declare(amina, boris)
        with pytest.raises(KindUndeclared, match="nowhere:declared"):
            open_sealed(sealed, under=amina.vault_key, at="nowhere:declared:1")
    with pytest.raises(KindUndeclared):
        declare_kinds({"nowhere:declared": "gossip"})
    assert kind_at("files:content:1") == "files"
    assert "screen" in CHANNELS


_read: list[str] = []


@job()
def read_a_name(person: str) -> None:
    """Read somebody's name, as a job that writes to them does."""
    _read.append(Person.objects.get(pk=UUID(person)).name)


def test_what_a_job_reads_is_on_the_record(amina: Person) -> None:
    read_a_name.enqueue(str(amina.pk))
    told_as_of = NOW - timedelta(days=9)
    run_waiting_jobs(as_of=told_as_of)
    assert _read[-1] == "Amina"
    (read,) = read_of(amina)
    assert (read.purpose, read.channel, read.kinds) == ("run-service", "job", "name")
    assert read.system.endswith("read_a_name")
    (entry,) = [e for e in find_entries([amina.vault_key]) if e.kind == DataRead.kind]
    assert (entry.by_id, entry.at) == (None, told_as_of)


def test_no_entry_no_answer(amina: Person, boris: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the record cannot be written, what was read does not leave the house."""
    from django.db import DatabaseError

    def look(request: object) -> object:
        declare(amina, boris)
        return fresh(amina).name

    def full(*_args: object, **_kwargs: object) -> None:
        raise DatabaseError("disk full")

    request = RequestFactory().get("/")
    request.user = boris
    monkeypatch.setattr("civium.foundation.privacy.actions.watch_readings.record_all", full)
    with pytest.raises(DatabaseError):
        WhoLooks(look)(request)  # type: ignore[arg-type]


def test_a_reading_in_a_change_that_is_taken_back_is_taken_back_with_it(amina: Person, boris: Person) -> None:
    def fail() -> None:
        with transaction.atomic(), readings(at=NOW):
            declare(amina, boris)
            _ = fresh(amina).name
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert read_of(amina) == []


def test_the_same_reading_again_within_ten_minutes_adds_nothing(
    amina: Person, boris: Person, django_capture_on_commit_callbacks: Any
) -> None:
    for minutes in (0, 9, 11):
        with (
            django_capture_on_commit_callbacks(execute=True),
            readings(at=NOW + timedelta(minutes=minutes)),
        ):
            declare(amina, boris)
            _ = fresh(amina).name
    assert len(read_of(amina)) == 2
