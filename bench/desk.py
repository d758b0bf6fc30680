"""The desk that is measured: who works there, how a hundred thousand open cases are spread, and one case with a long story."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from itertools import cycle, islice
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from civium.engines.cases.actions.claim_case import claim_case
from civium.engines.cases.actions.give_back_case import give_back_case
from civium.engines.cases.actions.send_message import send_message
from civium.engines.cases.actions.write_note import write_note
from civium.engines.cases.models import Case, Word
from civium.engines.cases.queries import find_questions, get_case
from civium.engines.cases.rules.finding import words_to_find
from civium.engines.cases.word_indexes import word_indexes
from civium.foundation.identity.actions.grant_role import grant_role
from civium.foundation.identity.actions.join import join
from civium.foundation.identity.models import Person
from civium.foundation.identity.queries import get_agency
from civium.foundation.vault.actions.keys import make_key
from civium.foundation.vault.actions.sealing import fetch_keys
from civium.foundation.vault.envelope import new_key, wrap
from civium.foundation.vault.models import Key
from civium.journeys.applications.actions.move_the_case import move_the_case
from civium.journeys.applications.actions.send_answer import send_answer
from civium.journeys.catalogue.queries import find_offers

AGENCY = "planning"
COLLEAGUES = 20
ANSWERS, FILES_EACH, CHANGES = 10, 3, 160
# What somebody at the desk asks for, in turn: every queue, and filters that hold much, little, and next to nothing.
QUEUES = (
    "",
    "?which=mine",
    "?which=for-my-role",
    "?which=unassigned",
    "?which=due-soon",
    "?which=late",
    "?which=waiting",
)
FILTERS = (
    "?which=team&service=street-party",
    "?which=team&service=building-permit&step={usual}",
    "?which=team&service=building-permit&step={rare}",
    "?which=unassigned&service=building-permit&step={rare}",
    "?which=late&service=building-permit&step={rare}",
    "?which=for-my-role&service=building-permit&step={usual}",
    "?which=waiting&service=street-party",
    "?which=team&holder={colleague}&service=building-permit",
    "?which=team&sort=-opened&service=building-permit",
    "?which=team&opened_from={lately}",
    "?which=team&due_from={soon}&due_to={later}&holder=nobody",
    "?which=team&q=party+77",
)


def clerks(now: dt.datetime) -> list[Person]:
    """The people at the desk; the first one is whose pages are measured."""
    people = []
    for number in range(COLLEAGUES):
        person = join(
            f"clerk-{number}@bench.example", name=f"Clerk {number}", password=None, language="en", at=now
        )
        role = ("clerk", "officer")[number % 2]
        grant_role(person, role=role, agency=get_agency(AGENCY), shown_as=f"Clerk {number}", by=None, at=now)
        people.append(Person.objects.get(pk=person.pk))
    return people


def spread(count: int, people: list[Person], now: dt.datetime) -> Iterator[dict[str, Any]]:
    """Where each of so many open cases stands: half of them of our own service, one in a hundred in the rarest step."""
    common, *others, rarest = _places()
    usual = cycle(others)
    for number in range(count):
        name, version, step, waits_for = common if number % 2 else next(usual)
        if number % 100 == 0:
            name, version, step, waits_for = rarest
        yield {
            "service": name,
            "version": version,
            "step": step,
            "waits_for": waits_for,
            "entered_at": now - dt.timedelta(minutes=count - number),
            "assigned_to": people[number % len(people)] if number % 3 == 0 else None,
            "paused_at": now if number % 11 == 0 else None,
            "due_on": now.date() + dt.timedelta(days=number % 40 - 10),
        }


def _places() -> list[tuple[str, int, str, str]]:
    """The steps in which cases of the agency rest, those of our own service first."""
    offers = sorted(
        (offer for offer in find_offers() if offer.document.agency == AGENCY),
        key=lambda offer: offer.name != "street-party",
    )
    return [
        (offer.name, offer.version, name, offer.steps.steps.waits_for(name))
        for offer in offers
        for name, step in offer.steps.steps.root.items()
        if not step.end
    ]


def fill_words(batch: int = 1_000) -> None:
    """Let every case be found, as opening it would have done."""
    for cases in _chunks(Case.objects.iterator(chunk_size=batch), batch):
        fetch_keys(case.subject for case in cases)
        found = [(case, words_to_find(case.reference, case.about)) for case in cases]
        words = sorted({word for _, theirs in found for word in theirs})
        index_of = dict(zip(words, word_indexes(AGENCY, words), strict=True))
        Word.objects.bulk_create(
            Word(case=case, agency_id=AGENCY, word_index=index_of[word], opened_at=case.opened_at)
            for case, theirs in found
            for word in theirs
        )


def make_keys(applicants: Mapping[str, Person]) -> None:
    """A key for each case's subject under its applicant's, as starting an application makes it; many in a statement."""
    above = {key: make_key(key) for key in {person.vault_key for person in applicants.values()}}
    keys = []
    for subject, person in applicants.items():
        parent = above[person.vault_key]
        key = Key(owner=subject, parent_id=parent.id)
        key.wrapped = wrap(new_key(), under=parent.key, place=key.place)
        keys.append(key)
    Key.objects.bulk_create(keys, batch_size=2_000)


def _chunks(cases: Iterator[Case], size: int) -> Iterator[list[Case]]:
    while chunk := list(islice(cases, size)):
        yield chunk


def addresses(people: list[Person], now: dt.datetime) -> list[str]:
    """What is asked for at the desk, in turn."""
    today = now.date()
    values = {
        "usual": _places()[1][2],
        "rare": _places()[-1][2],
        "colleague": people[2].pk,
        "lately": today - dt.timedelta(days=1),
        "soon": today + dt.timedelta(days=1),
        "later": today + dt.timedelta(days=2),
    }
    return [f"/en/desk/{query.format(**values)}" for query in (*QUEUES, *FILTERS)]


def make_long(case: Case, people: list[Person], now: dt.datetime) -> str:
    """Let very much happen to a case; its page's address. Two hundred entries, thirty files, messages and notes."""
    clerk, applicant = people[0], case.applicant
    for number in range(ANSWERS):
        ask_and_answer(case, clerk, str(number), now)
    for minute in range(CHANGES):
        found = get_case(case.reference, for_=clerk)
        change = give_back_case if found.assigned_to_id else claim_case
        change(found, by=clerk, at=now + dt.timedelta(minutes=minute))
    for number in range(10):
        write_note(get_case(case.reference, for_=clerk), words=f"Note {number}", by=clerk, at=now)
        send_message(
            get_case(case.reference, for_=applicant), words=f"Message {number}", by=applicant, at=now
        )
    return f"/en/desk/cases/{case.reference}/"


def ask_and_answer(case: Case, clerk: Person, page: str, now: dt.datetime) -> None:
    """Let the clerk ask for a page, and the applicant send it: three files."""
    asked = get_case(case.reference, for_=clerk)
    move_the_case(asked, move="ask", question=f"Page {page}?", revision=asked.revision, by=clerk, at=now)
    question = next(each for each in find_questions(asked) if each.is_open)
    files = [_upload(f"page-{page}-{part}.pdf") for part in range(FILES_EACH)]
    send_answer(question, answer="Here it is.", uploads=files, by=case.applicant, at=now)


def _upload(name: str) -> SimpleUploadedFile:
    from io import BytesIO

    import pikepdf

    made, out = pikepdf.new(), BytesIO()
    made.add_blank_page(page_size=(300, 200))
    made.save(out)
    return SimpleUploadedFile(name, out.getvalue(), content_type="application/pdf")


def most_queries(person: Person, paths: list[str]) -> int:
    """How many statements the dearest of these pages takes when the process is warm; marks of transactions are none."""
    client = Client(HTTP_HOST="localhost")
    client.force_login(person)
    counts = []
    for path in paths:
        for _ in range(2):
            with CaptureQueriesContext(connection) as captured:
                assert client.get(path).status_code == 200, path
        counts.append(
            sum(
                not query["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")) for query in captured
            )
        )
    return max(counts)
