"""The pages on which people sign in, let others act and see who looked: for everybody, in two directions, on a phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.utils import timezone
from playwright.sync_api import expect

from civium.foundation.federation.actions.consent import sign_in_to_system
from civium.foundation.federation.actions.link_identity import link_identity
from civium.foundation.federation.actions.register_system import register_system
from civium.foundation.federation.rules import Proof
from civium.foundation.identity.actions.answer_invitation import accept_mandate
from civium.foundation.identity.actions.invite_to_act import invite_to_act
from civium.foundation.identity.actions.note_sign_in import note_sign_in
from civium.foundation.identity.models import Person, Session
from tests.applying import apply_for, begin
from tests.browser import PHONE, Watch
from tests.cast import PASSWORD
from tests.journeys.conftest import Looks
from tests.journeys.walking import main, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

OpenPage = Callable[..., "Page"]
BACK = "https://library.example/back"


@pytest.fixture
def places(
    town: object, amina: Person, ben: Person, boris: Person, ada: Person
) -> list[tuple[Person | None, list[str]]]:
    """Who visits which pages; Amina has something on each of hers."""
    now = timezone.now()
    case = apply_for(amina, at=now)
    until, said = (now + timedelta(days=60)).date(), {"service": "", "powers": ["fill"], "at": now}
    given = accept_mandate(
        invite_to_act(amina, email=ben.email, until=until, by=amina, **said).code, by=ben, at=now
    )
    invited = invite_to_act(ben, email=amina.email, until=until, by=ben, **said)
    came = note_sign_in(
        amina,
        how="password+app",
        device="x",
        browser="Firefox, Linux",
        network="203.0.113.0/24",
        by=amina,
        at=now,
    )
    proof = Proof(
        "port-lumen-id", "https://id.example", "s", "verified", now.timestamp(), name="Amina Haddad"
    )
    linked = link_identity(amina, proof=proof, by=amina, at=now)
    library, _secret = register_system(
        name="Town library", addresses=[BACK], scopes=("profile", "email"), by=None, at=now
    )
    sign_in_to_system(amina, system=library, scopes=("profile",), by=amina, at=now)
    TOTP.activate(amina, generate_totp_secret())
    RecoveryCodes.activate(amina)
    wish = {
        "client_id": library.id, "redirect_uri": BACK, "response_type": "code", "scope": "openid profile email",
        "code_challenge": "x" * 43, "code_challenge_method": "S256",
    }  # fmt: skip
    return [
        (None, ["account/login/", "account/signup/", "account/password/reset/", "identity/", "check/record/", "privacy/", "privacy/cookies/"]),
        (amina, [
            "my/sign-in/", f"my/sign-in/{came.id}/not-me/", "my/sign-in/identities/", f"my/sign-in/identities/{linked.id}/end/",
            "my/sign-in/systems/", f"/sign-in/authorize?{urlencode(wish)}",
            "account/2fa/", "account/2fa/recovery-codes/", "account/2fa/webauthn/add/", "account/2fa/totp/deactivate/",
            "account/email/", "account/password/change/",
            "my/mandates/", "my/mandates/new/", "my/mandates/children/new/", "my/mandates/organisations/new/",
            f"my/mandates/{given.pk}/", f"my/mandates/answer/{invited.code}/",
            "my/data/", "my/data/who-looked/", "my/data/export/", "my/data/consents/", f"my/cases/{case.reference}/",
        ]),
        (ben, ["account/passkey/", "my/mandates/"]),
        (boris, [f"desk/cases/{case.reference}/"]),
        (ada, ["systems/", f"systems/{library.id}/remove/"]),
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_pages_of_trust_are_for_everybody(
    open_as: OpenPage,
    look: Looks,
    places: list[tuple[Person | None, list[str]]],
    amina: Person,
    language: str,
) -> None:
    for who, addresses in places:
        page = open_as(by=who, language=language, width=PHONE)
        for address in addresses:
            answer = page.goto(address if address.startswith("/") else f"/{language}/{address}")
            assert answer is not None
            assert answer.status == 200, address
            assert address.startswith("/") or page.url.endswith(address), f"{address} led to {page.url}"
            look(page)
        page.close()
    her = open_as(by=amina, language=language, width=PHONE)
    her.goto(f"/{language}/my/data/who-looked/")
    for link in ("a[href*='/receipts/']", "a[href$='/question/']"):
        her.goto(f"/{language}/my/data/who-looked/")
        her.locator("main details:has(article) > summary").first.click()
        her.locator(link).first.click()
        look(her)


def test_a_visit_that_nears_its_end_says_so_and_loses_nothing(
    town: object, open_as: OpenPage, look: Looks, watch: Watch, amina: Person
) -> None:
    """The warning comes in time, a press puts the end off, and what was typed too late is there after signing in again."""
    application = begin(amina, at=timezone.now())
    page = open_as(by=amina, width=PHONE)
    page.clock.install()
    page.goto(f"/en/applications/{application.id}/pages/owner/")
    page.wait_for_load_state("networkidle")  # the script that counts comes after the page
    warning, more = page.locator("[data-stay-warning]"), page.get_by_role("button", name="Stay signed in")
    expect(warning).to_be_empty()
    expect(more).to_be_hidden()

    page.clock.fast_forward("57:30")
    expect(warning).to_contain_text("You will be signed out in three minutes")
    look(page)
    more.click()
    expect(warning).to_be_empty()
    page.clock.fast_forward("56:00")
    expect(warning).to_be_empty()

    page.clock.fast_forward("05:00")
    expect(warning).to_contain_text("You are signed out")
    Session.objects.update(expire_date=timezone.now() - timedelta(minutes=1))
    page.locator("[name=owner_name]").fill("Amina Typed Late")
    page.get_by_role("button", name="Continue").click()
    sign_in(page, amina.email, PASSWORD)
    assert f"/applications/{application.id}/pages/owner/" in page.url
    expect(page.locator("[name=owner_name]")).to_have_value("Amina Typed Late")
    expect(main(page)).to_contain_text("What you typed is here again")
