"""What makes a password good: its length, and that nobody would try it first. No rules about signs and capitals (NIST SP 800-63B-4, 3.1.1.2)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from civium.foundation.identity.models import Person
from civium.foundation.identity.rules import SECOND_FACTORS
from civium.foundation.kit.town import the_town
from civium.foundation.privacy.actions.declare_reading import act_as

ALONE: Final = 15
WITH_SECOND_FACTOR: Final = 12
# What must be left when everything that an attacker tries first is taken out.
LEFT: Final = 6
_ROWS: Final = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "azertyuiop",
)
_ALWAYS: Final = (
    "civium",
    "password",
    "passwort",
    "contraseña",
    "welcome",
    "letmein",
    "secret",
    "changeme",
    "login",
    "admin",
)


def has_second_factor(person: Person | None) -> bool:
    """Whether something beside the password is asked when the person signs in."""
    return (
        person is not None
        and person.pk is not None
        and Authenticator.objects.filter(user=person.pk, type__in=SECOND_FACTORS).exists()
    )


class LongEnough:
    """15 characters, or 12 when a second factor is asked too."""

    def validate(self, password: str, user: Person | None = None) -> None:
        least = WITH_SECOND_FACTOR if has_second_factor(user) else ALONE
        if len(password) < least:
            raise ValidationError(
                _("Use at least %(least)s characters. Three or four words are easy to remember.")
                % {"least": least},
                code="password_too_short",
            )

    def get_help_text(self) -> str:
        return _("At least 15 characters, or 12 when you also use a passkey or codes from an app.")


class NotTriedFirst:
    """Not a well-known password, however often repeated or counted up, and not just the town's or the person's own name."""

    def validate(self, password: str, user: Person | None = None) -> None:
        if len(_core(password, set(_words_around(user)))) < LEFT:
            raise ValidationError(
                _(
                    "This password is easy to guess. Use words that do not belong together and are not about you or the town."
                ),
                code="password_too_common",
            )

    def get_help_text(self) -> str:
        return _("Nothing that others would try first, such as your address or the name of the town.")


def _core(password: str, around: set[str]) -> str:
    """What an attacker would still have to guess: distinct parts without common passwords, own words, rows of keys and padding."""
    text = unicodedata.normalize("NFKC", password).casefold()
    text = _without_repeats(text)
    for word in sorted({*around, *_ALWAYS}, key=len, reverse=True):
        text = text.replace(word, "")
    text = _without_rows(text)
    text = re.sub(r"(.)\1{2,}", r"\1", text)
    letters = _without_repeats(re.sub(r"[\W\d_]+", "", text))
    bare = _without_repeats(re.sub(r"[\W_]+", "", text))
    is_common = not {letters, bare, re.sub(r"\s+", "", text)}.isdisjoint(_common())
    return "" if is_common else "".join(dict.fromkeys(text.replace(" ", "")))


def _without_repeats(text: str) -> str:
    """``horsehorsehorse`` as ``horse``."""
    found = re.fullmatch(r"(.+?)\1+", text, re.DOTALL) if len(text) <= 256 else None
    return found[1] if found else text


def _without_rows(text: str) -> str:
    for row in (*_ROWS, *(row[::-1] for row in _ROWS)):
        for length in range(len(row), 3, -1):
            for start in range(len(row) - length + 1):
                text = text.replace(row[start : start + length], "")
    return text


def _words_around(person: Person | None) -> Iterator[str]:
    """What belongs to the town and to the person, in parts of four letters or more."""
    texts = [*the_town().name.values()]
    if person is not None:
        act_as(person.pk)  # whoever chooses their password has shown that it is them
        texts += [person.email, person.name if person.pk and person.name_sealed else ""]
    for text in texts:
        whole = text.casefold()
        yield from (part for part in (whole, *re.split(r"[\W_]+", whole)) if len(part) >= 4)


def _common() -> frozenset[str]:
    global _known
    if not _known:
        _known = frozenset(CommonPasswordValidator().passwords)
    return _known


_known: frozenset[str] = frozenset()
