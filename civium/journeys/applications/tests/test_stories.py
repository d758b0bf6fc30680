"""How the record of a case reads: every kind of entry, to its applicant and to staff, in every language."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from types import UnionType
from typing import Any, get_args, get_type_hints

import pytest
from django.conf import settings
from django.utils.translation import override

from civium.foundation.journal.events import Event
from civium.foundation.journal.queries import find_known_events
from civium.journeys.applications.rules import Reader, StoryLine, once_a_day, tell
from tests.cast import NOW

APPLICANT, CLERK, GONE = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
# What appears in the streams of an application, of its case or of its payment, and who is told.
FOR_BOTH = {
    "applications.ApplicationStarted",
    "applications.ApplicationReopened",
    "applications.ApplicationSent",
    "applications.ApplicationClaimed",
    "applications.ActedForApplicant",
    "applications.VersionChanged",
    "applications.WayBackMade",
    "applications.WayBackTaken",
    "applications.WayBackClosed",
    "applications.CounterHelpBegan",
    "applications.CounterHelpEnded",
    "privacy.DataRead",
    "applications.CertificateIssued",
    "applications.CertificateWithdrawn",
    "cases.CaseOpened",
    "cases.CaseClaimed",
    "cases.CaseMoved",
    "cases.CaseDecided",
    "cases.CaseWithdrawn",
    "cases.ApplicantAsked",
    "cases.ApplicantAnswered",
    "cases.ApplicantReminded",
    "cases.CaseReopened",
    "cases.MessageSent",
    "cases.QuestionWithdrawn",
    "payments.PaymentAsked",
    "payments.PaymentSettled",
    "payments.PaymentDeclined",
    "payments.PaymentCancelled",
    "payments.PaymentRefunded",
    "registries.RegisterTold",
}
FOR_STAFF = {
    "cases.CaseGivenBack",
    "cases.CaseHandedOver",
    "cases.CaseTakenOver",
    "cases.CaseLinked",
    "cases.CaseUnlinked",
    "cases.NoteWritten",
}
FOR_NOBODY = {
    "applications.AnswersCorrected": "the answered question says so",
    "cases.MessagesRead": "what one has read stands beside the message",
    "applications.ApplicationDropped": "nobody can open what was deleted",
    "payments.PaymentStarted": "opening a page is not yet paying",
    "payments.PaymentNeedsAttention": "for finance, on its own page",
    "payments.PaymentAttended": "for finance, on its own page",
    "payments.PaymentQuarantined": "for finance, on its own page",
    "payments.PaymentKeptForBooks": "nothing leads from it to anybody any more",
    "cases.ApplicantChanged": "it says the same as keeping the application in an account",
    "payments.PayerChanged": "it says the same as keeping the application in an account",
    "notices.NoticeReaddressed": "it says the same as keeping the application in an account",
    "notices.NoticeSent": "the message itself is in the inbox",
    "notices.NoticeCarried": "the message shows its own delivery",
    "notices.NoticeFailed": "the message shows its own delivery",
    "notices.NoticeRead": "what one has read is nobody's business",
}
ROOMS = ("applications", "cases", "payments", "notices", "registries", "privacy")


@dataclasses.dataclass
class Told:
    """An entry as a story needs it."""

    event: Any
    by_id: uuid.UUID | None = None
    on_behalf_of_id: uuid.UUID | None = None
    at: dt.datetime = NOW
    pk: int = 7


def reader(*, is_staff: bool = False) -> Reader:
    return Reader(
        step_words=lambda step: f"the step {step}",
        staff_names={CLERK: "Carla"},
        applicant=APPLICANT,
        is_staff=is_staff,
    )


def example_of(kind: type[Event]) -> Event:
    """An event of the kind with something in every field."""
    values: dict[type, Any] = {
        uuid.UUID: uuid.uuid4(),
        str: "code",
        int: 1,
        bool: True,
        dt.date: NOW.date(),
        dt.datetime: NOW,
    }
    hints = get_type_hints(kind)
    types = {field.name: hints[field.name] for field in dataclasses.fields(kind)}
    plain = {name: get_args(t)[0] if isinstance(t, UnionType) else t for name, t in types.items()}
    return kind(**{name: values[t] for name, t in plain.items()})


def kinds() -> dict[str, type[Event]]:
    """Every event that can be in the streams of a case."""
    streams = {"application", "case", "payment"}
    return {
        kind.kind: kind
        for kind in find_known_events()
        if kind.kind.partition(".")[0] in ROOMS
        and ({dataclasses.fields(kind)[0].name, kind.also} & {*streams, "subject", "about"})
    }


def test_it_is_settled_for_every_kind_of_entry_who_is_told() -> None:
    assert set(kinds()) == FOR_BOTH | FOR_STAFF | set(FOR_NOBODY), (
        "put the new event into FOR_BOTH or FOR_STAFF above, and give it words and an icon in applications/rules (tell); or "
        "into FOR_NOBODY, with why"
    )


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
@pytest.mark.parametrize("is_staff", [True, False], ids=["staff", "applicant"])
def test_every_kind_has_its_words(language: str, is_staff: bool) -> None:
    with override(language):
        lines = {
            name: tell(Told(example_of(kind)), reader(is_staff=is_staff)) for name, kind in kinds().items()
        }
    told = {name for name, line in lines.items() if line is not None}
    assert told == (FOR_BOTH | FOR_STAFF if is_staff else FOR_BOTH)
    for name, line in lines.items():
        if line is not None:
            assert line.title, name
            assert "%(" not in line.title, name
            assert line.icon, name


def test_a_step_is_told_in_the_words_of_the_service() -> None:
    moved = next(kind for name, kind in kinds().items() if name == "cases.CaseMoved")
    line = tell(Told(example_of(moved)), reader())
    assert line is not None
    assert line.title == "Now: the step code"


@pytest.mark.parametrize(
    ("by", "is_staff", "shown"),
    [
        (None, False, ""),
        (APPLICANT, False, "You"),
        (APPLICANT, True, "The applicant"),
        (CLERK, False, "A member of staff"),
        (CLERK, True, "Carla"),
        (GONE, False, "A member of staff"),
    ],
)
def test_it_says_who_did_it(by: uuid.UUID | None, is_staff: bool, shown: str) -> None:
    event = example_of(kinds()["privacy.DataRead"])
    line = tell(Told(event, by), reader(is_staff=is_staff))
    assert line is not None
    assert line.by == shown


def reading(by: str, hour: int, day: int = 2) -> StoryLine:
    return StoryLine(at=NOW.replace(hour=hour, day=day), title="Answers read", by=by, icon="eye")


def test_a_reading_is_told_once_a_day_for_each_reader() -> None:
    lines = [reading("Carla", 15), reading("Omar", 12), reading("Carla", 11), reading("Carla", 9, day=1)]
    assert list(once_a_day(lines)) == [lines[0], lines[1], lines[3]]


def test_what_is_no_reading_is_told_each_time() -> None:
    lines = [dataclasses.replace(reading("Carla", hour), icon="user") for hour in (15, 11)]
    assert list(once_a_day(lines)) == lines
