"""Everybody who tries every address. A new actor is one line here, and the sets of ``expectations`` say what they may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Actor:
    """Somebody at a browser. ``comes``: how; ``ended``: the role was theirs until yesterday; ``acts_for``: whom they act for now."""

    name: str
    role: str = ""
    agency: str = ""
    comes: str = "signs in"
    ended: bool = False
    acts_for: str = ""


@dataclass(frozen=True)
class Program:
    """A program with a token. ``whose``: an actor's rights, or an agency's; ``portal``: the national portal's, made by that actor;
    ``state``: what became of the token.
    """

    name: str
    whose: str
    scopes: tuple[str, ...]
    agency: bool = False
    portal: bool = False
    state: str = "good"


ACTORS: Final = (
    Actor("anonymous", comes="without signing in"),
    Actor("guest", comes="with a code"),
    Actor("amina"),
    Actor("ben"),
    # Amina let them act for her: for another service, until it was ended, until it ran out (see ``things``).
    Actor("delegate elsewhere"),
    Actor("former delegate"),
    Actor("late delegate"),
    # They chose to act for her, and do: to see and to fill in, in every service. And whose mandate was ended with the page open.
    Actor("delegate", acts_for="amina"),
    Actor("ended delegate", acts_for="amina"),
    # The register of births says that they may do everything for the child.
    Actor("guardian", acts_for="child"),
    Actor("clerk", "clerk", "animal-welfare"),
    Actor("officer", "officer", "animal-welfare"),
    Actor("supervisor", "supervisor", "animal-welfare"),
    Actor("former", "officer", "animal-welfare", ended=True),
    Actor("stranger", "officer", "planning"),
    Actor("strange clerk", "clerk", "library"),
    Actor("strange supervisor", "supervisor", "library"),
    Actor("designer", "designer"),
    Actor("finance", "finance"),
    Actor("strange finance", "finance", "library"),
    Actor("administrator", "administrator"),
    Actor("auditor", "auditor"),
    Actor("data-protection-officer", "data-protection-officer"),
)
_ALL = ("applications:read", "applications:write", "cases:read", "cases:write")
PROGRAMS: Final = (
    Program("amina's", "amina", _ALL),
    Program("amina's for applications", "amina", _ALL[:2]),
    Program("amina's that reads", "amina", ("applications:read", "cases:read")),
    Program("amina's that sees who looked", "amina", ("readings:read",)),
    Program("ben's", "ben", _ALL),
    Program("ben's that sees who looked", "ben", ("readings:read",)),
    # Nobody acts for another through a program.
    Program("delegate's", "delegate", _ALL),
    Program("guardian's", "guardian", _ALL),
    Program("former's", "former", _ALL),
    Program("clerk's", "clerk", _ALL),
    Program("clerk's that reads", "clerk", ("cases:read",)),
    Program("officer's", "officer", _ALL),
    Program("stranger's", "stranger", _ALL),
    Program("finance's", "finance", _ALL),
    Program("designer's", "designer", _ALL),
    Program("auditor's", "auditor", _ALL),
    Program("agency's", "animal-welfare", _ALL[2:], agency=True),
    Program("agency's that reads", "animal-welfare", ("cases:read",), agency=True),
    Program("other agency's", "library", _ALL[2:], agency=True),
    Program("the portal's", "data-protection-officer", ("readings:show",), portal=True),
    Program("amina's that ended", "amina", _ALL, state="ended"),
    Program("amina's that ran out", "amina", _ALL, state="expired"),
    Program("made up", "", (), state="made up"),
    Program("none", "", (), state="none"),
)
NOT_SIGNED_IN: Final = frozenset(actor.name for actor in ACTORS if actor.comes != "signs in")
