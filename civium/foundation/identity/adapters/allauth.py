"""Where django-allauth meets the house."""

from __future__ import annotations

import logging
from base64 import b64decode, b64encode
from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.actions.hold_account import hold_account
from civium.foundation.identity.actions.join import join
from civium.foundation.identity.actions.rename_person import rename_person
from civium.foundation.identity.adapters.throttle import may_mail, try_password
from civium.foundation.identity.devices import browser_family
from civium.foundation.identity.events import PersonJoined
from civium.foundation.identity.first_things import SHORT_PASSWORD
from civium.foundation.identity.freshness import ask_again, is_freshly_signed_in
from civium.foundation.identity.models import NOBODYS, Person
from civium.foundation.identity.passwords import ALONE
from civium.foundation.journal.actions.record import record
from civium.foundation.vault.actions.sealing import open_sealed, seal
from civium.foundation.vault.actions.tokens import new_token

log = logging.getLogger("civium.identity")
View = Callable[..., HttpResponseBase]
# The account library's names for the ways to show that it is still you, the best first.
_WAYS = {
    "mfa_reauthenticate:webauthn": _("Use your passkey"),
    "reauthenticate": _("Use your password"),
    "mfa_reauthenticate": _("Use a code"),
}
WRONG_CODE: Final = _("This is not the right code. Type the newest one, just as you see it.")
_FOR_THE_ASKING = frozenset({"password_reset_key", "account_already_exists", "unknown_account"})
_FACTORS = {"under": "purpose:factors", "at": "mfa_authenticator:data"}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Signs people up into our own record and sends staff to their desk."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": _(
            "There were too many wrong tries. Use your passkey or a device that you signed in with before, "
            "choose a new password, or try again in an hour."
        ),
        "email_password_mismatch": _(
            "This e-mail address and this password do not go together. Check both and try again, or choose a new password."
        ),
        "incorrect_code": WRONG_CODE,
    }

    def save_user(self, request: HttpRequest, user: Person, form: Any, commit: bool = True) -> Person:
        """Keep the language the person signed up in, seal the name they gave, and record that they joined."""
        user.language = get_language() or user.language
        super().save_user(request, user, form, commit=False)  # a password is slow work: nobody waits for it
        now = timezone.now()
        with transaction.atomic():
            user.save()
            record(PersonJoined(person=user.id), by=user, at=now)
            rename_person(user, name=form.cleaned_data["name"], by=user, at=now)
        return user

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        if request.user.is_authenticated and request.user.is_staff_member:
            return resolve_url("desk:queue")
        return super().get_login_redirect_url(request)

    def post_login(self, request: HttpRequest, user: Person, **how: Any) -> HttpResponseBase:
        """Whoever has just made an account is offered a passkey, this once; then they go on to where they wanted."""
        answer: HttpResponseBase = super().post_login(request, user, **how)
        if not how["signup"] or not isinstance(answer, HttpResponseRedirect):
            return answer
        return redirect(f"{reverse('identity:offer_passkey')}?{urlencode({'next': answer.url})}")

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try; refuse it when there were too many."""
        self._login_failed_rl_usage = try_password(request, credentials.get("email", ""))
        if self._login_failed_rl_usage.is_refused:
            log.warning("sign-in refused: too many wrong tries")
            raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Person | None:
        """Check the password. One that is only good beside a second factor must be changed where there is none."""
        person: Person | None = super().authenticate(request, **credentials)
        if person is not None and len(credentials.get("password", "")) < ALONE:
            request.session[SHORT_PASSWORD] = True
        return person

    def set_password(self, user: Person, password: str) -> None:
        """Change the password and nothing else. Refuses (AccountErased) whoever was erased since the request began."""
        user.set_password(password)  # slow work: nobody waits for it
        with transaction.atomic():
            hold_account(user.pk)
            user.save(update_fields=["password"])
        context.request.session.pop(SHORT_PASSWORD, None)

    @transaction.atomic
    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Note that the address is theirs. Refuses (AccountErased) whoever was erased since the request began."""
        hold_account(email_address.user_id)
        return bool(super().confirm_email(request, email_address))

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Whether to ask again before a change: our own rule and our own page, for the account library's pages too."""
        request = context.request
        if not is_freshly_signed_in(request):
            raise ImmediateHttpResponse(ask_again(request))
        return False

    def get_reauthentication_methods(self, user: Person | AnonymousUser) -> list[dict[str, Any]]:
        """How somebody can show that it is still them, the best first."""
        ways = {way["id"]: way for way in super().get_reauthentication_methods(user)}
        return [{**ways[id], "description": words} for id, words in _WAYS.items() if id in ways]

    def is_safe_url(self, url: str) -> bool:
        """Where to go on afterwards. What is no address at all is none of ours, rather than an error."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Links in mail begin with the site's own origin, whatever host the request named.

        What anybody can make us send goes to one address only so often; whoever asks cannot tell.
        """
        kind = template_prefix.rpartition("/")[2]
        if kind == "account_already_exists":
            _work_as_for_somebody_new(self.request)
        if kind in _FOR_THE_ASKING and not may_mail(self.request, email, kind):
            return
        super().send_mail(template_prefix, email, {name: _at_home(value) for name, value in context.items()})


class SealedFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps the secrets of authenticator apps and recovery codes sealed, and notes in the log that one was wrong."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": WRONG_CODE,
    }

    def generate_authenticator_name(self, user: Person, type: Any) -> str:
        """What a new passkey is called until its owner says otherwise: the device that it is made on."""
        return browser_family(context.request.headers.get("User-Agent", "")) or str(_("My passkey"))

    def validation_error(self, code: str, *args: Any) -> Exception:
        if code == "incorrect_code":
            log.warning("sign-in failed: passkey or code")
        error: Exception = super().validation_error(code, *args)
        return error

    def encrypt(self, text: str) -> str:
        return b64encode(seal(text, **_FACTORS)).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        return str(open_sealed(b64decode(encrypted_text), **_FACTORS))


def held(view: View) -> View:
    """The library's view, whose changes are made to the account as it is now. Refuses (AccountErased) whoever was erased since the request began."""

    @wraps(view)
    def with_account(request: HttpRequest, *words: Any, **more: Any) -> HttpResponseBase:
        if request.method != "POST" or not request.user.is_authenticated:
            return view(request, *words, **more)
        with transaction.atomic():
            hold_account(request.user.pk)
            return view(request, *words, **more)

    return with_account


def _work_as_for_somebody_new(request: HttpRequest) -> None:
    """All that making an account is, undone at once: the answer to whoever has one already takes the same work."""
    address = f"{new_token()}{NOBODYS}"
    make_password(request.POST.get("password1"))
    with transaction.atomic():
        join(address, name="x", password=None, language=settings.LANGUAGE_CODE, at=timezone.now())
        transaction.set_rollback(True)


def _at_home(value: Any) -> Any:
    if not isinstance(value, str) or not value.startswith(("http://", "https://")):
        return value
    there = urlsplit(value)
    return settings.CIVIUM_ORIGIN + there._replace(scheme="", netloc="").geturl()


def shown_name(person: Person) -> str:
    """What the account library calls somebody: their name, else their address."""
    return person.name or person.email
