"""The demo town's staff read the cases they work on, as anybody at a desk does: so that citizens see who looked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from civium.engines.cases.actions.claim_case import claim_case
from civium.engines.cases.models import Case
from civium.engines.cases.queries import get_case_of_subject
from civium.foundation.identity.models import Person
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.journal.models import Entry
from civium.foundation.kit.town import the_town
from civium.foundation.privacy.actions.watch_readings import readings
from civium.foundation.privacy.events import DataRead
from civium.journeys.applications.actions.apply_at_once import apply_at_once
from civium.journeys.applications.actions.move_the_case import move_the_case
from civium.journeys.applications.actions.open_case_file import open_case_file
from civium.journeys.catalogue.queries import get_offer
from civium.journeys.rights.actions.carry_out import carry_out_case
from civium.journeys.rights.actions.question_reading import question_reading
from civium.journeys.rights.rules import REQUEST_SERVICE

ANSWER = (
    "The officer looked at your case three nights in a row because your decision was due, and he was on duty by himself. "
    "He read nothing but this case. We have asked the office to share such work out in the day."
)


def read_the_case(case: Case, *, by: Person, at: datetime) -> None:
    """Open the case at the desk, which is on the record from then on."""
    with readings(at=at):
        file = open_case_file(case, by=by, language=by.language, at=at)
        assert file.answers is not None
        assert file.applicant_name is not None


def ask_about_readings(people: Mapping[str, Person], *, now: datetime) -> None:
    """Omar read Amina's case at night. She asked why, and Petra answered; what Ben asks about Carla waits for an answer."""
    amina, omar, petra = people["amina"], people["omar"], people["petra"]
    case = Case.objects.get(applicant=amina, service="heating-allowance")
    for days in (11, 10, 9):
        read_the_case(case, by=omar, at=_at_night(now - timedelta(days=days)))
    asked = _ask(
        amina,
        "Why does somebody read my case near midnight, three nights in a row?",
        about=omar,
        at=now - timedelta(days=8),
    )
    at = now - timedelta(days=6)
    asked = claim_case(asked, by=petra, at=at)
    read_the_case(asked, by=petra, at=at)
    move_the_case(asked, move="reply", reason=ANSWER, revision=asked.revision, by=petra, at=at)
    _ask(
        people["ben"],
        "Did you need my telephone number for the dog licence?",
        about=people["carla"],
        at=now - timedelta(days=1),
    )
    run_waiting_jobs()


def erase_one_case(case: Case, people: Mapping[str, Person], *, now: datetime) -> None:
    """Its applicant asked for that; it is done, and the proof of it is all that is left."""
    owner, petra, at = case.applicant, people["petra"], now - timedelta(days=13)
    answers = {"wish": "erase", "erase_what": "one-case", "erase_case": case.reference, "understood": True}
    sent = apply_at_once(
        get_offer(REQUEST_SERVICE),
        answers=answers,
        by=owner,
        language=owner.language,
        at=at - timedelta(days=1),
    )
    asked = claim_case(_case_of(sent.subject), by=petra, at=at)
    move_the_case(asked, move="carry-out", revision=asked.revision, by=petra, at=at)
    run_waiting_jobs()
    carry_out_case(asked, at=at)


def _ask(person: Person, words: str, *, about: Person, at: datetime) -> Case:
    read = Entry.objects.filter(stream=person.vault_key, kind=DataRead.kind, by_id=about.pk)
    sent = question_reading(
        read.filter(at__lt=at).latest("at").pk, words=words, language=person.language, by=person, at=at
    )
    return _case_of(sent.subject)


def _case_of(subject: str) -> Case:
    case = get_case_of_subject(subject)
    assert case is not None
    return case


def _at_night(day: datetime) -> datetime:
    return day.astimezone(the_town().time_zone).replace(hour=23, minute=14)
