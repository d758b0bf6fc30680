"""The demo town's story: who lives in Port Lumen, and what they asked of the town in the last weeks.

Everything happens through the same actions that people use, at moments in the past, so the record, the notices and the
certificates are real. Nothing here is personal data of anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from civium.engines.cases.actions.answer_question import answer_question
from civium.engines.cases.actions.claim_case import claim_case
from civium.engines.cases.actions.send_message import send_message
from civium.engines.cases.models import Case
from civium.engines.cases.queries import find_questions, get_case_of_subject
from civium.engines.forms.actions.save_answers import save_answers
from civium.engines.forms.queries import open_answers
from civium.foundation.files.actions.make_pdf import make_pdf
from civium.foundation.files.actions.take_upload import take_upload
from civium.foundation.identity.actions.grant_role import grant_role
from civium.foundation.identity.actions.join import join
from civium.foundation.identity.actions.note_sign_in import note_sign_in
from civium.foundation.identity.models import Agency, Person, Role
from civium.foundation.identity.queries import DEMO_ACCOUNTS, DEMO_PASSWORD, EVERY_DEMO_AGENCY, get_agency
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.journal.actions.sequence_entries import sequence_entries
from civium.foundation.kit.town import the_town
from civium.foundation.privacy.actions.consent import give_consent, withdraw_consent
from civium.foundation.privacy.actions.watch_readings import nobody_reads
from civium.foundation.vault.actions.tokens import token_digest
from civium.journeys.applications.actions.move_the_case import move_the_case
from civium.journeys.applications.actions.send_application import send_application
from civium.journeys.applications.actions.start_application import start_application
from civium.journeys.applications.models import Application
from civium.journeys.applications.queries import get_application
from civium.journeys.catalogue.actions.count_figures import count_figures
from civium.journeys.catalogue.actions.publish_service import CannotPublish, publish_folder
from civium.journeys.catalogue.examples import journey_of
from civium.journeys.catalogue.loading import load_folder
from civium.journeys.catalogue.queries import get_offer
from civium.journeys.rights.actions.carry_out import carry_out_case
from config.demo_emergencies import break_the_glass
from config.demo_identities import link_demo_identities
from config.demo_mandates import let_act
from config.demo_money import pay_at_once
from config.demo_readings import ask_about_readings, erase_one_case, read_the_case
from config.demo_year import live_a_year
from config.terminal import Trouble

Say = Callable[[str], None]

NEIGHBOURS = (
    ("chiara", "Chiara Bellini", "en"),
    ("daniel", "Daniel Nowak", "en"),
    ("elif", "Elif Yılmaz", "en"),
    ("fatou", "Fatou Diallo", "es"),
    ("gwen", "Gwen Pritchard", "en"),
    ("hassan", "Hassan El-Amrani", "ar"),
    ("ines", "Inés Núñez", "es"),
    ("jonas", "Jonas Lindqvist", "en"),
    ("kofi", "Kofi Mensah-Boateng", "en"),
    ("layla", "ليلى الخطيب", "ar"),
)


@dataclass(frozen=True)
class Chapter:
    """One application: whose, for what, when, and how far it has come. ``example``: which of the service's examples it uses."""

    who: str
    service: str
    example: int
    days_ago: int
    moves: tuple[str, ...] = ()
    stays: str = ""


REFUSED = (
    "The chip number does not belong to this dog. Ask your vet to read the chip again, then apply once more."
)
DOGS = ("Luna", "Coco", "Bruno", "Nala", "Pepper", "Rocky", "Mango", "Ziggy", "Canela")
QUESTION = "Please send us the page of the vaccination book that shows the chip number. The photo we have is too dark."

STORY = (
    Chapter("gwen", "dog-licence", 0, 33, ("accept", "grant")),
    Chapter("jonas", "building-permit", 0, 31, ("accept", "complete", "permit")),
    Chapter("hassan", "heating-allowance", 0, 28, ("accept", "grant")),
    Chapter("ines", "dog-licence", 1, 26, ("accept", "grant")),
    Chapter("daniel", "dog-licence", 0, 22, ("accept", "refuse")),
    Chapter("kofi", "heating-allowance", 0, 20, ("accept", "grant")),
    Chapter("amina", "heating-allowance", 0, 19, ("accept", "grant")),
    Chapter("fatou", "building-permit", 0, 16, ("accept", "complete")),
    Chapter("amina", "building-permit", 0, 12, ("accept", "complete")),
    Chapter("chiara", "building-permit", 0, 11, ("accept",)),
    Chapter("khatib", "business-licence", 0, 10, ("accept", "complete")),
    Chapter("layla", "heating-allowance", 0, 9, ("accept",)),
    Chapter("elif", "dog-licence", 0, 8, ("accept", "ask")),
    Chapter("daniel", "heating-allowance", 0, 7, ("accept",)),
    Chapter("jonas", "dog-licence", 0, 6, ("accept",)),
    Chapter("gwen", "heating-allowance", 0, 5),
    Chapter("hassan", "dog-licence", 0, 4, ("accept", "ask")),
    Chapter("ben", "dog-licence", 0, 3, ("accept", "ask")),
    Chapter("ines", "heating-allowance", 0, 2),
    Chapter("kofi", "dog-licence", 0, 2),
    Chapter("fatou", "dog-licence", 0, 1),
    Chapter("chiara", "heating-allowance", 0, 1),
    Chapter("layla", "dog-licence", 0, 1, stays="to-pay"),
    Chapter("amina", "dog-licence", 0, 0, stays="draft"),
)
COLLEAGUES = (
    ("nadia", "Nadia Brandt", "clerk"),
    ("piotr", "Piotr Zieliński", "clerk"),
    ("esther", "Esther Mwangi", "officer"),
)
WORKERS = {"clerk": "carla", "officer": "omar", "supervisor": "sofia"}


def build_demo_town(say: Say) -> None:
    """Make the town: accounts, services, and its last weeks. A town that is there already is left as it is."""
    unfinished = Path(settings.CIVIUM_DATA) / "demo-town-unfinished"
    if unfinished.exists():
        raise Trouble("Making the demo town was broken off, so a part of it is missing.", "make demo-reset")
    with nobody_reads():
        _build(say, unfinished, now=timezone.now())


def _build(say: Say, unfinished: Path, *, now: datetime) -> None:
    if Person.objects.filter(email=DEMO_ACCOUNTS[0].email).exists():
        say("  The town is there already.")
        publish_all(say, at=now)
        return
    unfinished.touch()
    people = _people(at=now - timedelta(days=400))
    # A new town has erased nobody yet: the ledger of one that was thrown away before is not its own.
    (Path(settings.CIVIUM_ERASURES) / "erasures.jsonl").unlink(missing_ok=True)
    link_demo_identities(people, now=now)
    _come_and_go(people["amina"], now=now)
    publish_all(say, at=now - timedelta(days=399))
    let_act(people, now=now)
    sample = _sample()
    for chapter in STORY:
        _tell(chapter, people, sample, now=now)
    _about_data(people, now=now)
    ask_about_readings(people, now=now)
    _tell(Chapter("ben", "heating-allowance", 0, 15), people, sample, now=now)
    _write_to_the_desk(people["amina"], now=now)
    erase_one_case(Case.objects.get(applicant=people["ben"], service="heating-allowance"), people, now=now)
    break_the_glass(people, now=now)
    count_figures(at=now)
    sequence_entries(at=now)
    unfinished.unlink()
    say(f"  {len(people)} people, {Case.objects.count()} cases.")


def _write_to_the_desk(amina: Person, *, now: datetime) -> None:
    """Amina has written about her building permit, and nobody at the desk has read it yet."""
    case = Case.objects.get(applicant=amina, service="building-permit", closed_at=None)
    words = "I can come to the counter with the plans any day next week. Would that help?"
    send_message(case, words=words, by=amina, at=now - timedelta(hours=2))


def _about_data(people: dict[str, Person], *, now: datetime) -> None:
    """What people asked for about their data: consents, one of them taken back, an erasure, and a request that waits."""
    amina = people["amina"]
    for purpose, words in the_town().consents.items():
        if purpose in ("offers", "surveys", "news"):
            give_consent(
                amina.vault_key,
                purpose=purpose,
                version=words.version,
                title=words.title["en"],
                words=words.text["en"],
                language="en",
                by=amina,
                at=now - timedelta(days=30),
            )
    withdraw_consent(amina.vault_key, purpose="news", how="person", by=amina, at=now - timedelta(days=10))
    _tell(Chapter("amina", "data-request", 6, 5), people, b"", now=now)
    gone = "norah"
    people[gone] = join(
        f"{gone}@port-lumen.example",
        name="Norah Quill",
        password=None,
        language="en",
        at=now - timedelta(days=90),
    )
    # A law makes the town keep what she was granted.
    _tell(Chapter(gone, "heating-allowance", 0, 40, ("accept", "grant")), people, _sample(), now=now)
    _tell(Chapter(gone, "data-request", 0, 6), people, b"", now=now)
    case = Case.objects.get(applicant=people[gone], service="data-request")
    petra, at = people["petra"], now - timedelta(days=4)
    case = claim_case(case, by=petra, at=at)
    move_the_case(case, move="carry-out", revision=case.revision, by=petra, at=at)
    run_waiting_jobs()
    carry_out_case(case, at=at)


def live_the_past_year(say: Say) -> None:
    """Add the year before, and everybody else in town. Runs beside the served site: it takes a minute or two."""
    with nobody_reads(), _without_waiting_for_the_disk():
        _colleagues(at=timezone.now() - timedelta(days=400))
        live_a_year(say, sample=_sample(), with_file=_with_file, now=timezone.now())
    count_figures(at=timezone.now())


@contextmanager
def _without_waiting_for_the_disk() -> Iterator[None]:
    """A town that is being made can be made again: nobody waits for each of ten thousand commits to reach the disk."""
    off, on = (
        ("PRAGMA synchronous=OFF", "PRAGMA synchronous=FULL")
        if connection.vendor == "sqlite"
        else ("SET synchronous_commit=off", "SET synchronous_commit=on")
    )
    with connection.cursor() as cursor:
        cursor.execute(off)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(on)


def _colleagues(*, at: datetime) -> None:
    """Those who work beside Carla and Omar, so that the work of a year is shared. Nobody signs in as one of them."""
    for first, name, role in COLLEAGUES:
        email = f"{first}@port-lumen.example"
        person = Person.objects.filter(email=email).first()
        person = person or join(email, name=name, password=None, language="en", at=at)
        for agency in EVERY_DEMO_AGENCY:
            grant_role(person, role=role, agency=get_agency(agency), shown_as=first.title(), by=None, at=at)


def _sample() -> bytes:
    """A file to send with an application."""
    words = "<h1>Sample document</h1><p>A page for the demo town.</p>"
    return make_pdf(words, language="en", title="Sample document")


def publish_all(say: Say, *, at: datetime) -> None:
    """Publish every service folder; what is published already in the same words gets no new version.

    A folder with problems is named and left out: a service that somebody is writing keeps no town from starting.
    """
    for folder in sorted(Path(settings.CIVIUM_SERVICES).iterdir()):
        if (folder / "service.yaml").is_file():
            try:
                publish_folder(folder, by=None, at=at)
            except CannotPublish as refusal:
                say(f"  {folder.name} is not published; it has problems:\n{refusal}")


def _people(*, at: datetime) -> dict[str, Person]:
    people = {}
    for account in DEMO_ACCOUNTS:
        person = join(
            account.email, name=account.name, password=DEMO_PASSWORD, language=account.language, at=at
        )
        agencies: list[Agency | None] = [get_agency(name) for name in account.agencies] or [None]
        for agency in agencies if account.role else []:
            grant_role(
                person, role=account.role, agency=agency, shown_as=account.name.split()[0], by=None, at=at
            )
        people[account.email.partition("@")[0]] = person
    grant_role(
        people["petra"],
        role=Role.DATA_PROTECTION_OFFICER.value,
        agency=None,
        shown_as="Petra",
        by=people["ada"],
        at=at,
    )
    for first, name, language in NEIGHBOURS:
        people[first] = join(
            f"{first}@port-lumen.example", name=name, password=None, language=language, at=at
        )
    for name in the_town().agencies:
        get_agency(name)
    return people


# How Amina came in lately: days and hours ago, how, with what, from where.
_CAME = (
    (63, 2, "password", "Chrome, Android", "203.0.113.0/24"),
    (41, 5, "password", "Firefox, Windows", "198.51.100.0/24"),
    (20, 1, "password+app", "Chrome, Android", "203.0.113.0/24"),
    (9, 7, "password", "Chrome, Android", "2001:db8:71::/48"),
    (2, 3, "password", "Safari, iPad", "192.0.2.0/24"),
)


def _come_and_go(person: Person, *, now: datetime) -> None:
    """A history of sign-ins, so that there is one to look at."""
    for days, hours, how, browser, network in _CAME:
        note_sign_in(
            person,
            how=how,
            device=token_digest(f"demo {browser}"),
            browser=browser,
            network=network,
            by=person,
            at=now - timedelta(days=days, hours=hours),
        )


def _tell(chapter: Chapter, people: dict[str, Person], sample: bytes, *, now: datetime) -> None:
    person = people[chapter.who]
    at = now - timedelta(days=chapter.days_ago, minutes=7 * len(chapter.who))
    application = start_application(get_offer(chapter.service), by=person, language=person.language, at=at)
    answers = _answers(chapter, application, person, sample, at=at)
    if chapter.stays == "draft":
        answers = dict(list(answers.items())[:4])
    save_answers(application.draft, answers, at=at, expires_at=at + timedelta(days=90))
    if chapter.stays == "draft":
        return
    send_application(get_application(application.id, for_=person), by=person, at=at + timedelta(minutes=6))
    if chapter.stays == "to-pay":
        return
    pay_at_once(application, at=at + timedelta(minutes=8))
    run_waiting_jobs(as_of=at + timedelta(minutes=9))
    _work(chapter, application, people, at=at, now=now)
    run_waiting_jobs()


def _answers(
    chapter: Chapter, application: Application, person: Person, sample: bytes, *, at: datetime
) -> dict[str, Any]:
    """The answers of the service's example in tests.yaml, with what registers know of this person and real files."""
    folder = load_folder(Path(settings.CIVIUM_SERVICES) / chapter.service)
    assert folder.examples is not None
    offer = get_offer(chapter.service)
    journey = journey_of(folder.examples.root[chapter.example], offer)
    answers = {
        name: _with_file(value, application, person, sample, at=at) for name, value in journey.answers.items()
    }
    if "dog_name" in answers:
        answers["dog_name"] = DOGS[chapter.days_ago % len(DOGS)]
    if "start_on" in answers:
        answers["start_on"] = (at + timedelta(days=100)).date().isoformat()
    if "open_on" in answers:
        answers["open_on"] = (at + timedelta(days=60)).date().isoformat()
    return {**answers, **open_answers(application.draft)}


def _with_file(value: Any, application: Application, person: Person, sample: bytes, *, at: datetime) -> Any:
    if not (
        isinstance(value, list) and value and isinstance(value[0], dict) and set(value[0]) == {"id", "name"}
    ):
        return value
    upload = SimpleUploadedFile("sample.pdf", sample, content_type="application/pdf")
    file = take_upload(
        upload, under=application.subject, accept=("pdf",), max_bytes=5 * 1024 * 1024, by=person, at=at
    )
    return [{"id": str(file.id), "name": file.name}]


def _work(
    chapter: Chapter, application: Application, people: dict[str, Person], *, at: datetime, now: datetime
) -> None:
    case = get_case_of_subject(application.subject)
    assert case is not None
    steps = get_offer(chapter.service).steps
    pace = timedelta(days=chapter.days_ago) / (len(chapter.moves) + 2)
    for turn, move in enumerate(chapter.moves, 1):
        when = min(at + pace * turn, now)
        role = next(each.roles[0] for each in steps[case.step].moves if each.name == move)
        worker = people[WORKERS[role]]
        if case.assigned_to_id is None:
            case = claim_case(case, by=worker, at=when)
        read_the_case(case, by=worker, at=when - timedelta(minutes=4))
        case = move_the_case(
            case,
            move=move,
            reason=REFUSED if move == "refuse" else "",
            question=QUESTION if move == "ask" else "",
            revision=case.revision,
            by=worker,
            at=when,
        )
        run_waiting_jobs(as_of=when)
    if chapter.who == "elif":
        question = find_questions(case)[-1]
        answer_question(
            question, answer="Here it is, with more light.", by=people["elif"], at=now - timedelta(hours=20)
        )
