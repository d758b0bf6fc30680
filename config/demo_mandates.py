"""Who acts for whom in the demo town: Ben helps Amina with her dog licence, Chiara once did, Gwen has not answered yet.

By the registers Ben acts for his daughter Ada, and Layla for her company, ``people["khatib"]``, by her hands. Ben has not shown yet that he acts for a bakery.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from civium.foundation.identity.actions.answer_invitation import accept_mandate
from civium.foundation.identity.actions.end_mandate import end_mandate
from civium.foundation.identity.actions.invite_to_act import invite_to_act
from civium.foundation.identity.models import Basis, Mandate, Person
from civium.journeys.applications.actions.claim_power import claim_power


def let_act(people: dict[str, Person], *, now: datetime) -> None:
    """One mandate that stands, one that ended, and an invitation that nobody answered yet."""
    amina, ben, chiara = people["amina"], people["ben"], people["chiara"]
    _give(amina, ben, ["view", "fill"], "dog-licence", at=now - timedelta(days=9))
    over = _give(amina, chiara, ["view", "receive"], "heating-allowance", at=now - timedelta(days=40))
    end_mandate(over, by=amina, at=now - timedelta(days=21))
    _invite(amina, people["gwen"], ["view"], "building-permit", at=now - timedelta(days=2))
    ada = {"name": "Ada Okafor", "number": "B210105", "born_on": "2021-01-30"}
    company = {"name": "Khatib Harbour Foods", "number": "PLC-20955"}
    _claim(ben, Basis.GUARDIAN, ada, at=now - timedelta(days=17))
    people["khatib"] = _claim(people["layla"], Basis.OFFICER, company, at=now - timedelta(days=12)).giver
    people["khatib"].hands = people["layla"]


def _claim(holder: Person, basis: Basis, typed: Mapping[str, str], *, at: datetime) -> Mandate:
    return claim_power(holder, basis=basis, typed=typed, by=holder, at=at)


def _invite(giver: Person, holder: Person, powers: list[str], service: str, *, at: datetime) -> Mandate:
    until = at.date() + timedelta(days=180)
    return invite_to_act(
        giver, email=holder.email, powers=powers, service=service, until=until, by=giver, at=at
    )


def _give(giver: Person, holder: Person, powers: list[str], service: str, *, at: datetime) -> Mandate:
    invited = _invite(giver, holder, powers, service, at=at)
    return accept_mandate(invited.code, by=holder, at=at + timedelta(hours=5))
