"""Amina's things in every state, each with a word in it that nobody else may ever read."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.mail import EmailMessage

from civium.doors.api.actions.end_token import end_token
from civium.doors.api.actions.keep_answer import answer_once
from civium.doors.api.actions.make_token import make_token
from civium.engines.cases.actions.erase_from_lists import erase_from_lists
from civium.engines.cases.actions.link_cases import link_cases
from civium.engines.cases.actions.write_note import write_note
from civium.engines.cases.models import Case
from civium.engines.cases.queries import find_questions, get_case
from civium.engines.forms.actions.keep_typed import keep_typed
from civium.engines.notices.actions.queue_letter import queue_letter
from civium.engines.notices.models import Notice
from civium.engines.payments.actions.attend_payment import attend_payment, flag_payment
from civium.engines.payments.actions.close_quarantined import dismiss_quarantined
from civium.engines.payments.models import DemoCheckout, Payment
from civium.engines.registries.adapters.demo import RESIDENTS, Resident
from civium.engines.registries.adapters.demo_births import BIRTHS, Birth
from civium.foundation.federation.actions.consent import sign_in_to_system
from civium.foundation.federation.actions.link_identity import link_identity
from civium.foundation.federation.actions.register_system import register_system
from civium.foundation.federation.rules import Proof
from civium.foundation.files.actions.take_upload import take_upload
from civium.foundation.files.queries import find_files_under
from civium.foundation.identity.actions.answer_invitation import accept_mandate
from civium.foundation.identity.actions.end_mandate import end_mandate
from civium.foundation.identity.actions.grant_role import end_role
from civium.foundation.identity.actions.invite_to_act import invite_to_act
from civium.foundation.identity.actions.note_sign_in import note_sign_in
from civium.foundation.identity.actions.rename_person import rename_person
from civium.foundation.identity.actions.verify_person import verify_person
from civium.foundation.identity.actions.welcome_guest import give_contact
from civium.foundation.identity.models import Basis, Mandate, Person
from civium.foundation.identity.queries import get_agency
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.jobs.models import QueuedJob
from civium.foundation.journal.models import Entry, ReactionRun
from civium.foundation.kit.references import new_reference
from civium.foundation.privacy.actions.restrict_use import lock_away
from civium.foundation.vault.actions.move_key import move_key
from civium.journeys.applications.actions.claim_power import claim_power
from civium.journeys.applications.actions.drop_application import drop_application
from civium.journeys.applications.actions.help_at_counter import help_at_counter
from civium.journeys.applications.actions.issue_certificate import new_code
from civium.journeys.applications.actions.make_way_back import make_way_back
from civium.journeys.applications.actions.reopen_the_case import reopen_the_case
from civium.journeys.applications.actions.send_answer import send_answer
from civium.journeys.applications.actions.send_case_message import send_case_message
from civium.journeys.applications.actions.start_application import start_as_guest
from civium.journeys.applications.actions.withdraw_application import withdraw_application
from civium.journeys.applications.actions.withdraw_certificate import withdraw_certificate
from civium.journeys.applications.models import Application, Certificate, Way
from civium.journeys.catalogue.models import PublishedList
from civium.journeys.catalogue.queries import get_offer
from civium.journeys.emergencies.actions.open_in_emergency import open_in_emergency
from civium.journeys.emergencies.actions.review_emergency import review_emergency
from civium.journeys.rights.actions.open_kept import open_kept
from civium.journeys.rights.kept import get_kept
from tests.applying import (
    ask_to_correct,
    begin,
    case_of,
    checkout,
    fill_in,
    move,
    pdf,
    provider_says,
    send,
    upload,
)
from tests.cast import NOW, make_one
from tests.offer import publish_ours

from .actors import ACTORS, PROGRAMS, Program
from .expectations import DELEGATES, OF_THE_AGENCY

# What people typed, sent and are called, and what was said to them.
CANARIES = {
    "name": "Canaryname",
    "answer": "Canaryanswer",
    "draft": "Canarydraft",
    "helped": "Canaryhelped",
    "file": "canaryfile",
    "inside a file": "Canarycontent",
    "question": "Canaryquestion",
    "reply": "Canaryreply",
    "reason": "Canaryreason",
    "message": "Canarymessage",
    "answer of the agency": "Canarytold",
    "note": "Canarynote",
    "why linked": "Canarylink",
    "emergency": "Canaryemergency",
    "kept": "Canarykept",
    "address": "amina@cast.example",
    "network": "canarynetwork",
    "program": "Canaryprogram",
    "guest's name": "Canaryguest",
    "guest's address": "canaryguest@cast.example",
    "guest's answer": "Canarysofa",
    "child's name": "Canarychild",
    "child's answer": "Canarystove",
    "what it is about": "Canarydog",
    "set aside": "Canaryreopened",
    "why to correct": "Canarycorrect",
    "remark": "Canaryremark",
    "half typed": "Canaryhalf",
    "withdrawal": "Canarywithdrawn",
    "review": "Canaryreview",
    "why kept is opened": "Canaryopened",
    "letter": "Canaryletter",
    "letter's address": "canarypostbox@cast.example",
    "note about a call": "Canarycall",
    "note about money": "Canarymoney",
    "kept for a program": "Canaryonce",
    "known elsewhere": "Canarysubject",
    "number elsewhere": "Canarynumber",
    "invited": "canaryinvited@cast.example",
}
# Nobody is shown them: what opens them is tried in their rooms.
ON_NO_PAGE = {
    "guest's name",
    "letter",
    "letter's address",
    "kept for a program",
    "note about a call",
    "known elsewhere",
    "number elsewhere",
}
# Who may read them: Amina and the caseworkers of the agency, where nothing else is said.
READERS = {
    "draft": {"amina"},
    "helped": {"amina", "clerk"},
    "note": OF_THE_AGENCY,
    "why linked": OF_THE_AGENCY,
    "emergency": {"supervisor", "data-protection-officer"},
    "kept": {"data-protection-officer"},
    "program": {"amina"},
    "network": {"amina"},
    "guest's name": {"guest"},
    "guest's address": {"guest"},
    "guest's answer": {"guest"},
    "child's name": {"guardian"},
    "child's answer": {"guardian"},
    "remark": OF_THE_AGENCY,
    "half typed": {"amina"},
    "review": {"supervisor", "data-protection-officer"},
    "why kept is opened": {"data-protection-officer"},
    "letter": {"postbox"},
    "letter's address": {"postbox"},
    "note about a call": {"finance"},
    "note about money": {"finance"},
    "kept for a program": {"amina"},
    "known elsewhere": {"amina"},
    "number elsewhere": {"amina"},
    "invited": {"amina"},
}
# What whoever may see for Amina comes across, beside what is in her drafts.
SEEN_FOR_HER = {
    "name",
    "answer",
    "draft",
    "helped",
    "file",
    "inside a file",
    "question",
    "reply",
    "reason",
    "message",
    "answer of the agency",
    "what it is about",
    "set aside",
    "why to correct",
    "half typed",
    "withdrawal",
}


def readers_of(canary: str, *, at: str = "") -> set[str]:
    """Who may come across these words, at one address or at any."""
    # Whoever held a mandate still sees whose it was.
    others = DELEGATES if (canary, at) == ("name", "portal:mandates") else set()
    if at in ("desk:emergency", "desk:emergency_file") and canary not in READERS:
        others = {"stranger"}
    others = others | ({"delegate"} if canary in SEEN_FOR_HER else set())
    return READERS.get(canary, {"amina", *OF_THE_AGENCY}) | others


@dataclass(frozen=True)
class Things:
    """The words of each address, by the name of the thing; ``made_up`` are the same words for things that do not exist.

    ``mandates``: under which somebody acts, by their name.
    """

    words: Mapping[str, Mapping[str, Any]]
    mandates: Mapping[str, Mandate]

    def made_up(self, name: str) -> dict[str, Any]:
        """Words of the same shape that lead to nothing."""
        return {key: _another(key, value) for key, value in self.words[name].items()}


def _another(key: str, value: Any) -> Any:
    if isinstance(value, uuid.UUID):
        return uuid.uuid4()
    made: dict[str, Callable[[], Any]] = {
        "reference": new_reference,
        "code": new_code,
        "entry": lambda: 999_999,
        "token": lambda: "x" * len(str(value)),
        "role": lambda: 999_997,
        "id": lambda: "999999" if str(value).isdigit() else str(uuid.uuid4()),
    }
    return made[key]() if key in made else value


def make_people(make_person: Callable[..., Person]) -> dict[str, Person]:
    """Everybody who can sign in."""
    people = {}
    for actor in ACTORS:
        if actor.comes == "signs in":
            email = actor.name.replace(" ", "-")
            people[actor.name] = make_person(email, role=actor.role, agency=actor.agency)
            for membership in people[actor.name].memberships.all() if actor.ended else ():
                end_role(membership, by=None, at=NOW)
    people = {name: Person.objects.get(pk=person.pk) for name, person in people.items()}
    rename_person(people["amina"], name=f"Amina {CANARIES['name']}", by=people["amina"], at=NOW)
    return people


def make_tokens(people: Mapping[str, Person]) -> dict[str, str]:
    """The secret of each program."""
    return {program.name: _secret(program, people) for program in PROGRAMS}


def _secret(program: Program, people: Mapping[str, Person]) -> str:
    if program.state in ("made up", "none"):
        return "civium_" + "x" * 43 if program.state == "made up" else ""
    maker = people["administrator"] if program.agency else people[program.whose]
    token, secret = make_token(
        name="Phone",
        scopes=program.scopes,
        lasts=dt.timedelta(days=1),
        agency=get_agency(program.whose) if program.agency else None,
        role="officer",
        for_portal=program.portal,
        by=maker,
        at=NOW - dt.timedelta(days=2) if program.state == "expired" else NOW,
    )
    if program.state == "ended":
        end_token(token, by=maker, at=NOW)
    return secret


def make_things(people: Mapping[str, Person]) -> Things:
    """Amina's applications, cases, files, messages, payments and certificate, and work about them that is stuck."""
    # The one service that we ship with "Is this for me?".
    publish_ours("resident-parking")
    # And the one with a list of its own to choose from.
    publish_ours("business-licence")
    # And one without an account.
    publish_ours("bulky-waste")
    amina, clerk, officer = people["amina"], people["clerk"], people["officer"]
    answers = {
        "dog_name": CANARIES["what it is about"],
        "breed": CANARIES["answer"],
        "owner_name": f"Amina {CANARIES['name']}",
    }

    decided = _licence(amina, **answers)
    decided = move(move(decided, "accept", by=clerk), "grant", by=officer)
    refused = _licence(amina, **answers)
    refused = move(move(refused, "accept", by=clerk), "refuse", by=officer, reason=CANARIES["reason"])
    asked = move(_licence(amina, **answers), "accept", by=clerk)
    asked = _ask_and_answer(asked, clerk)
    asked = move(asked, "ask", by=clerk, question=f"{CANARIES['question']} two")
    reopened, ended = _reopened(_licence(amina, **answers), people)
    withdrawn = withdraw_application(_licence(amina, **answers), by=amina, at=NOW)
    clerks = _licence(clerk, breed="Collie")
    free = _licence(amina, **answers)
    send_case_message(free, words=CANARIES["message"], uploads=(), by=amina, at=NOW)
    send_case_message(free, words=CANARIES["answer of the agency"], uploads=(), by=officer, at=NOW)
    write_note(free, words=CANARIES["note"], by=officer, at=NOW)

    late_money = _money_for_nothing(amina)
    draft = fill_in(begin(amina, "building-permit"), 1, description=CANARIES["draft"])
    to_pay = send(fill_in(begin(amina), **answers))
    started = checkout(to_pay)
    odd_call = provider_says(started, amount=100)
    looked_at = provider_says(started, amount=200, id="another")
    dismiss_quarantined(looked_at, reason=CANARIES["note about a call"], by=people["finance"], at=NOW)
    attend_payment(
        Payment.objects.get(pk=late_money), note=CANARIES["note about money"], by=people["finance"], at=NOW
    )
    flag_payment(Payment.objects.get(pk=late_money), at=NOW)
    dropped = begin(amina, "heating-allowance")
    drop_application(dropped, by=amina, at=NOW)
    typed = {"description": [f"{CANARIES['draft']} {CANARIES['half typed']}"]}
    keep_typed(draft.draft, place="description", posted=typed, at=NOW)
    helped = fill_in(begin(amina, "heating-allowance"), 1, other_heating=CANARIES["helped"])
    shown = make_way_back(helped, way=Way.COUNTER, by=amina, at=NOW).code
    help_at_counter(shown, by=clerk, at=NOW)
    link = make_way_back(draft, way=Way.LINK, by=amina, at=NOW).code
    run_waiting_jobs()

    certificate = Certificate.objects.get(withdrawn_at=None)
    case_file = next(file for file in find_files_under(free.subject) if CANARIES["file"] in file.name)
    application = free.subject.partition(":")[2]
    reaction = ReactionRun.objects.filter(reaction="applications.send_the_receipt").latest("pk")
    ReactionRun.objects.filter(pk=reaction.pk).update(state="dead")
    job = QueuedJob.objects.filter(task_path__endswith="carry_notice").latest("enqueued_at")
    QueuedJob.objects.filter(pk=job.pk).update(status="FAILED", finished_at=NOW)
    (question,) = [each for each in find_questions(asked) if each.is_open]
    came = note_sign_in(
        amina, how="passkey", device="", browser="Firefox", network=CANARIES["network"], by=amina, at=NOW
    )
    token, _secret = make_token(
        name=CANARIES["program"], scopes=["cases:read"], lasts=dt.timedelta(days=1), by=amina, at=NOW
    )
    guests_draft = _guests()
    emergency = open_in_emergency(
        refused.reference,
        why="life",
        reason=f"{CANARIES['emergency']}: somebody must know this now.",
        by=people["stranger"],
        at=NOW,
    )
    reviewed = open_in_emergency(
        decided.reference,
        why="life",
        reason="Somebody must know of this, now, at once.",
        by=people["stranger"],
        at=NOW,
    )
    review_emergency(reviewed, verdict="justified", words=CANARIES["review"], by=people["supervisor"], at=NOW)
    kept = _kept(make_one("gone"), clerk, officer)
    # Longer ago than it stays open.
    open_kept(
        get_kept(kept.reference, for_=people["data-protection-officer"], language="en"),
        occasion="claim",
        reason=f"{CANARIES['why kept is opened']} sues the town about this licence.",
        by=people["data-protection-officer"],
        at=NOW - dt.timedelta(hours=2),
    )
    guests_sent = send(_guests())
    run_waiting_jobs()
    link_cases(free, other=refused, kind="same-person", reason=CANARIES["why linked"], by=officer, at=NOW)
    # Ben's, for the designer: whoever acts for Amina would rightly read her words.
    mandate, invitation = (
        invite_to_act(
            people["ben"],
            email=people["designer"].email,
            powers=["view"],
            service=service,
            until=NOW.date() + dt.timedelta(days=100),
            by=people["ben"],
            at=NOW,
        )
        for service in ("bulky-waste", "library-card")
    )
    code = invitation.code
    accept_mandate(mandate.code, by=people["designer"], at=NOW)
    let_act(people, "delegate elsewhere", service="library-card")
    end_mandate(let_act(people, "former delegate"), by=amina, at=NOW)
    let_act(people, "late delegate", at=NOW - dt.timedelta(days=30), days=-1)
    mandates = {
        "delegate": let_act(people, "delegate", powers=("view", "fill")),
        "ended delegate": let_act(people, "ended delegate"),
        "guardian": _guardians(people["guardian"]),
    }
    child = acting_for(mandates["guardian"])
    childs = send(fill_in(begin(child, "heating-allowance"), 1, other_heating=CANARIES["child's answer"]))
    childs_draft = fill_in(begin(child, "heating-allowance"), 1, other_heating=CANARIES["child's answer"])
    identity = link_identity(
        amina,
        proof=Proof(
            provider="port-lumen-id",
            issuer="https://id.example",
            subject=CANARIES["known elsewhere"],
            level="verified",
            at=NOW.timestamp(),
            name=amina.name,
            number=CANARIES["number elsewhere"],
        ),
        by=amina,
        at=NOW,
    )
    system, _secret = register_system(
        name="Library", addresses=["https://library.example/back"], scopes=["profile"], by=None, at=NOW
    )
    consent = sign_in_to_system(amina, system=system, scopes=["openid", "profile"], by=amina, at=NOW)
    invite_to_act(
        amina,
        email=CANARIES["invited"],
        powers=["view"],
        service="bulky-waste",
        until=NOW.date() + dt.timedelta(days=100),
        by=amina,
        at=NOW,
    )
    answer_once("once", "GET it", lambda: (200, {"said": CANARIES["kept for a program"]}), by=amina, at=NOW)
    queue_letter(
        EmailMessage("For you", CANARIES["letter"], "town@cast.example", [CANARIES["letter's address"]]),
        at=NOW,
    )
    assert not Entry.objects.filter(data__icontains="canary").exists(), "the record has no words about people"

    return Things(
        {
            "": {},
            "language": {"code": "es"},
            "language_of_page": {"code": "es", "rest": "my/"},
            "provider": {"provider": "demo"},
            "checkout": {"token": DemoCheckout.objects.get(pk=started.provider_reference).token},
            "service": {"service": "dog-licence"},
            "topic": {"topic": "animals"},
            "event": {"event": "moving-in"},
            "under_d": {"letter": "D"},
            "format": {"suffix": "ttl"},
            "service_as_data": {"service": "dog-licence", "suffix": "ttl"},
            "kind": {"kind": "catalogue"},
            "named": {"kind": "services", "name": "dog-licence"},
            "audience": {"audience": "residents"},
            "agency": {"agency": "animal-welfare"},
            "checked_service": {"service": "resident-parking"},
            "check_page": {"service": "resident-parking", "page": "home"},
            "held_by": {"agency": "animal-welfare", "holder": str(clerk.pk)},
            "colleague": {"id": clerk.pk},
            "colleagues_role": {"id": clerk.pk, "role": clerk.memberships.get().pk},
            "nobodys_absence": {"id": uuid.uuid4()},
            "two_cases": {"reference": free.reference, "other": refused.reference},
            "question": {"reference": asked.reference, "id": question.pk},
            "correction_page": {"reference": asked.reference, "page": "dog"},
            "hers_to_end": {"id": token.id},
            "her_code": {},
            "identity_elsewhere": {"provider": "port-lumen-id"},
            "identity_by_saml": {"organization_slug": "nobody"},
            "her_identity": {"id": identity.id},
            "her_sign_in": {"id": came.id},
            "no_token": {"token": "no-link-of-ours"},
            "no_reading": {"entry": 999_998},
            "no_restriction": {"id": uuid.uuid4()},
            "her_consent": {"id": consent.id},
            "sister_system": {"id": system.id},
            "emergency": {"id": emergency.id},
            "reviewed_emergency": {"id": reviewed.id},
            "file_in_emergency": {"id": emergency.id, "file": find_files_under(refused.subject)[0].id},
            "kept_case": {"reference": kept.reference},
            "kept_file": {"reference": kept.reference, "id": find_files_under(kept.subject)[0].id},
            "list": {"digest": PublishedList.objects.first().digest},
            "open_case": {"reference": free.reference},
            "asked_case": {"reference": asked.reference},
            "own_entry": {"entry": Entry.objects.get(stream=decided.stream, kind="cases.CaseDecided").pk},
            "case_entry": {
                "reference": decided.reference,
                "entry": Entry.objects.get(stream=decided.stream, kind="cases.CaseDecided").pk,
            },
            "decided_case": {"reference": refused.reference},
            "move": {"reference": free.reference, "move": "accept"},
            "file_of_case": {"reference": free.reference, "id": case_file.id},
            "certificate_of_case": {"reference": decided.reference, "code": certificate.code},
            "certificate": {"code": certificate.code},
            "ended_certificate": {"code": ended.code},
            "certificate_file": {"id": certificate.file_id},
            "case_file": {"id": case_file.id},
            "draft_file": {"id": find_files_under(draft.subject)[0].id},
            "notice": {"id": Notice.objects.filter(to=amina).latest("created_at").id},
            "letter": {"id": f"notice-{Notice.objects.filter(to=amina).latest('created_at').id}"},
            "mandate": {"id": mandate.id},
            "invitation": {"code": code},
            "odd_call": {"id": odd_call.id},
            "odd_payment": {"id": late_money},
            "dead_job": {"kind": "job", "id": str(job.pk)},
            "dead_reaction": {"kind": "reaction", "id": str(reaction.pk)},
            "draft": {"id": draft.id},
            "helped": {"id": helped.id},
            "link": {"token": link},
            "to_pay": {"id": to_pay.id},
            "sent": {"id": uuid.UUID(application)},
            "draft_page": {"id": draft.id, "page": "role"},
            "to_pay_page": {"id": to_pay.id, "page": "dog"},
            "sent_page": {"id": uuid.UUID(application), "page": "dog"},
            "helped_page": {"id": helped.id, "page": "home"},
            "dropped": {"id": dropped.id},
            "granted_case": {"reference": decided.reference},
            "reopened_case": {"reference": reopened.reference},
            "withdrawn_case": {"reference": withdrawn.reference},
            "clerks_case": {"reference": clerks.reference},
            "childs_draft": {"id": childs_draft.id},
            "childs_page": {"id": childs_draft.id, "page": "home"},
            "childs_case": {"reference": case_of(childs).reference},
            "guests_draft": {"id": guests_draft.id},
            "guests_page": {"id": guests_draft.id, "page": "place"},
            "guests_sent": {"id": guests_sent.id},
            "guests_case": {"reference": case_of(guests_sent).reference},
            "guests_case_entry": {
                "reference": case_of(guests_sent).reference,
                "entry": Entry.objects.get(stream=case_of(guests_sent).stream, kind="cases.CaseOpened").pk,
            },
        },
        mandates,
    )


def _licence(amina: Person, **answers: Any) -> Case:
    """A licence that costs nothing, with a file of Amina's; one after the other, because only one is open at a time."""
    application = begin(amina)
    file = take_upload(
        upload(f"{CANARIES['file']}.pdf", pdf(CANARIES["inside a file"])),
        under=application.subject,
        accept=("pdf",),
        by=amina,
        at=NOW,
    )
    send(fill_in(application, 2, **answers, certificate=[{"id": str(file.id), "name": file.name}]))
    run_waiting_jobs()
    return case_of(application)


def _reopened(case: Case, people: Mapping[str, Person]) -> tuple[Case, Certificate]:
    """A case with everything that may be said about one: asked to correct, refused, reopened, granted, the document withdrawn."""
    clerk, officer, supervisor = (people[name] for name in ("clerk", "officer", "supervisor"))
    case = move(case, "accept", by=clerk, reason=CANARIES["remark"])
    case = ask_to_correct(case, {"breed": CANARIES["why to correct"]}, by=clerk)
    case = move(case, "refuse", by=officer, reason=CANARIES["reason"])
    reopen_the_case(case, reason=CANARIES["set aside"], revision=case.revision, by=supervisor, at=NOW)
    case = move(get_case(case.reference, for_=officer), "grant", by=officer)
    certificate = Certificate.objects.get(application=case.subject.partition(":")[2])
    withdraw_certificate(certificate, reason=CANARIES["withdrawal"], by=officer, at=NOW)
    run_waiting_jobs()
    return case, certificate


def _kept(person: Person, clerk: Person, officer: Person) -> Case:
    """What somebody else was granted, who is to be erased: the law keeps it, locked away."""
    case = _licence(person, breed=CANARIES["kept"])
    case = move(move(case, "accept", by=clerk), "grant", by=officer)
    move_key(case.subject, parent=f"kept:{case.id}", by=None, at=NOW)
    erase_from_lists(case.subject)
    lock_away(case.subject, until=NOW.date() + dt.timedelta(days=90), by=None, at=NOW)
    return case


def let_act(
    people: Mapping[str, Person],
    holder: str,
    *,
    service: str = "",
    powers: Collection[str] = ("view", "fill", "receive"),
    at: dt.datetime = NOW,
    days: int = 100,
) -> Mandate:
    """Amina lets somebody act for her, and they accept."""
    invited = invite_to_act(
        people["amina"],
        email=people[holder].email,
        powers=powers,
        service=service,
        until=NOW.date() + dt.timedelta(days=days),
        by=people["amina"],
        at=at,
    )
    return accept_mandate(invited.code, by=people[holder], at=at)


def _guardians(guardian: Person) -> Mandate:
    """The register of births says that somebody may act for a child."""
    verify_person(guardian, name="Gail Warden", how="test", by=guardian, at=NOW)
    born, name = "2021-01-30", "Ada " + CANARIES["child's name"]
    with pytest.MonkeyPatch.context() as register:
        register.setitem(RESIDENTS, guardian.email, Resident("Gail Warden", dt.date(1979, 11, 3), {}, ""))
        register.setitem(BIRTHS, "B000001", Birth(name, born, "Port Lumen", "Gail Warden"))
        return claim_power(
            guardian,
            basis=Basis.GUARDIAN,
            typed={"name": name, "number": "B000001", "born_on": born},
            by=guardian,
            at=NOW,
        )


def acting_for(mandate: Mandate) -> Person:
    """Whose mandate it is, as whoever holds it acts for them."""
    giver = Person.objects.get(pk=mandate.giver_id)
    giver.hands = mandate.to_person
    return giver


def _guests() -> Application:
    """What somebody without an account asks for."""
    application = start_as_guest(get_offer("bulky-waste"), language="en", at=NOW)
    guest = application.applicant
    give_contact(guest, name=CANARIES["guest's name"], email=CANARIES["guest's address"], by=guest, at=NOW)
    return fill_in(application, where_exactly=CANARIES["guest's answer"])


def _ask_and_answer(case: Case, clerk: Person) -> Case:
    case = move(case, "ask", by=clerk, question=CANARIES["question"])
    (question,) = find_questions(case)
    send_answer(
        question,
        answer=CANARIES["reply"],
        uploads=[upload(f"{CANARIES['file']}-2.pdf")],
        by=case.applicant,
        at=NOW + dt.timedelta(minutes=5),
    )
    return get_case(case.reference, for_=clerk)


def _money_for_nothing(amina: Person) -> uuid.UUID:
    """A payment that finance must look at: what it was for is gone."""
    application = send(fill_in(begin(amina, "building-permit")))
    payment = checkout(application)
    drop_application(application, by=amina, at=NOW)
    provider_says(payment)
    return payment.id
