"""A year in the demo town: a hundred and fifty people, four hundred cases, lived in the order of time.

Every life of a case is a small program that says when it wants to go on; the earliest goes first. Chance decides who applies for what
and how long the desk takes, the same way every time. What has not happened by now is simply still open.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from random import Random
from time import sleep
from typing import Any

from django.conf import settings
from django.db import connection

from civium.engines.cases.actions.claim_case import claim_case
from civium.engines.cases.actions.send_message import send_message
from civium.engines.cases.actions.write_note import write_note
from civium.engines.cases.models import Case
from civium.engines.cases.queries import find_questions, get_case_of_subject
from civium.engines.cases.schema import Move
from civium.engines.clock.queries import the_calendar
from civium.engines.forms.actions.save_answers import save_answers
from civium.engines.forms.queries import open_answers
from civium.foundation.identity.actions.join import join
from civium.foundation.identity.models import Person
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.kit.refusals import Refusal
from civium.foundation.kit.town import the_town
from civium.journeys.applications.actions.move_the_case import move_the_case
from civium.journeys.applications.actions.send_answer import send_answer
from civium.journeys.applications.actions.send_application import send_application
from civium.journeys.applications.actions.start_application import start_application
from civium.journeys.applications.models import Application
from civium.journeys.applications.queries import get_application
from civium.journeys.catalogue.examples import journey_of, walks_to_ends
from civium.journeys.catalogue.examples_schema import Example
from civium.journeys.catalogue.loading import load_folder
from civium.journeys.catalogue.queries import Offer, find_offers
from config.demo_money import pay_at_once
from config.demo_people import RESIDENT, Neighbour, neighbours
from config.demo_readings import read_the_case

PEOPLE = 150
CASES = 470
DAYS = 365

Say = Callable[[str], None]
Life = Iterator[datetime]

# How often a service is asked for, beside the others; 3 where nothing is said.
WANTED = {
    "dog-licence": 5,
    "resident-parking": 7,
    "library-card": 7,
    "bulky-waste": 6,
    "parking-fine": 6,
    "building-permit": 2,
}
REFUSED = {
    "en": "What you told us and the documents do not go together. Call us and we will say what is missing; you can apply again at any time.",
    "es": "Lo que nos ha dicho y los documentos no coinciden. Llámenos y le diremos qué falta; puede volver a solicitarlo cuando quiera.",
    "ar": "ما ذكرته لا يتفق مع الوثائق. اتصل بنا لنخبرك بما ينقص، ويمكنك تقديم الطلب من جديد في أي وقت.",
}
QUESTION = {
    "en": "One page of what you sent cannot be read. Please send it again, or write to us what it says.",
    "es": "Una de las páginas que envió no se puede leer. Envíela de nuevo o escríbanos lo que dice.",
    "ar": "إحدى الصفحات التي أرسلتها غير مقروءة. نرجو إرسالها من جديد أو كتابة ما جاء فيها.",
}
ANSWER = {
    "en": "Sorry about that. It says what I wrote in the form; I checked it again today.",
    "es": "Disculpe. Dice lo mismo que escribí en el formulario; lo he comprobado hoy.",
    "ar": "عذراً. مكتوب فيها ما كتبته في النموذج، وقد تحققت منه اليوم.",
}
HURRY = {
    "en": "Good morning. Can you tell me whether anything is still missing?",
    "es": "Buenos días. ¿Pueden decirme si falta algo?",
    "ar": "صباح الخير. هل ينقص شيء؟",
}
NOTES = (
    "Called, nobody answered; tried again in the afternoon.",
    "Same household as an earlier case.",
    "Checked with the register: fine.",
)


@dataclass
class Town:
    """What the lives share."""

    random: Random
    staff: dict[str, list[Person]]
    sample: bytes
    now: datetime
    examples: dict[str, list[Example]] = field(default_factory=dict)


def live_a_year(
    say: Say, *, staff: dict[str, list[Person]], sample: bytes, with_file: Callable[..., Any], now: datetime
) -> None:
    """Let the year happen. ``staff``: by role. ``with_file``: puts a real file where an example names one."""
    town = Town(Random(20), staff, sample, now)  # noqa: S311 - chance for a story, not for a secret
    if Person.objects.filter(email__startswith=f"{RESIDENT}-").exists():
        return
    say("  The town's past year is being lived: 400 more cases in a minute or two.")
    offers = [offer for offer in find_offers() if _may_be_lived(offer, town)]
    begins = now - timedelta(days=DAYS)
    with _without_waiting_for_the_disk():
        people = [(_join(one, at=begins), one) for one in neighbours(PEOPLE, town.random)]
        waiting: list[tuple[datetime, int, Life]] = []
        order = count()
        for _ in range(CASES):
            person, facts = town.random.choice(people)
            at = _moment(begins, town)
            offer, example = _wish(offers, at, town)
            life = _life(person, facts, offer, example, at, town=town, with_file=with_file)
            heapq.heappush(waiting, (next(life), next(order), life))
        while waiting:
            at, number, life = heapq.heappop(waiting)
            if at >= now:
                continue
            try:
                following = next(life, None)
            except Refusal:  # as in any town: what one wanted is not possible any more, and there it stays
                continue
            if following is not None:
                heapq.heappush(waiting, (following, number, life))
    say(f"  The past year is complete: {Case.objects.count()} cases.")


def _may_be_lived(offer: Offer, town: Town) -> bool:
    """Services that people of the town can use with an account, and that have examples to copy; not what ends an account."""
    if offer.form is None or offer.document.sign_in in ("verified", "high") or offer.name == "data-request":
        return False
    if "person" not in offer.document.applicants:  # an organisation has its own story: see demo.py
        return False
    folder = load_folder(Path(settings.CIVIUM_SERVICES) / offer.name)
    named = {ready.name for _page, ready in offer.form.questions() if ready.question.type == "own-case"}
    whole = [
        each
        for each in (folder.examples.root if folder.examples else ())
        if not each.wrong and not named.intersection(each.answers)  # their cases are made up
    ]
    town.examples[offer.name] = whole
    return bool(whole)


def _join(one: Neighbour, *, at: datetime) -> Person:
    return join(f"{one.first}@port-lumen.example", name=one.name, password=None, language=one.language, at=at)


def _wish(offers: list[Offer], at: datetime, town: Town) -> tuple[Offer, Example]:
    """A service and an example of it that can be asked for on that day; some examples hold on a day of their own only."""
    while True:
        offer = town.random.choices(offers, weights=[WANTED.get(offer.name, 3) for offer in offers])[0]
        example = town.random.choice(town.examples[offer.name])
        answers = _moved_answers(example, offer, at)
        if offer.form.journey(answers, today=the_town().today(at)).is_complete:
            return offer, example


def _moment(begins: datetime, town: Town) -> datetime:
    """When somebody applies: any day, more of late than long ago, between breakfast and midnight."""
    back = town.random.uniform(0, 12) if town.random.random() < 0.25 else town.random.uniform(0, DAYS)
    day = begins + timedelta(days=DAYS - back)
    return day.replace(hour=town.random.randint(6, 21), minute=town.random.randint(0, 59))


def _life(
    person: Person,
    facts: Neighbour,
    offer: Offer,
    example: Example,
    at: datetime,
    *,
    town: Town,
    with_file: Callable[..., Any],
) -> Life:
    """From the first page to the decision, or as far as it comes."""
    random = town.random
    yield at
    if any(each.service == offer.name for each in person.applications.filter(state__in=("draft", "to-pay"))):
        return
    application = start_application(offer, by=person, language=person.language, at=at)
    answers = _answers(example, offer, facts, at)
    answers = {
        name: with_file(value, application, person, town.sample, at=at) for name, value in answers.items()
    }
    answers |= open_answers(application.draft)
    fate = random.random()
    if fate < 0.04 and (town.now - at).days < 80:  # began and did not finish
        answers = dict(list(answers.items())[: max(1, len(answers) // 2)])
    save_answers(application.draft, answers, at=at, expires_at=at + timedelta(days=90))
    complete = offer.form.journey(answers, today=the_town().today(at)).is_complete
    if fate < 0.04 or not complete:
        return
    yield (at := at + timedelta(minutes=random.randint(4, 40)))
    send_application(get_application(application.id, for_=person), by=person, at=at)
    if 0.04 <= fate < 0.06 and (town.now - at).days < 60:  # never paid
        return
    yield (at := at + timedelta(minutes=2))
    pay_at_once(application, at=at)
    case = _case_of(application, at)
    if case is None:
        return
    yield from _work(case, person, offer, example, at, town=town)


def _case_of(application: Application, at: datetime) -> Case | None:
    """The case that opens when the money is there: here, or in a worker that took the job first."""
    for _ in range(200):
        run_waiting_jobs(as_of=at)
        case = get_case_of_subject(application.subject)
        if case is not None:
            return case
        sleep(0.05)
    return None


def _work(case: Case, person: Person, offer: Offer, example: Example, at: datetime, *, town: Town) -> Life:
    """The desk's part: claim, ask now and then, decide, a few too late."""
    random = town.random
    slow = random.random() < 0.08
    for move in _way(offer, example, random):
        due = offer.steps[case.step].due
        usual = max(1.0, (due.amount if due else 5) * 0.5)
        yield (
            at := _at_work(
                at + timedelta(days=random.lognormvariate(0, 0.5) * usual * (4 if slow else 1)), random
            )
        )
        case.refresh_from_db()
        if case.closed_at or case.is_paused:
            return
        worker = random.choice(town.staff[random.choice(move.roles)])
        if case.assigned_to_id is None:
            case = claim_case(case, by=worker, at=at)
        if random.random() < 0.1:
            send_message(case, words=HURRY[person.language], by=person, at=at)
            yield (at := at + timedelta(hours=2))
        if random.random() < 0.1:
            write_note(case, words=random.choice(NOTES), by=worker, at=at)
        asking = next((each for each in offer.steps[case.step].moves if each.asks_applicant), None)
        if asking is not None and not move.asks_applicant and random.random() < 0.15:
            worker = random.choice(town.staff[asking.roles[0]])
            case = _make(case, asking, worker, person, at)
            yield (at := _at_work(at + timedelta(days=random.lognormvariate(1.2, 0.6)), random))
            _answer(case, person, at)
            yield (at := _at_work(at + timedelta(days=1), random))
            case.refresh_from_db()
            worker = random.choice(town.staff[move.roles[0]])
        read_the_case(case, by=worker, at=at - timedelta(minutes=7))
        case = _make(case, move, worker, person, at)
        if move.asks_applicant:
            yield (at := _at_work(at + timedelta(days=random.lognormvariate(1.2, 0.6)), random))
            _answer(case, person, at)


def _way(offer: Offer, example: Example, random: Random) -> list[Move]:
    """Mostly the example's own walk; now and then the shortest way to another end. Most people get what they ask for."""
    if example.walk and random.random() < 0.8:
        step, way = offer.steps.steps.first, []
        for each in example.walk:
            move = next(move for move in offer.steps[step].moves if move.name == each.move)
            way.append(move)
            step = move.to
        if offer.steps.steps.status_of(step) != "refused" or random.random() < 0.4:
            return way
    ways = list(walks_to_ends(offer, journey_of(example, offer).values))
    likely = [1 if offer.steps.steps.status_of(walk.end) == "refused" else 6 for walk in ways]
    return list(random.choices(ways, weights=likely)[0].moves) if ways else []


def _make(case: Case, move: Move, worker: Person, person: Person, at: datetime) -> Case:
    moved = move_the_case(
        case,
        move=move.name,
        reason=REFUSED[person.language] if move.needs == "reason" else "",
        question=QUESTION[person.language] if move.asks_applicant else "",
        revision=case.revision,
        by=worker,
        at=at,
    )
    run_waiting_jobs(as_of=at)
    return moved


def _answer(case: Case, person: Person, at: datetime) -> None:
    question = next((each for each in find_questions(case) if each.is_open), None)
    if question is not None:
        send_answer(question, answer=ANSWER[person.language], uploads=(), by=person, at=at)
        run_waiting_jobs(as_of=at)


def _at_work(at: datetime, random: Random) -> datetime:
    """The next moment from then on at which the desk is open."""
    zone, calendar = the_town().time_zone, the_calendar()
    day = calendar.working_day_from(at.astimezone(zone).date())
    local = at.astimezone(zone)
    when = datetime.combine(day, time(random.randint(8, 16), random.randint(0, 59)), zone)
    return max(when, local + timedelta(minutes=1)) if day == local.date() else when


def _answers(example: Example, offer: Offer, facts: Neighbour, at: datetime) -> dict[str, Any]:
    """The example's answers, with this person's own name and place, and days to come moved to where they are to come still."""
    answers = _moved_answers(example, offer, at)
    for question, source in offer.document.prefill.items():
        value = facts.facts.get(source.partition(".")[2])
        if question in answers and value is not None:
            answers[question] = value
    return answers


def _moved_answers(example: Example, offer: Offer, at: datetime) -> dict[str, Any]:
    shift = at.date() - example.today
    answers = journey_of(example, offer).answers
    return {name: _moved(value, example.today, shift) for name, value in answers.items()}


def _moved(value: Any, today: date, shift: timedelta) -> Any:
    if isinstance(value, list):
        return [_moved(each, today, shift) for each in value]
    if isinstance(value, dict):
        return {name: _moved(each, today, shift) for name, each in value.items()}
    if isinstance(value, str) and len(value) == 10:
        try:
            day = date.fromisoformat(value)
        except ValueError:
            return value
        if today - timedelta(days=400) <= day <= today + timedelta(days=800):
            return (day + shift).isoformat()
    return value


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
