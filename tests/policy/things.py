"""Amina's things in every state, each with a word in it that nobody else may ever read."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from civium.doors.api.actions.make_token import make_token
from civium.engines.cases.actions.link_cases import link_cases
from civium.engines.cases.models import Case
from civium.engines.cases.queries import find_questions, get_case
from civium.engines.notices.models import Notice
from civium.engines.payments.models import DemoCheckout
from civium.foundation.federation.actions.consent import sign_in_to_system
from civium.foundation.federation.actions.link_identity import link_identity
from civium.foundation.federation.actions.register_system import register_system
from civium.foundation.federation.rules import Proof
from civium.foundation.files.actions.take_upload import take_upload
from civium.foundation.files.queries import find_files_under
from civium.foundation.identity.actions.answer_invitation import accept_mandate
from civium.foundation.identity.actions.invite_to_act import invite_to_act
from civium.foundation.identity.actions.note_sign_in import note_sign_in
from civium.foundation.identity.actions.rename_person import rename_person
from civium.foundation.identity.models import Person
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.jobs.models import QueuedJob
from civium.foundation.journal.models import Entry, ReactionRun
from civium.foundation.kit.references import new_reference
from civium.journeys.applications.actions.drop_application import drop_application
from civium.journeys.applications.actions.help_at_counter import help_at_counter
from civium.journeys.applications.actions.issue_certificate import new_code
from civium.journeys.applications.actions.make_way_back import make_way_back
from civium.journeys.applications.actions.send_answer import send_answer
from civium.journeys.applications.models import Certificate, Way
from civium.journeys.catalogue.actions.publish_service import publish_folder
from civium.journeys.catalogue.models import PublishedList
from tests.applying import begin, case_of, checkout, fill_in, move, pdf, provider_says, send, upload
from tests.cast import NOW

# What Amina typed, sent and is called, and what was said to her. Only she and the caseworkers of the agency may read it.
CANARIES = {
    "name": "Canaryname",
    "answer": "Canaryanswer",
    "draft": "Canarydraft",
    "file": "canaryfile",
    "inside a file": "Canarycontent",
    "question": "Canaryquestion",
    "reply": "Canaryreply",
    "reason": "Canaryreason",
    "address": "amina@cast.example",
    "network": "canarynetwork",
}
ROLES = {
    "clerk": ("clerk", "animal-welfare"),
    "officer": ("officer", "animal-welfare"),
    "supervisor": ("supervisor", "animal-welfare"),
    "stranger": ("officer", "planning"),
    "designer": ("designer", ""),
    "finance": ("finance", ""),
    "administrator": ("administrator", ""),
    "auditor": ("auditor", ""),
    "data-protection-officer": ("data-protection-officer", ""),
}


@dataclass(frozen=True)
class Things:
    """The words of each address, by the name of the thing; ``made_up`` are the same words for things that do not exist."""

    words: Mapping[str, Mapping[str, Any]]

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
        "id": lambda: "999999" if str(value).isdigit() else str(uuid.uuid4()),
    }
    return made[key]() if key in made else value


def make_people(make_person: Callable[..., Person]) -> dict[str, Person]:
    """Everybody in the table who can sign in."""
    people = {"amina": make_person("Amina"), "ben": make_person("Ben")}
    rename_person(people["amina"], name=f"Amina {CANARIES['name']}", by=people["amina"], at=NOW)
    for name, (role, agency) in ROLES.items():
        people[name] = make_person(name, role=role, agency=agency)
    return people


def make_things(people: Mapping[str, Person]) -> Things:
    """Amina's applications, cases, files, messages, payments and certificate, and work about them that is stuck."""
    # The one service that we ship with "Is this for me?".
    publish_folder(Path(settings.CIVIUM_SERVICES) / "resident-parking", by=None, at=NOW)
    # And the one with a list of its own to choose from.
    publish_folder(Path(settings.CIVIUM_SERVICES) / "business-licence", by=None, at=NOW)
    amina, clerk, officer = people["amina"], people["clerk"], people["officer"]
    answers = {"breed": CANARIES["answer"], "owner_name": f"Amina {CANARIES['name']}"}

    decided = _licence(amina, **answers)
    decided = move(move(decided, "accept", by=clerk), "grant", by=officer)
    refused = _licence(amina, **answers)
    refused = move(move(refused, "accept", by=clerk), "refuse", by=officer, reason=CANARIES["reason"])
    asked = move(_licence(amina, **answers), "accept", by=clerk)
    asked = _ask_and_answer(asked, clerk)
    asked = move(asked, "ask", by=clerk, question=f"{CANARIES['question']} two")
    free = _licence(amina, **answers)

    late_money = _money_for_nothing(amina)
    draft = fill_in(begin(amina, "building-permit"), 1, description=CANARIES["draft"])
    to_pay = send(fill_in(begin(amina), **answers))
    started = checkout(to_pay)
    odd_call = provider_says(started, amount=100)
    dropped = begin(amina, "heating-allowance")
    drop_application(dropped, by=amina, at=NOW)
    helped = begin(amina, "heating-allowance")
    shown = make_way_back(helped, way=Way.COUNTER, by=amina, at=NOW).code
    help_at_counter(shown, by=clerk, at=NOW)
    link = make_way_back(draft, way=Way.LINK, by=amina, at=NOW).code
    run_waiting_jobs()

    certificate = Certificate.objects.get()
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
        name="Phone", scopes=["cases:read"], lasts=dt.timedelta(days=1), by=amina, at=NOW
    )
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
    link_cases(free, other=refused, kind="same-person", reason="The same dog.", by=officer, at=NOW)
    identity = link_identity(
        amina,
        proof=Proof(
            provider="port-lumen-id",
            issuer="https://id.example",
            subject="canary-subject",
            level="verified",
            at=NOW.timestamp(),
            name=amina.name,
        ),
        by=amina,
        at=NOW,
    )
    system, _secret = register_system(
        name="Library", addresses=["https://library.example/back"], scopes=["profile"], by=None, at=NOW
    )
    consent = sign_in_to_system(amina, system=system, scopes=["openid", "profile"], by=amina, at=NOW)
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
            "nobodys_absence": {"id": uuid.uuid4()},
            "two_cases": {"reference": free.reference, "other": refused.reference},
            "question": {"reference": asked.reference, "id": question.pk},
            "correction_page": {"reference": asked.reference, "page": "dog"},
            "hers_to_end": {"id": token.id},
            "identity_elsewhere": {"provider": "port-lumen-id"},
            "identity_by_saml": {"organization_slug": "nobody"},
            "her_identity": {"id": identity.id},
            "her_sign_in": {"id": came.id},
            "no_token": {"token": "no-link-of-ours"},
            "her_consent": {"id": consent.id},
            "sister_system": {"id": system.id},
            "list": {"digest": PublishedList.objects.first().digest},
            "open_case": {"reference": free.reference},
            "asked_case": {"reference": asked.reference},
            "own_entry": {"entry": Entry.objects.get(stream=decided.stream, kind="cases.CaseDecided").pk},
            "decided_case": {"reference": refused.reference},
            "move": {"reference": free.reference, "move": "accept"},
            "file_of_case": {"reference": free.reference, "id": case_file.id},
            "certificate_of_case": {"reference": decided.reference, "code": certificate.code},
            "certificate": {"code": certificate.code},
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
        }
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
