"""An account of one's own: signing up with a code from the mail, an app's codes, recovery codes, a passkey."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from civium.foundation.identity.models import Person
from tests.browser import PHONE, Watch
from tests.journeys.conftest import Looks
from tests.journeys.walking import heading, main, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

OpenPage = Callable[..., "Page"]
EMAIL, PASSWORD, NAME = "noor@example.org", "a long enough sentence", "Noor van Dijk"
SUBMIT = "main form:has(#id_{0}) button[type=submit]"


def code_of(secret: str, *, steps_ago: int = 0) -> str:
    """The app's code for a key (RFC 6238, the defaults: SHA-1, 30 seconds, 6 digits)."""
    counter = struct.pack(">Q", int(time.time()) // 30 - steps_ago)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def test_somebody_signs_up_and_protects_the_account(
    town: object, open_as: OpenPage, look: Looks, watch: Watch, do_waiting_jobs: Callable[[], int]
) -> None:
    watch.expected.append("status of 4(00|22)")
    page = open_as(width=PHONE)
    sign_up(page, look)
    enter_the_code(page, look, code_in_the_outbox(open_as(), look))
    assert Person.objects.get(email=EMAIL).name == NAME
    expect(main(page)).to_contain_text(NAME)

    secret, recovery_codes = turn_on_the_app(page, look)
    sign_out(page, look)
    sign_in_with_a_second_step(page, look, wrong="000000", right=recovery_codes[0])
    sign_out(page, look)
    sign_in_with_a_second_step(page, look, wrong=recovery_codes[0], right=code_of(secret, steps_ago=-1))

    with_a_virtual_authenticator(page)
    add_a_passkey(page, look)
    sign_out(page, look)
    page.goto("/en/account/login/?next=/en/my/profile/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(re.compile("/en/my/profile/"))
    expect(page.locator("#name")).to_have_value(NAME)
    sign_out(page, look)
    page.goto("/en/account/login/?next=/en/my/profile/")
    sign_in(page, EMAIL, PASSWORD)
    page.get_by_role("button", name="Use your passkey").click()
    page.wait_for_url(re.compile("/en/my/profile/"))


def sign_up(page: Page, look: Looks) -> None:
    """A mistake first: the password is too short."""
    page.goto("/en/account/login/")
    look(page)
    page.get_by_role("link", name="Create an account").click()
    look(page)
    for password in ("short", PASSWORD):
        page.locator("#id_name").fill(NAME)
        page.locator("#id_email").fill(EMAIL)
        page.locator("#id_password1").fill(password)
        page.locator(SUBMIT.format("email")).click()
        look(page)
        if password == "short":
            expect(page.locator(".govuk-error-summary a")).to_have_attribute("href", "#id_password1")


def code_in_the_outbox(page: Page, look: Looks) -> str:
    """The demo town's mail is on a page."""
    page.goto("/en/outbox/")
    look(page)
    page.locator("main ul a").first.click()
    look(page)
    found = re.search(r"code: ([A-Z0-9-]{6,})", main(page).inner_text())
    assert found, main(page).inner_text()
    return found[1]


def enter_the_code(page: Page, look: Looks, code: str) -> None:
    """A wrong one is refused; the right one opens the account, and a passkey is offered once."""
    for typed in ("WRONG1", code):
        page.locator("#id_code").fill(typed)
        page.locator(SUBMIT.format("code")).first.click()
        look(page)
    page.wait_for_url(re.compile("/en/account/passkey/"))
    page.get_by_role("link", name="Not now").click()
    page.wait_for_url(re.compile("/en/my/"))


def confirm_it_is_still_me(page: Page, look: Looks) -> None:
    """Before what protects the account is changed, the password is asked for once more."""
    if "/reauthenticate/" in page.url:
        look(page)
        page.locator("#id_password").fill(PASSWORD)
        page.locator(SUBMIT.format("password")).first.click()


def turn_on_the_app(page: Page, look: Looks) -> tuple[str, list[str]]:
    """Give the key and the recovery codes."""
    page.goto("/en/account/2fa/")
    look(page)
    page.locator("a[href='/en/account/2fa/totp/activate/']").click()
    confirm_it_is_still_me(page, look)
    look(page)
    secret = page.locator("main code bdi").inner_text()
    page.locator("#id_code").fill(code_of(secret))
    page.locator(SUBMIT.format("code")).click()
    page.goto("/en/account/2fa/recovery-codes/")
    look(page)
    return secret, page.locator("ul.codes bdi").all_inner_texts()


def sign_out(page: Page, look: Looks) -> None:
    page.goto("/en/account/logout/")
    look(page)
    page.locator("main form[method=post] button[type=submit]").first.click()
    expect(page.locator("header.head")).to_contain_text("Sign in")


def sign_in_with_a_second_step(page: Page, look: Looks, *, wrong: str, right: str) -> None:
    page.goto("/en/account/login/")
    sign_in(page, EMAIL, PASSWORD)
    look(page)
    assert heading(page) == "One more step"
    page.locator("#id_code").fill(wrong)
    page.locator(SUBMIT.format("code")).first.click()
    look(page)
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    page.locator("#id_code").fill(right)
    page.locator(SUBMIT.format("code")).first.click()
    page.wait_for_url(re.compile("/en/my/"))


def with_a_virtual_authenticator(page: Page) -> None:
    """The device's own passkeys, as Chromium plays them."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def add_a_passkey(page: Page, look: Looks) -> None:
    page.goto("/en/account/2fa/webauthn/add/")
    confirm_it_is_still_me(page, look)
    look(page)
    page.locator("#id_name").fill("My phone")
    if page.locator("#id_passwordless").count():
        page.locator("#id_passwordless").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(re.compile("/en/account/2fa/(?!webauthn/add)"))
    page.goto("/en/account/2fa/webauthn/")
    look(page)
    expect(main(page)).to_contain_text("My phone")
    # The phone has one already, and says no: so does the page, which would stand still otherwise.
    page.goto("/en/account/2fa/webauthn/add/")
    expect(page.locator("[data-passkey-problem]")).to_be_hidden()
    page.locator("#mfa_webauthn_add").click()
    expect(page.locator("[data-passkey-problem]")).to_be_visible()
    look(page)
