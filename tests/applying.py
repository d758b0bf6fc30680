"""Applying in tests, with everything real: the services' own examples, files with content, the provider's signed calls.

Each step takes the moment it happens at, as the actions do. ``apply_for`` goes all the way from the start to an open case.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pikepdf
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse, HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from civium.engines.cases.models import Case
from civium.engines.cases.queries import get_case_of_subject
from civium.engines.forms.actions.save_answers import save_answers
from civium.engines.forms.queries import open_answers
from civium.engines.payments.actions.hear_provider import hear_provider
from civium.engines.payments.actions.start_checkout import start_checkout
from civium.engines.payments.models import Payment, ProviderCall
from civium.engines.payments.queries import get_payment_of
from civium.foundation.files.actions.take_upload import take_upload
from civium.foundation.files.cleaner import clean
from civium.foundation.identity.models import Person
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.journal.models import Entry
from civium.foundation.journal.queries import find_entries
from civium.foundation.privacy.actions.declare_reading import note_reading
from civium.foundation.privacy.actions.forget_aged import forget_aged
from civium.foundation.privacy.actions.watch_readings import readings
from civium.foundation.privacy.events import DataRead
from civium.foundation.privacy.queries import find_ageing
from civium.foundation.vault.actions.make_seal_key import make_seal_key
from civium.foundation.vault.actions.signing import sign_message
from civium.journeys.applications.actions.move_the_case import move_the_case
from civium.journeys.applications.actions.send_application import send_application
from civium.journeys.applications.actions.start_application import KEPT_FOR, start_application
from civium.journeys.applications.models import Application
from civium.journeys.applications.queries import get_application
from civium.journeys.catalogue.examples import journey_of
from civium.journeys.catalogue.examples_schema import Examples
from civium.journeys.catalogue.loading import load_folder
from civium.journeys.catalogue.queries import get_offer
from tests.cast import NOW
from tests.keys import copy_keys

REASON = "The chip belongs to another dog."
QUESTION = "Please send the page with the chip number."


@pytest.fixture
def at_nine(time_machine: Any) -> dt.datetime:
    """The clock stands at the moment of the cast, for what looks at the clock: pages and jobs."""
    time_machine.move_to(NOW, tick=False)
    return NOW


@lru_cache(maxsize=64)  # the same words, the same file
def pdf(words: str = "A page of a test.") -> bytes:
    """A PDF of one page with these words in it."""
    made, out = pikepdf.new(), BytesIO()
    made.add_blank_page(page_size=(300, 200))
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    made.pages[0].Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    made.pages[0].Contents = made.make_stream(f"BT /F1 12 Tf 20 100 Td ({words}) Tj ET".encode())
    made.save(out, compress_streams=False)
    return out.getvalue()


def upload(name: str = "proof.pdf", data: bytes = b"") -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, data or pdf(), content_type="application/pdf")


def pdf_words(data: bytes) -> str:
    """The words of a PDF that has its letters in it, in the order drawn; spaces are as they come."""
    with pikepdf.open(BytesIO(data)) as document:
        return "".join(_page_words(page) for page in document.pages)


def _page_words(page: pikepdf.Page) -> str:
    letters: dict[str, dict[str, str]] = {}
    for name, font in page.Resources.Font.items():
        table = font.ToUnicode.read_bytes().decode()
        letters[name] = {
            glyph.lower(): bytes.fromhex(text).decode("utf-16-be")
            for glyph, text in re.findall(r"<([0-9a-fA-F]+)>\s+<([0-9a-fA-F]+)>\s*$", table, re.M)
        }
    said, font = [], {}
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "Tf":
            font = letters[str(operands[0])]
        if str(operator) in {"TJ", "Tj"}:
            drawn = operands[0] if str(operator) == "TJ" else [operands[0]]
            glyphs = "".join(bytes(part).hex() for part in drawn if isinstance(part, pikepdf.String))
            said.append("".join(font.get(glyphs[at : at + 4], "") for at in range(0, len(glyphs), 4)))
    return " ".join(said)


@pytest.fixture
def seal(settings: Any, tmp_path: Path) -> Path:
    """The town can seal documents, from the day before the cast's on."""
    copy_keys(tmp_path, with_seal=False)
    settings.CIVIUM_KEYS = tmp_path
    make_seal_key(at=NOW - dt.timedelta(days=1))
    return tmp_path


@lru_cache(maxsize=8)
def examples_of(service: str) -> Examples:
    """What ``tests.yaml`` of a service has."""
    found = load_folder(Path(settings.CIVIUM_SERVICES) / service).examples
    assert found is not None
    return found


def begin(person: Person, service: str = "dog-licence", *, at: dt.datetime = NOW) -> Application:
    """Start to apply, in the person's language."""
    return start_application(get_offer(service), by=person, language=person.language, at=at)


def fill_in(
    application: Application, example: int = 0, *, at: dt.datetime = NOW, **changes: Any
) -> Application:
    """Answer everything as an example of the service does, with real files, but for the changes."""
    offer = get_offer(application.service)
    answers = journey_of(examples_of(application.service).root[example], offer).answers
    kept = {name: stored(value, application, at=at) for name, value in answers.items()}
    given = {**kept, **open_answers(application.draft), **changes}
    save_answers(application.draft, given, at=at, expires_at=at + KEPT_FOR)
    return again(application)


def stored(value: Any, application: Application, *, at: dt.datetime) -> Any:
    """An answer of an example as it is kept: with a real file where it names one."""
    is_file = isinstance(value, list) and value and set(value[0]) == {"id", "name"}
    if not is_file:
        return value
    # Cleaning takes a process of its own, and the same file is the same each time.
    with patch("civium.foundation.files.actions.take_upload.clean", _cleaned_once):
        file = take_upload(
            upload(), under=application.subject, accept=("pdf",), by=application.applicant, at=at
        )
    return [{"id": str(file.id), "name": file.name}]


_cleaned_once = lru_cache(maxsize=8)(clean)


def again(application: Application) -> Application:
    """The application as it is now."""
    return get_application(application.id, for_=application.applicant)


def send(application: Application, *, at: dt.datetime = NOW) -> Application:
    """Send it, as its applicant."""
    return send_application(application, by=application.applicant, at=at)


def payment_of(application: Application) -> Payment:
    """The payment that counts."""
    found = get_payment_of(application.subject)
    assert found is not None
    return found


def checkout(application: Application, *, at: dt.datetime = NOW) -> Payment:
    """Open the provider's page for it."""
    start_checkout(payment_of(application), at=at)
    return payment_of(application)


def call_about(payment: Payment, kind: str = "paid", /, **changes: Any) -> bytes:
    """The body of a provider's call that agrees with the payment, but for the changes."""
    call = {
        "id": f"{payment.reference}-{kind}",
        "type": f"payment.{kind}",
        "payment": payment.provider_reference,
        "reference": payment.reference,
        "amount": payment.minor,
        "currency": payment.currency,
        "payee": "demo-town",
        "created": int(NOW.timestamp()),
    }
    return json.dumps({**call, **changes}).encode()


def signature(body: bytes, *, at: dt.datetime = NOW) -> dict[str, str]:
    """The header with which the provider signs."""
    return {"Demo-Signature": sign_message(body, secret=settings.CIVIUM_PAYMENT_SECRET, at=at)}


def provider_says(
    payment: Payment, kind: str = "paid", /, *, at: dt.datetime = NOW, **changes: Any
) -> ProviderCall:
    """The provider's signed call arrives."""
    body = call_about(payment, kind, **changes)
    return hear_provider("demo", headers=signature(body, at=at), body=body, at=at)


def pay(application: Application, *, at: dt.datetime = NOW) -> Payment:
    """Go to the provider's page and pay there; its call arrives."""
    provider_says(checkout(application, at=at), at=at)
    return payment_of(application)


def case_of(application: Application) -> Case:
    """The case that came of it."""
    found = get_case_of_subject(application.subject)
    assert found is not None
    return found


def apply_for(
    person: Person,
    service: str = "dog-licence",
    example: int = 0,
    *,
    at: dt.datetime = NOW,
    **changes: Any,
) -> Case:
    """From the start to the open case: answered as in the example, sent, and paid when there is something to pay."""
    application = send(fill_in(begin(person, service, at=at), example, at=at, **changes), at=at)
    if application.state == "to-pay":
        pay(application, at=at)
    run_waiting_jobs()
    return case_of(application)


def move(case: Case, name: str, *, by: Person, at: dt.datetime = NOW, **said: str) -> Case:
    """Move the case as a member of staff, and let happen what follows."""
    moved = move_the_case(case, move=name, revision=case.revision, by=by, at=at, **said)
    run_waiting_jobs()
    return moved


def ask_to_correct(
    case: Case, reasons: Mapping[str, str], *, by: Person, words: str = "", until: dt.date | None = None
) -> Case:
    """Ask the applicant of a dog licence to correct these answers. What follows waits."""
    return move_the_case(
        case,
        move="ask",
        question=words,
        corrections=reasons,
        until=until,
        revision=case.revision,
        by=by,
        at=NOW,
    )


def forget_what_is_old() -> None:
    """What the night does to everything that is old enough."""
    for ageing in find_ageing():
        forget_aged(ageing, at=timezone.now())


def read_by_staff(case: Case) -> list[str]:
    """How each reading of the case by a member of staff came about: ``screen``, ``file``, ``api``."""
    found = [entry for entry in find_entries([case.subject]) if isinstance(entry.event, DataRead)]
    return [entry.event.channel for entry in found if entry.by_id and isinstance(entry.event, DataRead)]


def kinds_about(*streams: str) -> list[str]:
    """What the record has in these streams, oldest first, without the rooms' names."""
    return [entry.kind.rpartition(".")[2] for entry in find_entries(streams)]


def count_queries(client: Client, address: str) -> int:
    """How many queries a page takes when it was asked for before.

    Not counted: the one that looks at the catalogue once a second, the marks of transactions, and what puts up the wall between agencies,
    which PostgreSQL alone has.
    """
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return sum(
        "catalogue_cataloguestamp" not in query["sql"]
        and not query["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "SELECT set_config"))
        for query in queries
    )


def without_tokens(response: HttpResponse, *names: str) -> bytes:
    """The page without what differs each time it is made: the form's token, and the names that were asked for."""
    page: bytes = re.sub(rb'(name="csrfmiddlewaretoken" value=")[^"]+', rb"\1", response.content)
    for name in names:
        page = page.replace(name.encode(), b"NAME")
    return page


def downloaded(response: HttpResponseBase) -> bytes:
    """All of an answer; reading a download to its end closes its file."""
    return b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]


@pytest.fixture
def her_case(demo_services: dict[str, int], amina: Person) -> Case:
    """Amina's dog licence, sent and paid."""
    return apply_for(amina)


@pytest.fixture
def make_staff(make_person: Callable[..., Person]) -> Callable[[str], dict[str, Person]]:
    """The caseworkers of an agency by role: ``make_staff("planning")["officer"]``."""

    def make(agency: str) -> dict[str, Person]:
        return {
            role: make_person(f"{role}-{agency}", role=role, agency=agency)
            for role in ("clerk", "officer", "supervisor")
        }

    return make


def read_by(
    reader: Person,
    of: Person,
    *,
    role: str = "officer",
    agency: str = "data-protection",
    at: dt.datetime = NOW,
) -> int:
    """A reading of the person's data by a member of staff: its number on the record."""
    with readings(at=at):
        note_reading(of=of.pk, kinds={"answers"}, purpose="work-on-case", by=reader, role=role, agency=agency)
    return Entry.objects.filter(stream=of.vault_key, kind=DataRead.kind).latest("pk").pk
