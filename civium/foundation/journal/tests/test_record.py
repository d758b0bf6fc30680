"""Putting events on the record and reading them."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.db.transaction import TransactionManagementError

from civium.foundation.journal import events
from civium.foundation.journal.actions.record import record
from civium.foundation.journal.events import Event, EventUnusable, UnrecognisedEvent, read_event
from civium.foundation.journal.models import Entry
from civium.foundation.journal.queries import (
    find_entries,
    find_known_events,
)
from civium.foundation.journal.tests.happenings import NOW, LampBroken, LampLit, LampMoved

pytestmark = pytest.mark.django_db
LAMP = UUID("0b5c1f0e-1111-4222-8333-444455556666")
KEEPER = SimpleNamespace(id=uuid4())


def lit(**values) -> Entry:
    return record(LampLit(lamp=LAMP, **values), by=KEEPER, at=NOW)


def test_an_entry_reads_as_it_was_recorded():
    event = LampLit(lamp=LAMP, colour="red", brightness=9, is_public=False, watched_by=KEEPER.id)
    entry = record(event, by=KEEPER, at=NOW, on_behalf_of=SimpleNamespace(id=LAMP))
    read = Entry.objects.get(id=entry.id)
    assert read.event == event
    assert (read.kind, read.stream) == ("journal.LampLit", f"lamp:{LAMP}")
    assert (read.at, read.by_id, read.on_behalf_of_id) == (NOW, KEEPER.id, LAMP)


def test_the_system_is_nobody():
    assert record(LampLit(lamp=LAMP), by=None, at=NOW).by_id is None


def test_recording_is_one_statement_and_one_more_when_something_follows(django_assert_num_queries):
    with django_assert_num_queries(1):
        lit()
    with django_assert_num_queries(2):
        record(LampBroken(lamp=LAMP), by=KEEPER, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_refuses():
    with pytest.raises(TransactionManagementError):
        lit()
    assert not Entry.objects.exists()


def test_an_entry_is_gone_with_its_change():
    with transaction.atomic():
        lit()
        transaction.set_rollback(True)
    assert not Entry.objects.exists()


def test_a_timeline_is_oldest_first_and_comes_in_pages():
    ids = [lit(brightness=number).id for number in range(5)]
    record(LampLit(lamp=uuid4()), by=KEEPER, at=NOW)
    stream = f"lamp:{LAMP}"
    assert [entry.id for entry in find_entries([stream])] == ids
    first = find_entries([stream], limit=2)
    assert [entry.id for entry in first] == ids[:2]
    assert [entry.id for entry in find_entries([stream], after=first[-1].id, limit=2)] == ids[2:4]


def test_an_event_may_belong_to_a_second_stream():
    record(LampMoved(lamp=LAMP, subject="house:7"), by=KEEPER, at=NOW)
    for stream in (f"lamp:{LAMP}", "house:7"):
        assert len(find_entries([stream])) == 1
    assert len(find_entries([f"lamp:{LAMP}", "house:7"])) == 1


@pytest.mark.parametrize(
    "values",
    [
        {"colour": 7},
        {"brightness": True},
        {"brightness": 1.5},
        {"lit_on": NOW},
        {"colour": "what the applicant wrote\nin two lines"},
        {"colour": "x" * 201},
        {"watched_by": "amina@home.example"},
    ],
)
def test_values_that_are_no_ids_or_codes_of_their_type_are_refused(values):
    with pytest.raises(EventUnusable):
        lit(**values)


def test_an_event_without_a_usable_stream_is_refused():
    with pytest.raises(EventUnusable):
        record(LampMoved(lamp="", subject="house:7"), by=None, at=NOW)  # type: ignore[arg-type]


def test_an_unknown_kind_is_still_readable(monkeypatch):
    entry_id = lit(colour="red").id
    monkeypatch.delitem(events.KNOWN_EVENTS, "journal.LampLit")
    event = Entry.objects.get(id=entry_id).event
    assert isinstance(event, UnrecognisedEvent)
    assert event.recorded_kind == "journal.LampLit"
    assert event.fields["colour"] == "red"


def test_fields_that_came_and_went_do_not_hide_an_entry():
    written = {"lamp": str(LAMP), "colour": "red", "gone": 1}
    assert read_event("journal.LampLit", written) == LampLit(lamp=LAMP, colour="red")
    assert isinstance(read_event("journal.LampMoved", {"lamp": str(LAMP)}), UnrecognisedEvent)
    assert isinstance(read_event("journal.LampLit", {"lamp": "no id"}), UnrecognisedEvent)


def test_two_events_of_a_room_cannot_share_a_name():
    with pytest.raises(EventUnusable, match="two events"):
        type("LampLit", (Event,), {"__module__": "civium.foundation.journal.elsewhere"})
    assert events.KNOWN_EVENTS["journal.LampLit"] is LampLit


def test_a_moment_is_kept_in_utc():
    lisbon = dt.timezone(dt.timedelta(hours=1))
    entry = lit(lit_at=NOW.astimezone(lisbon))
    assert json.loads(entry.data)["lit_at"] == "2026-03-02T09:00:00+00:00"


def test_the_houses_events_are_listed_with_their_docstrings():
    known = find_known_events()
    assert "journal.JobReplayed" in [event.kind for event in known]
    assert "journal.LampLit" not in [event.kind for event in known]
    assert all(event.__doc__ for event in known)


@dataclass(frozen=True)
class LampNamed(Event):
    """Its stream is an opaque reference already."""

    subject: str


def test_an_opaque_reference_names_its_stream_whole():
    assert LampNamed(subject="application:12").stream == "application:12"
