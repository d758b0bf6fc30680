"""Pure decisions: what a provider said about somebody, in our words, and whether it is still good."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from .schema import EIDAS, OpenIdIdentity, SamlIdentity

# How long what a provider said waits for the person to decide what to do with it.
GOOD_FOR: Final = dt.timedelta(minutes=15)
LONGEST_SUBJECT: Final = 1000


@dataclass(frozen=True)
class Proof:
    """What a provider just said about whoever is at the browser. ``subject`` is its own, permanent name for them; ``shown_at``: when they
    showed the provider who they are, 0 where it does not say.
    """

    provider: str
    issuer: str
    subject: str
    level: str
    at: float
    name: str = ""
    born_on: str = ""
    number: str = ""
    email: str = ""
    shown_at: float = 0.0

    def is_good(self, now: dt.datetime) -> bool:
        """Whether it was said just now."""
        return 0 <= now.timestamp() - self.at <= GOOD_FOR.total_seconds()

    @property
    def was_shown_just_now(self) -> bool:
        """Whether the person showed the provider again who they are: a session that lasts there shows nothing about who sits at the screen."""
        return self.at - self.shown_at <= GOOD_FOR.total_seconds()

    @property
    def sealed_part(self) -> dict[str, str]:
        """What is kept of it, sealed under the person's key."""
        return {
            "issuer": self.issuer,
            "subject": self.subject,
            "name": self.name,
            "born_on": self.born_on,
            "number": self.number,
        }

    def as_words(self) -> dict[str, Any]:
        """For the session."""
        return asdict(self)


def proof_of(
    identity: OpenIdIdentity | SamlIdentity,
    said: Mapping[str, Any],
    *,
    issuer: str,
    subject: str,
    level: object,
    now: dt.datetime,
) -> Proof:
    """What the provider said, under our names. Anything that is not text, or no date, is left out."""
    names = identity.claims
    whole = _text(said.get(names.name))
    parts = " ".join(filter(None, (_text(said.get(names.given_name)), _text(said.get(names.family_name)))))
    return Proof(
        provider=identity.name,
        issuer=issuer,
        subject=subject,
        level=identity.level_of(level),
        at=now.timestamp(),
        name=whole or parts,
        born_on=_date(said.get(names.born_on)),
        number=_text(said.get(names.number))[:80] if names.number else "",
        email=_text(said.get(names.email))[:254],
        shown_at=now.timestamp() if isinstance(identity, SamlIdentity) else _moment(said.get("auth_time")),
    )


def _text(value: object) -> str:
    return " ".join(value.split())[:200] if isinstance(value, str) else ""


def _moment(value: object) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0


def _date(value: object) -> str:
    try:
        return dt.date.fromisoformat(str(value)).isoformat()
    except ValueError:
        return ""


# What a sister system may learn, in plain words. "openid" alone says only that it is the same person as last time.
SCOPES: Final[dict[str, Any]] = {
    "profile": _("Your name"),
    "email": _("Your e-mail address"),
    "assurance": _("How surely we know who you are"),
}
# How sure we are, in the words of eIDAS.
ACR: Final = {"account": f"{EIDAS}low", "verified": f"{EIDAS}substantial", "high": f"{EIDAS}high"}
