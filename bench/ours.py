"""Fill our own tables: ``python -m bench.ours COUNT`` prints, as JSON, who is signed in and what waits to be sent.

People, applications and answers are made by the same actions that people use; only the hundred thousand cases of the list are
written in bulk.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import uuid
from itertools import cycle
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench import desk  # noqa: E402
from bench.rows import CASES, CASES_OF_ONE_PERSON  # noqa: E402
from civium.doors.api.actions.make_token import make_token  # noqa: E402
from civium.engines.cases.models import Case  # noqa: E402
from civium.engines.forms.actions.save_answers import save_answers  # noqa: E402
from civium.foundation.identity.actions.join import join  # noqa: E402
from civium.foundation.identity.models import Person  # noqa: E402
from civium.foundation.identity.queries import get_agency  # noqa: E402
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs  # noqa: E402
from civium.foundation.kit.references import new_reference  # noqa: E402
from civium.foundation.privacy.actions.watch_readings import nobody_reads  # noqa: E402
from civium.journeys.applications.actions.send_application import send_application  # noqa: E402
from civium.journeys.applications.actions.start_application import start_application  # noqa: E402
from civium.journeys.catalogue.actions.publish_service import publish_folder  # noqa: E402
from civium.journeys.catalogue.queries import get_offer  # noqa: E402
from config.keys import make_missing_room_keys  # noqa: E402
from config.tables import bring_tables_up_to_date  # noqa: E402

ANSWERS: dict[str, Any] = {
    "subject": "The harbour's longest table",
    "contact": "amina@port-lumen.example",
    "begins_on": "2027-06-24",
    "people": "120",
    "outside": True,
    "where": {"line_1": "Quay Street 12", "line_2": "", "postcode": "08039", "town": "Port Lumen"},
    "story": "We put one long table along the quay, and everybody brings what they cook best. " * 37,
    "truth": True,
}


@nobody_reads()
def fill(submissions: int) -> dict[str, Any]:
    """A town with a hundred thousand cases, one person with twenty of them, and applications that wait to be sent."""
    quiet = lambda line: None  # noqa: E731
    make_missing_room_keys(quiet)
    bring_tables_up_to_date(quiet)
    now = timezone.now()
    for folder in sorted(Path(settings.CIVIUM_SERVICES).glob("*/service.yaml")):
        publish_folder(folder.parent, by=None, at=now)
    reader = join("reader@bench.example", name="Rea Reader", password=None, language="en", at=now)
    others = [_person(number, now) for number in range(submissions)]
    waiting = [_waiting(person, now) for person in others]
    clerks = desk.clerks(now)
    _fill_cases(reader, others, clerks, now)
    long_case = sent(_person(submissions + 1, now), now)
    run_waiting_jobs()
    long_page = desk.make_long(long_case, clerks, now)
    run_waiting_jobs()
    queues = desk.addresses(clerks, now)
    return {
        "cookie": settings.SESSION_COOKIE_NAME,
        "csrf": settings.CSRF_COOKIE_NAME,
        "reader": _session(reader),
        "waiting": waiting,
        "answers": ANSWERS,
        "token": _token(_person(submissions, now), now),
        "form_page": reverse("applications:page", args=[waiting[0]["application"], "about"]),
        "queries": _queries_of_my_page(reader),
        "clerk": _session(clerks[0]),
        "queues": queues,
        "long_page": long_page,
        "queries_of_queues": desk.most_queries(clerks[0], queues),
        "queries_of_case": desk.most_queries(clerks[0], [long_page]),
    }


def _person(number: int, now: dt.datetime) -> Person:
    return join(
        f"person-{number}@bench.example", name=f"Person {number}", password=None, language="en", at=now
    )


def _waiting(person: Person, now: dt.datetime) -> dict[str, str]:
    application = start_application(get_offer("street-party"), by=person, language="en", at=now)
    save_answers(application.draft, ANSWERS, at=now, expires_at=now + dt.timedelta(days=90))
    return {
        "application": str(application.id),
        "path": reverse("applications:check", args=[application.id]),
        "session": _session(person),
    }


def sent(person: Person, now: dt.datetime) -> Case:
    """Somebody's application, sent: its case."""
    application = start_application(get_offer("street-party"), by=person, language="en", at=now)
    save_answers(application.draft, ANSWERS, at=now, expires_at=now + dt.timedelta(days=90))
    send_application(application, by=person, at=now)
    return Case.objects.select_related("applicant").get(subject=application.subject)


def _token(person: Person, now: dt.datetime) -> str:
    """What a program shows that applies for somebody."""
    lasts = dt.timedelta(days=1)
    return make_token(name="Bench", scopes=["applications:write"], lasts=lasts, by=person, at=now)[1]


def _session(person: Person) -> str:
    client = Client()
    client.force_login(person)
    return str(client.session.session_key)


def _fill_cases(reader: Person, others: list[Person], clerks: list[Person], now: dt.datetime) -> None:
    """Everybody has as many cases as the reader, as far as the number of people goes; the rest is spread over the others."""
    agency = get_agency(desk.AGENCY)
    owners = cycle(others)
    references = {new_reference() for _ in range(CASES + 100)}
    places = desk.spread(CASES, clerks, now)
    applicants = {
        f"application:{uuid.uuid4()}": reader
        if number % (CASES // CASES_OF_ONE_PERSON) == 0
        else next(owners)
        for number in range(CASES)
    }
    desk.make_keys(applicants)
    rows = (
        Case(
            reference=reference,
            subject=subject,
            agency=agency,
            applicant=applicant,
            status=("received", "in-review")[number % 2],
            about=f"Party number {number}",
            language="en",
            opened_at=now - dt.timedelta(minutes=CASES - number),
            expected_on=now.date() + dt.timedelta(days=number % 40),
            **place,
        )
        for number, reference, (subject, applicant), place in zip(
            range(CASES), references, applicants.items(), places, strict=False
        )
    )
    Case.objects.bulk_create(rows, batch_size=1000)
    desk.fill_words()


def _queries_of_my_page(reader: Person) -> int:
    """How many queries one visit takes, sign-in included, when the process is warm."""
    client = Client(HTTP_HOST="localhost")
    client.force_login(reader)
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/en/my/").status_code == 200
    return len(captured)


if __name__ == "__main__":
    print(json.dumps(fill(int(sys.argv[1]))))
