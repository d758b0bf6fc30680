"""Some fifty marked facts about one person, planted through the ways in that people have.

A new column about people needs its fact here: give it ``fact("AName")`` through the action that writes it.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from allauth.idp.oidc.models import Token
from allauth.mfa.models import Authenticator
from django.db import transaction

from civium.doors.api.actions.keep_answer import answer_once
from civium.doors.api.actions.make_token import make_token
from civium.engines.cases.actions.link_cases import link_cases
from civium.engines.cases.actions.send_message import send_message
from civium.engines.cases.actions.write_note import write_note
from civium.engines.cases.models import Case
from civium.engines.cases.queries import find_questions
from civium.engines.forms.actions.keep_typed import keep_typed
from civium.foundation.federation.actions.consent import sign_in_to_system
from civium.foundation.federation.actions.link_identity import link_identity
from civium.foundation.federation.actions.register_system import register_system
from civium.foundation.federation.rules import Proof
from civium.foundation.files.actions.take_upload import take_upload
from civium.foundation.identity.actions.answer_invitation import accept_mandate
from civium.foundation.identity.actions.invite_to_act import invite_to_act
from civium.foundation.identity.actions.note_sign_in import note_sign_in
from civium.foundation.identity.actions.recover import ask_recovery
from civium.foundation.identity.actions.rename_person import rename_person
from civium.foundation.identity.actions.represent import represent
from civium.foundation.identity.events import PersonRenamed
from civium.foundation.identity.models import Organisation, Person
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.journal.actions.record import PersonalDetail, record
from civium.foundation.privacy.actions.consent import give_consent
from civium.journeys.applications.actions.send_answer import send_answer
from tests.applying import apply_for, begin, fill_in, move, pdf, upload
from tests.cast import NOW

MARK = "Zqx"
# What staff write for one another, and what was typed and never sent, is not in the copy that people take along.
NOT_IN_THE_COPY = {"Note", "Remark", "WhyLinked", "Typed"}


def mark(name: str) -> str:
    """A word that stands nowhere else."""
    return f"{MARK}{name}"


def plant(person: Person, *, clerk: Person, officer: Person) -> dict[str, str]:
    """Live a little: profile, applications in every state, conversation, decision, access for a program. Gives fact by name."""
    facts: dict[str, str] = {}

    def fact(name: str) -> str:
        facts[name] = mark(name)
        return facts[name]

    rename_person(person, name=fact("PersonName"), by=person, at=NOW)
    facts["email"] = person.email
    # Decided, and kept by law.
    dog = apply_for(
        person,
        dog_name=fact("Dog"),
        breed=fact("Breed"),
        owner_name=fact("Owner"),
        owner_address=_address(fact),
    )
    dog = move(dog, "accept", by=clerk, reason=fact("Remark"))
    write_note(dog, words=fact("Note"), by=clerk, at=NOW)
    dog = move(dog, "ask", by=clerk, question=f"Which vet? {fact('Question')}")
    send_answer(
        find_questions(dog)[-1],
        answer=fact("Reply"),
        uploads=[upload(f"{fact('AnswerFile')}.pdf", pdf(fact("AnswerWords")))],
        by=person,
        at=NOW + dt.timedelta(hours=1),
    )
    dog = Case.objects.get(pk=dog.pk)
    send_message(dog, words=fact("FromPerson"), by=person, at=NOW + dt.timedelta(hours=2))
    dog = Case.objects.get(pk=dog.pk)
    send_message(dog, words=fact("FromTown"), by=clerk, at=NOW + dt.timedelta(hours=3))
    run_waiting_jobs()
    dog = Case.objects.get(pk=dog.pk)
    move(dog, "refuse", by=officer, reason=fact("Reason"))
    # Open, and not kept: it is withdrawn.
    heating = apply_for(person, "heating-allowance", **_heating(fact))
    link_cases(heating, other=dog, kind="same-person", reason=fact("WhyLinked"), by=clerk, at=NOW)
    # Begun.
    permit = begin(person, "building-permit")
    file = take_upload(
        upload(f"{fact('DraftFile')}.pdf", pdf(fact("DraftWords"))),
        under=permit.subject,
        accept=("pdf",),
        by=person,
        at=NOW,
    )
    assert file.is_clean
    fill_in(
        permit,
        description=fact("Building"),
        heritage=fact("Heritage"),
        site_address=_address(lambda name: fact(f"Site{name}")),
    )
    keep_typed(permit.draft, place="description", posted={"description": [fact("Typed")]}, at=NOW)
    withdrawn = begin(person, "dog-licence")
    fill_in(withdrawn, dog_name=fact("SecondDog"), breed=fact("SecondBreed"))
    for purpose in ("offers", "surveys"):
        give_consent(
            person.vault_key,
            purpose=purpose,
            version=1,
            title=purpose,
            words=f"I agree to {purpose}.",
            language="en",
            by=person,
            at=NOW,
        )
    make_token(
        name=fact("Token"),
        scopes=["cases:read"],
        lasts=dt.timedelta(days=90),
        by=person,
        at=NOW,
    )
    answer_once("once", "GET it", lambda: (200, {"said": fact("KeptAnswer")}), by=person, at=NOW)
    _come_in(person, fact)
    _act_for_one_another(person, clerk, fact)
    with transaction.atomic():
        detail = PersonalDetail(person.vault_key, {"why": fact("WordOnTheRecord")})
        record(PersonRenamed(person.id), by=person, at=NOW, detail=detail)
    run_waiting_jobs()
    return facts


def _come_in(person: Person, fact: Any) -> None:
    """Sign in, with an identity from elsewhere, and to a sister system; lose a second factor."""
    note_sign_in(
        person,
        how="password",
        device="",
        browser=fact("Browser"),
        network=fact("Network"),
        by=person,
        at=NOW,
    )
    Authenticator.objects.create(
        user=person, type=Authenticator.Type.WEBAUTHN, data={"name": fact("Passkey")}
    )
    ask_recovery(person, by=person, at=NOW)
    proof = Proof(
        provider="port-lumen-id",
        issuer="https://id.example",
        subject=fact("KnownThereAs"),
        level="account",
        at=NOW.timestamp(),
        name=fact("NameThere"),
        born_on=fact("BornOn"),
        number=fact("Number"),
    )
    link_identity(person, proof=proof, by=person, at=NOW)
    system, _secret = register_system(
        name="Library", addresses=["https://library.example/back"], scopes=["email"], by=None, at=NOW
    )
    sign_in_to_system(person, system=system, scopes=["openid", "email"], by=person, at=NOW)
    token = Token(type=Token.Type.ACCESS_TOKEN, client=system, user=person, hash="0" * 64)
    token.set_scope_email(person.email)
    token.save()


def _act_for_one_another(person: Person, other: Person, fact: Any) -> None:
    """Invite somebody, be invited, act for somebody, and act for a club."""
    club = Organisation.objects.create(name="Rowing club")
    represent(person, organisation=club, by=person, at=NOW)
    until, powers = (NOW + dt.timedelta(days=90)).date(), ["view", "fill"]
    invited = f"{fact('Invited')}@example.org"
    invite_to_act(person, email=invited, powers=powers, service="", until=until, by=person, at=NOW)
    for service in ("dog-licence", "building-permit"):
        invitation = invite_to_act(
            other, email=person.email, powers=powers, service=service, until=until, by=other, at=NOW
        )
        if service == "dog-licence":
            accept_mandate(invitation.code, by=person, at=NOW)


def _address(fact: Any) -> dict[str, str]:
    return {
        "line_1": fact("Street"),
        "line_2": fact("Floor"),
        "postcode": "08039",
        "town": fact("Town"),
    }


def _heating(fact: Any) -> dict[str, Any]:
    return {
        "applicant_name": fact("Applicant"),
        "home_address": _address(lambda name: fact(f"Heating{name}")),
        "account_holder": fact("Holder"),
        "heating": "other",
        "other_heating": fact("HeatPump"),
        "members": [
            {
                "id": f"m{number}",
                "member_name": fact(f"Member{number}"),
                "member_born": "2014-03-27",
                "member_income": "0",
            }
            for number in range(1, 11)
        ],
    }
