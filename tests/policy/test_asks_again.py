"""Step-up: what a browser left open must not do. Who came in 16 minutes ago is asked who they are, and nothing is changed.

``ASKS`` is written by hand, from what must be safe and not from the code: an address that stops asking fails here.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from http.cookies import SimpleCookie
from typing import Any, Final

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import transaction
from django.urls import reverse

from civium.foundation.federation.adapters.allauth import ARRIVED
from civium.foundation.federation.rules import Proof
from civium.foundation.identity.checks import walk_patterns
from civium.foundation.identity.models import Person, Session
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.journeys.rights.actions.take_along import ask_for_export
from tests.cast import NOW, PASSWORD

from .expectations import ACCOUNT_PAGES_FOR_ANYONE
from .world import NOT_THERE, SIGN_IN, World, Writes, name_of, place, told

pytestmark = pytest.mark.xdist_group("policy-0")
STALE, CONFIRM = 16 * 60, "confirm"
NEW_PASSWORD: Final = "another lamp on the quay"
# Who one is, and what waits to be sent, is in the visit; how often somebody tried, in the cache.
OF_THE_VISIT: Final = {Session._meta.db_table, "django_cache"}


@dataclass(frozen=True)
class Line:
    """One use of an address. ``thing``: of ``Things``, or of ``mine`` below. ``only_visit``: also now nothing but the visit changes,
    because what is sent is refused, or waits for a code by mail.
    """

    address: str
    who: str
    thing: str = ""
    body: dict[str, Any] = field(default_factory=dict)
    method: str = "post"
    only_visit: bool = False


def seen_and_sent(address: str, who: str, thing: str = "", **sent: Any) -> tuple[Line, Line]:
    """Where even the page asks."""
    return Line(address, who, thing, method="get"), Line(address, who, thing, **sent)


REASON: Final = "They asked for it in a letter, which lies here."
PASSWORDS: Final = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
TO_ACCOUNT: Final = "Please pay to ES91 2100 0418 4502 0005 1332."
INVITED: Final = {
    "email": "somebody@cast.example",
    "powers": ["view"],
    "service": "all",
    "until-day": "1",
    "until-month": "10",
    "until-year": "2026",
}
ASKS: Final[tuple[Line, ...]] = (
    # authenticators
    *seen_and_sent("mfa_activate_totp", "amina", body={"code": "000000"}, only_visit=True),
    *seen_and_sent("mfa_deactivate_totp", "ben"),
    *seen_and_sent("mfa_add_webauthn", "amina", body={"name": "Key", "credential": "{}"}, only_visit=True),
    *seen_and_sent("mfa_edit_webauthn", "ben", "passkey", body={"name": "Another name"}),
    *seen_and_sent("mfa_remove_webauthn", "ben", "passkey"),
    *seen_and_sent("mfa_generate_recovery_codes", "ben"),
    Line("mfa_view_recovery_codes", "ben", method="get"),
    Line("mfa_download_recovery_codes", "ben", method="get"),
    *seen_and_sent("account_change_password", "amina", body=PASSWORDS),
    *seen_and_sent("account_set_password", "former", body=PASSWORDS),
    *seen_and_sent("federation:arrived", "ben", body={"is_me": "yes"}),
    Line("federation:end_identity", "amina", "her_identity"),
    Line("identity:not_me", "amina", "her_sign_in"),
    Line("identity:onward", "amina", method="get"),
    # contact
    Line("portal:profile", "ben", body={"name": "Benjamin"}),
    Line("account_email", "ben", body={"action_add": "", "email": "new@cast.example"}, only_visit=True),
    Line("account_email", "ben", body={"action_remove": "", "email": "second@cast.example"}),
    Line("account_email", "ben", body={"action_primary": "", "email": "second@cast.example"}),
    # one's own copy of everything
    Line("rights:export", "ben", body={"do": "make"}),
    Line("rights:export", "amina", body={"do": "forget"}),
    Line("rights:export_file", "amina", method="get"),
    # mandates
    Line("portal:invite_to_act", "ben", body=INVITED),
    Line("portal:mandate_invitation", "designer", "invitation", body={"do": "accept"}),
    Line("portal:end_mandate", "ben", "mandate"),
    Line("portal:end_mandate", "designer", "mandate"),
    Line("portal:claim_child", "guardian", body={"name": "Nobody", "number": "B0"}),
    Line("portal:claim_organisation", "guardian", body={"name": "Nobody", "number": "C0"}),
    # money
    Line("desk:payment", "finance", "odd_payment", body={"do": "refund"}),
    Line("desk:payment", "finance", "odd_payment", body={"note": REASON}),
    Line(
        "desk:provider_call",
        "finance",
        "odd_call",
        body={"do": "settle", "reason": REASON, "accepts_difference": "1"},
    ),
    Line("desk:provider_call", "finance", "odd_call", body={"do": "dismiss", "reason": REASON}),
    # where money is to go: in words here; in the answers of a form, in doors/portal/tests/test_where_money_goes.py
    Line("portal:case_message", "amina", "open_case", body={"message": TO_ACCOUNT}),
    Line("portal:answer", "amina", "asked_case", body={"answer": TO_ACCOUNT}),
    # keys
    Line("access:tokens", "amina", body={"name": "Phone", "scopes": ["cases:read"]}),
    Line("access:end", "amina", "hers_to_end"),
    Line(
        "federation:systems",
        "administrator",
        body={"name": "Archive", "addresses": "https://archive.example/back", "scopes": ["profile"]},
    ),
    Line("federation:remove_system", "administrator", "sister_system"),
    # roles
    Line(
        "desk:staff_new",
        "administrator",
        body={"email": "ben@cast.example", "role": "auditor", "agency": "town", "shown_as": "B. A."},
    ),
    Line(
        "desk:staff_new",
        "supervisor",
        body={"email": "ben@cast.example", "role": "clerk", "agency": "animal-welfare", "shown_as": "B. A."},
    ),
    Line("desk:staff_member", "administrator", "colleague", body={"role": "auditor", "agency": "town"}),
    Line("desk:staff_end", "administrator", "colleagues_role"),
    Line("desk:staff_end", "supervisor", "colleagues_role"),
    # much about many, and what is closed to those who ask
    Line("desk:readings_file", "auditor"),
    Line("desk:readings_file", "data-protection-officer"),
    Line(
        "desk:emergency_new", "stranger", "", body={"reference": "REFERENCE", "why": "life", "reason": REASON}
    ),
    Line(
        "desk:kept_case", "data-protection-officer", "kept_case", body={"occasion": "claim", "reason": REASON}
    ),
)
# Here the view asks: only it knows whether the identity is a new one, or what is sent says where money is to go.
ASKED_BY_THE_VIEW: Final = {
    "federation:arrived",
    "portal:case_message",
    "portal:answer",
}
# The account library's addresses that ask for nothing more: each with its reason.
NEED_NOT: Final = {
    *ACCOUNT_PAGES_FOR_ANYONE,
    # where one is asked
    "account_reauthenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    # lists that change nothing and say no secret
    "mfa_index",
    "mfa_list_webauthn",
}


@pytest.fixture(scope="module")
def mine(world: World, django_db_blocker: Any) -> Iterator[Mapping[str, Any]]:
    """What the lines need beside what is in the world, for this file alone: ways to sign in, a second address, a copy, an
    identity that has just come.
    """
    client = world.clients["former"]
    came_with = client.cookies
    with django_db_blocker.unblock(), transaction.atomic():
        amina, ben, former = (
            Person.objects.get(email=f"{name}@cast.example") for name in ("amina", "ben", "former")
        )
        TOTP.activate(ben, generate_totp_secret())
        RecoveryCodes.activate(ben)
        passkey = Authenticator.objects.create(
            user=ben, type=Authenticator.Type.WEBAUTHN, data={"name": "Key"}
        )
        EmailAddress.objects.create(user=ben, email="second@cast.example", verified=True)
        former.set_unusable_password()
        former.save()
        client.cookies = SimpleCookie()
        client.force_login(former)
        ask_for_export(amina, language="en", at=NOW)
        run_waiting_jobs()
        proof = Proof(
            provider="port-lumen-id",
            issuer="https://id.example",
            subject="bens",
            level="verified",
            at=NOW.timestamp(),
            name="Ben",
        )
        session = world.clients["ben"].session
        session[ARRIVED] = {"proof": asdict(proof), "next": "", "level": ""}
        session.save()
        yield {
            "passkey": {"pk": passkey.pk},
            "REFERENCE": world.things.words["open_case"]["reference"],
        }
        transaction.set_rollback(True)
    client.cookies = came_with


@contextmanager
def came_in(world: World, who: str, *, ago: int) -> Iterator[None]:
    """As if they had shown who they are so many seconds ago."""
    with transaction.atomic():
        session = world.clients[who].session
        session["shown_at"] = time.time() - ago
        session.save()
        yield
        transaction.set_rollback(True)


def send(world: World, mine: Mapping[str, Any], line: Line, *, ago: int) -> tuple[str, set[str]]:
    """What became of it, and which tables were written to, but those of the visit itself."""
    words = mine.get(line.thing) or world.things.words[line.thing]
    body = {
        name: mine.get(value, value) if isinstance(value, str) else value for name, value in line.body.items()
    }
    with came_in(world, line.who, ago=ago), Writes() as writes:
        answer, _changed = world.ask(line.who, line.method, place(line.address, words), body or None)
    asked = answer.status_code == 302 and answer["Location"].startswith(reverse("identity:confirm"))
    return CONFIRM if asked else told(answer), writes.tables - OF_THE_VISIT


LINES = [
    pytest.param(line, id=f"{line.method}-{line.address}-{line.who}-{nth}") for nth, line in enumerate(ASKS)
]


@pytest.mark.django_db
@pytest.mark.parametrize("line", LINES)
def test_who_came_in_long_ago_is_asked_again_and_who_came_in_now_is_not(
    world: World, mine: Mapping[str, Any], line: Line
) -> None:
    assert send(world, mine, line, ago=STALE) == (CONFIRM, set())
    found, written = send(world, mine, line, ago=0)
    assert found not in {CONFIRM, NOT_THERE, SIGN_IN, "403", "405", "500"}
    if line.method == "post":
        assert bool(written) is not line.only_visit, "else nothing shows that the first one changed nothing"


def test_every_address_whose_policy_asks_is_in_the_list() -> None:
    declared = {
        name_of(pattern)
        for _route, pattern in walk_patterns()
        if hasattr(pattern.callback, "policy") and "+fresh" in pattern.callback.policy.name
    }
    assert declared == {line.address for line in ASKS if ":" in line.address} - ASKED_BY_THE_VIEW


def test_every_address_of_the_account_library_asks_or_need_not() -> None:
    of_the_library = {
        str(pattern.name)
        for _route, pattern in walk_patterns()
        if pattern.callback.__module__.startswith("allauth.")
        and str(pattern.name).startswith(("account_", "mfa_"))
    }
    assert of_the_library - NEED_NOT == {line.address for line in ASKS if ":" not in line.address}
