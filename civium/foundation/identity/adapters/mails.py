"""Mails about signing in: to every address that the person has confirmed, each with a way to stop what they did not do."""

from __future__ import annotations

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from civium.foundation.design.showing import moment
from civium.foundation.identity.actions.write_to_person import write_to_person
from civium.foundation.identity.models import NOBODYS, Person, Recovery, SignIn
from civium.foundation.kit.refusals import Refusal

_NOT_ME, _STOP = "identity.not-me", "identity.stop-recovery"
WEEK = 7 * 24 * 3600


class LinkTooOld(Refusal):
    """The link of a mail is broken, used up or older than it may be."""

    message = _("This link no longer works.")
    what_next = _(
        "Sign in and look at “Sign-in and security”, or choose a new password. If you are worried, call us."
    )
    status = 410


def tell_about_new_device(sign_in: SignIn) -> None:
    """Somebody came in with a device that never came in before."""
    link = _path("identity:not_me_by_link", sign_in.person, signing.dumps(str(sign_in.id), salt=_NOT_ME))
    with translation.override(sign_in.person.language):
        when = moment(sign_in.at)
    write_to_person(
        sign_in.person, "new_device", {**sign_in.about, "when": when, "link": settings.CIVIUM_ORIGIN + link}
    )


def tell_about_recovery(recovery: Recovery) -> None:
    """Somebody with the password says that every factor is lost; whoever it was not can stop it."""
    link = _path("identity:stop_recovery", recovery.person, signing.dumps(str(recovery.id), salt=_STOP))
    with translation.override(recovery.person.language):
        when = moment(recovery.ripe_at)
    write_to_person(recovery.person, "recovery", {"when": when, "link": settings.CIVIUM_ORIGIN + link})


def tell_that_factors_are_gone(person: Person) -> None:
    """The waiting time is over and they came in without."""
    write_to_person(person, "factors_gone", {})


def tell_about_disowned_sign_in(person: Person) -> None:
    """They said that a sign-in was not theirs: the way to a new password. Its link is good for the password they have now.

    Nobody is written to where no address is left that is theirs.
    """
    if person.email.endswith(NOBODYS):
        return
    key = [user_pk_to_url_str(person), default_token_generator.make_token(person)]
    link = _path("account_reset_password_from_key", person, *key)
    write_to_person(person, "disowned", {"link": settings.CIVIUM_ORIGIN + link})


def sign_in_of_link(token: str) -> str:
    """The id of the sign-in that the link of a mail is about; refuses what is older than a week or not ours."""
    return _opened(token, salt=_NOT_ME)


def recovery_of_link(token: str) -> str:
    """The id of the recovery that the link of a mail stops."""
    return _opened(token, salt=_STOP, max_age=None)


def _opened(token: str, *, salt: str, max_age: int | None = WEEK) -> str:
    try:
        opened: str = signing.loads(token, salt=salt, max_age=max_age)
    except signing.BadSignature:
        raise LinkTooOld from None
    return opened


def _path(name: str, person: Person, *token: str) -> str:
    with translation.override(person.language):
        return reverse(name, args=token)
