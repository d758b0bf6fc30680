"""What a reading must say of itself: the purposes there are, legal bases, channels, and kinds of data. Pure.

A new purpose is a line here, in plain words that end the sentence "Your data was read ...". A new kind of data is a line here,
and its places are declared by the room that keeps it, in its ``personal_data.py``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import get_language, get_language_info, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from civium.foundation.kit.languages import pick_text
from civium.foundation.kit.town import the_town


@dataclass(frozen=True)
class Purpose:
    """Why data is read: words for its owner, and the legal basis where the service does not say another.

    ``while_still``: also where use is restricted (GDPR 18(2): storage, with consent, for claims, to protect somebody, and what
    the restriction itself needs). ``while_kept``: also where only the law keeps it after an erasure (GDPR 17(3)).
    """

    words: Any
    legal_basis: str = "public-task"
    while_still: bool = False
    while_kept: bool = False


# GDPR, article 6(1), letters a to f.
LEGAL_BASES: Final[Mapping[str, Any]] = {
    "consent": _("You agreed to it"),
    "contract": _("A contract with you needs it"),
    "legal-obligation": _("A law demands it"),
    "vital-interests": _("It protects somebody's life"),
    "public-task": _("It is the town’s task by law"),
    "legitimate-interests": _("A legitimate interest"),
}
PURPOSES: Final[Mapping[str, Purpose]] = {
    "work-on-case": Purpose(_("To work on your case")),
    "find-case": Purpose(_("To find your case")),
    "check-certificate": Purpose(
        _("To check a certificate of yours, by somebody who has its code"), while_still=True, while_kept=True
    ),
    "hand-out-work": Purpose(_("To share out the work on cases")),
    "help-at-counter": Purpose(_("To help you with an application, at your wish"), while_still=True),
    "act-for-you": Purpose(_("To act for you, as you or the law allowed"), "consent", while_still=True),
    "look-after-money": Purpose(_("To look after payments"), "legal-obligation"),
    "run-service": Purpose(
        _("A step that a computer does by itself. No person sees your data."),
        while_still=True,
        while_kept=True,
    ),
    "tell-register": Purpose(_("To tell another office what it must know")),
    "keep-running": Purpose(_("To find out why something did not work")),
    "sign-in-elsewhere": Purpose(
        _("To sign you in to another system that you let know who you are"), "consent", while_still=True
    ),
    "know-one-another": Purpose(
        _("To show those who act for one another who the other is"), "consent", while_still=True
    ),
    "break-glass": Purpose(
        _("Opened in an emergency, without the usual right, with a reason in writing"), while_still=True
    ),
    "check-readings": Purpose(
        _("To check who read data, and whether they should have"),
        "legal-obligation",
        while_still=True,
        while_kept=True,
    ),
    "answer-your-request": Purpose(
        _("To answer your request about your data"), "legal-obligation", while_still=True
    ),
    "delete-on-time": Purpose(
        _("To delete data whose time is over"), "legal-obligation", while_still=True, while_kept=True
    ),
    "kept-by-law": Purpose(
        _("For the reason for which the law makes us keep it"), "legal-obligation", while_kept=True
    ),
    "show-readings-elsewhere": Purpose(
        _("To show you elsewhere who read your data"), "legal-obligation", while_still=True
    ),
}
# Who reads for "check-certificate", in the place of a name: one need not be known for that.
HAS_THE_CODE: Final = _("Whoever has the code of the certificate")
CHANNELS: Final[Mapping[str, Any]] = {
    "screen": _("On a page"),
    "list": _("In a list"),
    "search": _("As a search result"),
    "file": _("As a download"),
    "export": _("In an export"),
    "api": _("Through a program"),
    "register": _("From or to another register"),
    "break-glass": _("In an emergency"),
    "job": _("Automatically"),
}
KINDS: Final[Mapping[str, Any]] = {
    "name": pgettext_lazy("kind of data", "Name"),
    "contact": pgettext_lazy("kind of data", "Contact details"),
    "about": pgettext_lazy("kind of data", "What a case is about, in one line"),
    "answers": pgettext_lazy("kind of data", "Answers to a form"),
    "files": pgettext_lazy("kind of data", "Files"),
    "file-names": pgettext_lazy("kind of data", "Names of files"),
    "messages": pgettext_lazy("kind of data", "Messages with the town"),
    "notes": pgettext_lazy("kind of data", "Notes of the staff"),
    "decisions": pgettext_lazy("kind of data", "Questions and decisions"),
    "letters": pgettext_lazy("kind of data", "Letters and notices to you"),
    "payments": pgettext_lazy("kind of data", "Fees and payments"),
    "certificates": pgettext_lazy("kind of data", "Certificates"),
    "codes": pgettext_lazy("kind of data", "Codes to come back with"),
    "programs": pgettext_lazy("kind of data", "What programs asked for you"),
    "sign-ins": pgettext_lazy("kind of data", "Where and how you signed in"),
    "identities": pgettext_lazy("kind of data", "What another system said about you when you signed in"),
    "details": pgettext_lazy("kind of data", "Words on the record"),
    "readings": pgettext_lazy("kind of data", "Who read your data"),
    "registers": pgettext_lazy("kind of data", "What another register knows"),
}
# Filled by every room's ``personal_data.py``: what each sealed column holds, which columns are no person's, and where the values of
# a column lie when their place (without the id at its end) is not called after it.
_KINDS_OF: dict[str, str] = {}
_NO_PERSONS: set[str] = set()
_COLUMN_AT: dict[str, str] = {}


# What the town calls those who read: filled by the room that has the roles.
_ROLES: dict[str, Any] = {}


def declare_roles(words: Mapping[str, Any]) -> None:
    """Say what each role is called."""
    _ROLES.update(words)


def is_role(role: str) -> bool:
    """Whether somebody reads as a member of staff with it."""
    return role in _ROLES


def agency_words(name: str) -> str:
    """What people call an agency; its name for machines where the town has none of it."""
    agency = the_town().agencies.get(name)
    return pick_text(agency.name, get_language() or "en").words if agency else name


def role_words(role: str) -> str:
    """What a role is called; the code itself where nobody said."""
    return str(_ROLES.get(role, role))


def language_words(code: str) -> str:
    """What a language is called in the reader's."""
    return str(get_language_info(code)["name_translated"])


def reader_words(role: str, code: str, *, agency: str) -> str:
    """Who read somebody's data, for its owner: the role, letters in the place of a name, and the office.

    An office that is called like the role is said once.
    """
    reader = gettext("%(role)s %(code)s") % {"role": role_words(role), "code": code}
    office = agency_words(agency) if agency else ""
    return reader if _is_said_by(role_words(role), office) else f"{reader} · {office}"


def _is_said_by(role: str, office: str) -> bool:
    in_role, in_office = (set(re.findall(r"\w+", words.casefold())) for words in (role, office))
    return not in_office or in_office == in_role or (len(in_role) > 1 and in_role < in_office)


class KindUndeclared(LookupError):
    """A place that nobody declared: a defect of the room whose place it is."""


def declare_kinds(columns: Mapping[str, str], *, lies_at: Mapping[str, str] | None = None) -> None:
    """Say which kind of data each sealed column holds: ``{"cases.remark:words_sealed": "notes"}``.

    Its values lie at ``cases.remark:words_sealed:<id>``. ``lies_at`` says it by place for a column whose values lie at another:
    ``{"drafts": "forms.draft:answers_sealed"}``.
    """
    for column, kind in columns.items():
        if kind not in KINDS:
            raise KindUndeclared(f"there is no kind of data “{kind}”; they are in privacy/rules.py")
        _KINDS_OF[column] = kind
    _COLUMN_AT.update(lies_at or {})


def declare_no_persons(*columns: str) -> None:
    """Say which sealed columns are under a key of the town, and no person's: opening them is on nobody's list of readings."""
    _NO_PERSONS.update(columns)


def columns_with_kinds() -> set[str]:
    """Every column of which a room said what it holds, as ``cases.remark:words_sealed``."""
    return _KINDS_OF.keys() | _NO_PERSONS


def kind_at(place: str) -> str:
    """The kind of data at a place such as ``files:name:<id>``. Raises KindUndeclared."""
    without_id = place.rpartition(":")[0]
    known = _KINDS_OF.get(_COLUMN_AT.get(without_id, without_id))
    if known is None:
        raise KindUndeclared(
            f"nobody said what kind of data lies at “{without_id}”; say it with declare_kinds in the room's personal_data.py, "
            "and in its lies_at when the place is not called after the column"
        )
    return known


def purpose_words(code: str) -> str:
    """The purpose in plain words; its code when it is no longer declared."""
    return str(PURPOSES[code].words) if code in PURPOSES else code


def require_known(*, purpose: str, legal_basis: str, channel: str) -> None:
    """Stop a reading that does not say why: a defect of whoever declares it."""
    for what, code, known in (
        ("purpose", purpose, PURPOSES),
        ("legal basis", legal_basis, LEGAL_BASES),
        ("channel", channel, CHANNELS),
    ):
        if code not in known:
            raise ValueError(f"there is no {what} “{code}”; write one of {', '.join(sorted(known))}")
