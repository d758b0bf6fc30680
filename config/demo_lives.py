"""What happens to one wish of the demo town's past year: each act of its story, done by the real actions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from random import Random
from time import sleep
from typing import Any

from civium.engines.cases.actions.claim_case import claim_case
from civium.engines.cases.actions.hand_over import hand_over
from civium.engines.cases.actions.link_cases import link_cases
from civium.engines.cases.actions.look_at_case import look_at_case
from civium.engines.cases.actions.read_messages import read_messages
from civium.engines.cases.actions.see_mentions import see_mentions
from civium.engines.cases.actions.write_note import write_note
from civium.engines.cases.models import Case, Link, Question
from civium.engines.cases.queries import find_questions, get_case_of_subject
from civium.engines.cases.schema import Move
from civium.engines.forms.actions.save_answers import save_answers
from civium.engines.forms.queries import open_answers
from civium.foundation.identity.actions.verify_person import verify_person
from civium.foundation.identity.models import Basis, Mandate, Membership, Person
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.journal.models import Entry
from civium.foundation.kit.refusals import Refusal
from civium.foundation.privacy.events import DataRead
from civium.journeys.applications.actions.claim_power import claim_power
from civium.journeys.applications.actions.move_the_case import move_the_case
from civium.journeys.applications.actions.reopen_the_case import reopen_the_case
from civium.journeys.applications.actions.save_correction import save_correction
from civium.journeys.applications.actions.send_answer import send_answer
from civium.journeys.applications.actions.send_application import send_application
from civium.journeys.applications.actions.send_case_message import send_case_message
from civium.journeys.applications.actions.send_corrections import send_corrections
from civium.journeys.applications.actions.start_application import start_application
from civium.journeys.applications.actions.withdraw_application import withdraw_application
from civium.journeys.applications.corrections import read_correction
from civium.journeys.applications.models import Application
from civium.journeys.applications.queries import get_application
from civium.journeys.rights.actions.question_reading import question_reading
from config import demo_words as words
from config.demo_money import pay_at_once
from config.demo_readings import read_the_case
from config.demo_story import Act
from config.demo_wish import Wish

# Which answer the desk asks to correct, by service, and what it is corrected to.
CORRECTED: dict[str, tuple[str, Callable[[Random], str]]] = {
    "dog-licence": ("chip_number", lambda random: f"9410000{random.randrange(10**8):08}"),
    "heating-allowance": ("winter_cost", lambda random: f"{random.randrange(300, 900)}.50"),
    "resident-parking": ("plate", lambda random: f"{random.randrange(10**4):04}KLM"),
    "business-licence": ("floor_area", lambda random: str(random.randrange(45, 150))),
}
KEPT_FOR = timedelta(days=90)


class GoneWrong(Exception):
    """What one wanted is not possible any more, as in any town; there it stays."""


@dataclass
class Life:
    """One wish in the real town, found again by what it left there."""

    wish: Wish
    hands: Person
    sample: bytes
    with_file: Callable[..., Any]

    @cached_property
    def person(self) -> Person:
        """Whose wish it is: their own, or that of the company that they act for."""
        if not self.wish.is_for_a_company:
            return self.hands
        mandate = self._mandate()
        if mandate is None:
            raise GoneWrong
        mandate.giver.hands = self.hands
        return mandate.giver

    def _mandate(self) -> Mandate | None:
        theirs = Mandate.objects.filter(to_person=self.hands, basis=Basis.OFFICER, ended_at=None)
        return theirs.select_related("giver").first()

    def _prove(self, at: datetime) -> None:
        """Show who they are at the counter, once; and for which company they act."""
        if not self.hands.is_verified:
            verify_person(self.hands, name=self.hands.name, how="counter", by=self.hands, at=at)
        if self.wish.is_for_a_company and self._mandate() is None:
            facts = self.wish.who.facts
            typed = {"name": facts["company"], "number": facts["company_number"]}
            claim_power(self.hands, basis=Basis.OFFICER, typed=typed, by=self.hands, at=at)

    def act(self, act: Act) -> None:
        """Let it happen. Refuses, with GoneWrong, what is not possible any more."""
        try:
            getattr(self, f"_{act.do}")(act.at, **act.given)
        except Refusal as refusal:
            raise GoneWrong from refusal
        if act.do not in ("begin", "claim", "read"):  # nothing follows from these
            run_waiting_jobs(as_of=act.at)

    @property
    def application(self) -> Application:
        found = self._begun()
        if found is None:
            raise GoneWrong
        return found

    def _begun(self) -> Application | None:
        mine = Application.objects.filter(applicant=self.person, service=self.wish.offer.name)
        return mine.filter(started_at=self.wish.begins).first()

    @property
    def case(self) -> Case:
        """The case that opened when the money was there: here, or in a worker that took the job first."""
        subject = self.application.subject
        for _ in range(100):
            case = get_case_of_subject(subject)
            if case is not None:
                return case
            sleep(0.05)
        raise GoneWrong

    def _worker(self, role: str, case: Case) -> Person:
        """Whoever has the case, where they have the role; else one of those who do."""
        able = _staff(case.agency_id, role)
        holder = next((each for each in able if each.pk == case.assigned_to_id), None)
        return holder or able[self.wish.number % len(able)]

    def _begin(self, at: datetime, *, half: bool) -> None:
        if "reading" in self.wish.answers:
            self._ask_why(at)
            return
        offer, person = self.wish.offer, self.person
        # It is there where the year was broken off before the answers were.
        application = self._begun() or start_application(
            offer, by=person, language=person.language, at=at, another=True
        )
        if application.started_at != at:  # they have begun the same already, and go on with that
            raise GoneWrong
        answers = {
            name: self.with_file(self._case_of_mine(name, value), application, person, self.sample, at=at)
            for name, value in self.wish.answers.items()
        }
        if half:
            answers = dict(list(answers.items())[: max(1, len(answers) // 2)])
        # What a register knows of them stays.
        answers |= open_answers(application.draft)
        save_answers(application.draft, answers, at=at, expires_at=at + KEPT_FOR)

    def _case_of_mine(self, name: str, value: Any) -> Any:
        """Where an answer names a case of one's own: such a one."""
        asked = next((each for _page, each in self.wish.offer.form.questions() if each.name == name), None)
        if asked is None or asked.question.type != "own-case":
            return value
        mine = Case.objects.filter(applicant=self.person, **asked.question.narrowed_to)  # type: ignore[attr-defined]
        case = mine.order_by("-opened_at").first()
        if case is None:
            raise GoneWrong
        return case.reference

    def _ask_why(self, at: datetime) -> None:
        read = Entry.objects.filter(
            stream=self.person.vault_key, kind=DataRead.kind, at__lt=at, by_id__isnull=False
        )
        entry = read.order_by("-at").first()
        if entry is None:
            raise GoneWrong
        asked = words.DATA_ASKED[self.person.language]
        question_reading(entry.pk, words=asked, language=self.person.language, by=self.person, at=at)

    def _send(self, at: datetime) -> None:
        send_application(get_application(self.application.id, for_=self.person), by=self.person, at=at)

    def _pay(self, at: datetime) -> None:
        if self.application.state == "to-pay":
            pay_at_once(self.application, at=at)

    def _claim(self, at: datetime, *, role: str) -> None:
        case = self.case
        if case.assigned_to_id is None:
            claim_case(case, by=self._worker(role, case), at=at)

    def _read(self, at: datetime, *, role: str) -> None:
        case = self.case
        worker = self._worker(role, case)
        read_the_case(case, by=worker, at=at)
        read_messages(case, by=worker, at=at)
        see_mentions(case, by=worker, at=at)
        look_at_case(case, by=worker, at=at)

    def _write(self, at: datetime, *, words: int) -> None:
        send_case_message(self.case, words=_WRITES[words][self.person.language], by=self.person, at=at)

    def _reply(self, at: datetime, *, role: str) -> None:
        case = self.case
        said = words.REPLIES[self.person.language]
        send_case_message(case, words=said, by=self._worker(role, case), at=at)

    def _note(self, at: datetime, *, role: str, words: str, tell: str = "") -> None:
        case = self.case
        worker = self._worker(role, case)
        told = [each for each in _staff(case.agency_id, tell) if each != worker][:1] if tell else []
        write_note(case, words=words, tell=told, by=worker, at=at)

    def _hand_over(self, at: datetime, *, role: str) -> None:
        """To a colleague who can do the same. Where nobody has the case there is nothing to hand over."""
        case = self.case
        able = _staff(case.agency_id, role)
        others = [each for each in able if each.pk != case.assigned_to_id]
        if others and len(others) < len(able):
            holder, to = self._worker(role, case), others[self.wish.number % len(others)]
            hand_over(case, to=to, note=words.HANDED_OVER, by=holder, at=at, revision=case.revision)

    def _link(self, at: datetime, *, role: str) -> None:
        """Beside another case of the same person in the same agency, where there is one."""
        case = self.case
        others = Case.objects.filter(applicant=self.person, agency=case.agency_id).exclude(pk=case.pk)
        other = others.order_by("-opened_at").first()
        if other is not None:
            worker, kind = self._worker(role, case), Link.Kind.SAME_PERSON
            link_cases(case, other=other, kind=kind, reason=words.SAME_PERSON, by=worker, at=at)

    def _move(self, at: datetime, *, move: Move, step: str, role: str) -> None:
        case = self.case
        if case.step != step or case.is_decided or case.is_paused:
            raise GoneWrong
        said = self._said(case, move)
        move_the_case(
            case, move=move.name, revision=case.revision, by=self._worker(role, case), at=at, **said
        )

    def _said(self, case: Case, move: Move) -> dict[str, Any]:
        language, said = self.person.language, dict[str, Any]()
        if move.needs:
            reasons = words.REASONS.get((case.service, move.name))
            said["reason"] = reasons[language] if reasons else words.BACK[move.name]
        if move.asks_applicant and self._is_corrected(case):
            said["corrections"] = {CORRECTED[case.service][0]: words.WRONG[language]}
        elif move.asks_applicant:
            said["question"] = (words.FILE_ASKED if self._has_files() else words.ASKED)[language]
        return said

    def _is_corrected(self, case: Case) -> bool:
        return self.wish.number % 3 != 0 and case.service in CORRECTED

    def _has_files(self) -> bool:
        return any(each.question.type == "file" for _page, each in self.wish.offer.form.questions())

    def _answer(self, at: datetime) -> None:
        question = next((each for each in find_questions(self.case) if each.is_open), None)
        if question is None:
            raise GoneWrong
        if question.named:
            self._correct(question, at)
            return
        said = (words.FILE_ANSWER if self._has_files() else words.ANSWER)[self.person.language]
        send_answer(question, answer=said, uploads=(), by=self.person, at=at)

    def _correct(self, question: Question, at: datetime) -> None:
        name, fresh = CORRECTED[self.wish.offer.name]
        given = {name: fresh(Random(self.wish.number))}  # noqa: S311 - a story
        language = question.case.language
        for short in read_correction(question, language=language).pages:
            form = read_correction(question, language=language)
            journey = form.journey_of(short)
            reading = form.offer.form.read_page(short.page, journey, given, language=language)
            save_correction(form, short, reading, by=self.person, at=at)
        send_corrections(read_correction(question, language=language).question, by=self.person, at=at)

    def _withdraw(self, at: datetime) -> None:
        withdraw_application(self.case, by=self.person, at=at)

    def _reopen(self, at: datetime, *, role: str, step: str) -> None:
        case = self.case
        if case.step != step:
            raise GoneWrong
        reason, worker = words.REOPENED[self.person.language], self._worker(role, case)
        reopen_the_case(case, reason=reason, revision=case.revision, by=worker, at=at)


_WRITES = words.WRITES


def _staff(agency: str, role: str) -> list[Person]:
    """Who has the role in the agency, by name."""
    found = Membership.objects.filter(role=role, agency=agency).select_related("person").order_by("shown_as")
    if not found:
        raise GoneWrong
    return [each.person for each in found]
