"""The table of who may do what with which thing. What is not here is refused.

A row reads: *this may be done with this kind of thing by whoever stands in one of these relations to it, unless they also stand in
one of those, while it is in one of these states.* Rules ask it with the relations of one person to one thing (``may``); queries ask it
for the relations that open a list (``relations_that``). ``docs/who-may-do-what.md`` is this table for readers.

Doors are guarded before: each address declares who may knock at all (``policy.open_to``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Relation(StrEnum):
    """How somebody stands to a thing."""

    # Or a browser that was let in to this one thing with a code, and stands for the person; or whoever acts for them: under
    # mandates that let them (“for another”), after which they stand in the person's place for that one request.
    OWNER = "the person whose it is"
    HELPER = "the clerk who helps with it at the counter now"
    HOLDER = "the colleague who has it"
    CLERK = "clerk of its agency"
    OFFICER = "officer of its agency"
    SUPERVISOR = "supervisor of its agency"
    NAMED_ROLE = "the role of its agency that the service document names"
    FINANCE = "finance of its agency"
    TOWN_FINANCE = "finance of the whole town"
    AUDITOR = "auditor of its agency"
    DATA_PROTECTION_OFFICER = "data-protection officer"
    PORTAL = "the national portal, when the person asks there"
    ADMINISTRATOR = "administrator"
    # To a mandate.
    GIVER = "whoever gives it"
    INVITED = "whoever has the address that it went to"
    DELEGATE = "whoever was given it, or acts for the organisation that was"
    GUARDIAN = "parent or guardian, as a register says"
    COMPANY_OFFICER = "officer of the organisation, as a register says"
    # To what is somebody else's, under mandates that stand now and are for its service or for all.
    VIEWER = "whoever may see for the person whose it is"
    FILLER = "whoever may fill in for the person whose it is"
    SIGNER = "whoever may send for the person whose it is"
    PAYER = "whoever may pay for the person whose it is"
    RECEIVER = "whoever may receive for the person whose it is"
    OFFICER_ANYWHERE = "officer of any agency"
    SUPERVISOR_ANYWHERE = "supervisor of any agency"
    OPENER = "whoever opened it in an emergency"
    # These open nothing: they close what another relation opens.
    CONCERNED = "the colleague whom its applicant asks about"
    INVOLVED = "whoever helped with it, or may act for the person whose it is"


R = Relation
CASEWORKERS_OF_IT: Final = (R.CLERK, R.OFFICER, R.SUPERVISOR)
# Nobody works on a case of their own, nor on a question about what they did.
ITS_PARTIES: Final = (R.OWNER, R.CONCERNED)
# Roles in an agency, as memberships name them, by the relation that they give to what belongs to the agency.
ROLES_OF_AGENCY: Final = {
    R.CLERK: "clerk",
    R.OFFICER: "officer",
    R.SUPERVISOR: "supervisor",
    R.FINANCE: "finance",
    R.AUDITOR: "auditor",
}
# Who holds a mandate, by what it rests on.
HOLDERS: Final = {"given": R.DELEGATE, "guardian": R.GUARDIAN, "officer": R.COMPANY_OFFICER}
# How a power of a mandate that stands makes its holder stand to what is the giver's.
RELATIONS_BY_POWER: Final = {
    "view": R.VIEWER,
    "fill": R.FILLER,
    "sign": R.SIGNER,
    "pay": R.PAYER,
    "receive": R.RECEIVER,
}
ANY_STATE: Final = ()


@dataclass(frozen=True)
class Yes:
    """One row. ``scope``: what a program's token must allow besides, when it does this for somebody."""

    action: str
    kind: str
    to: tuple[Relation, ...]
    unless: tuple[Relation, ...] = ()
    states: tuple[str, ...] = ANY_STATE
    scope: str = ""

    def gives(self, relations: Collection[Relation], state: str) -> bool:
        """Whether somebody in these relations to a thing in this state gets a yes from this row."""
        if self.states and state not in self.states:
            return False
        return not set(self.to).isdisjoint(relations) and set(self.unless).isdisjoint(relations)


READ_APPLICATIONS, WRITE_APPLICATIONS = "applications:read", "applications:write"
READ_CASES, WRITE_CASES = "cases:read", "cases:write"
READ_READINGS, SHOW_READINGS = "readings:read", "readings:show"

TABLE: Final = (
    # An application is its applicant's, whoever fills it in; it is nobody's business at the desk until it is sent.
    Yes("open", "application", (R.OWNER, R.HELPER), scope=READ_APPLICATIONS),
    Yes("send", "application", (R.OWNER, R.HELPER), scope=WRITE_APPLICATIONS),
    # Nobody deletes for another, makes ways back, or keeps it in an account: these would outlast the mandate, or the help.
    Yes("delete", "application", (R.OWNER,)),
    Yes("make ways back to", "application", (R.OWNER,)),
    # Whoever began at the counter without an account has no other way to come back.
    Yes("make the first way back of a guest to", "application", (R.HELPER,)),
    Yes("see for another", "application", (R.VIEWER,)),
    Yes("fill in for another", "application", (R.FILLER,)),
    Yes("send for another", "application", (R.SIGNER,)),
    Yes("pay for another", "application", (R.PAYER,)),
    Yes("receive for another", "application", (R.RECEIVER,)),
    # A mandate. Ended, expired and declined it is read, and lets nobody do anything.
    Yes("see", "mandate", (R.GIVER, *HOLDERS.values())),
    Yes("answer", "mandate", (R.INVITED,), unless=(R.GIVER,), states=("invited",)),
    Yes("act under", "mandate", tuple(HOLDERS.values()), states=("active",)),
    Yes("end", "mandate", (R.GIVER, *HOLDERS.values()), states=("invited", "active")),
    # A case.
    Yes("see", "case", (R.OWNER, *CASEWORKERS_OF_IT), unless=(R.CONCERNED,), scope=READ_CASES),
    Yes("read the file of", "case", (R.OWNER,)),
    Yes("answer a question of", "case", (R.OWNER,), scope=WRITE_APPLICATIONS),
    Yes("withdraw", "case", (R.OWNER,)),
    Yes(
        "write a message in",
        "case",
        (R.OWNER, *CASEWORKERS_OF_IT),
        unless=(R.CONCERNED,),
        scope=WRITE_CASES,
    ),
    Yes("work on", "case", CASEWORKERS_OF_IT, unless=ITS_PARTIES, scope=READ_CASES),
    Yes("move", "case", (R.NAMED_ROLE,), unless=ITS_PARTIES, scope=WRITE_CASES),
    Yes("reopen", "case", (R.NAMED_ROLE,), unless=ITS_PARTIES),
    Yes("hand over", "case", (R.HOLDER, R.SUPERVISOR), unless=ITS_PARTIES, states=("held",)),
    Yes("hand over", "case", CASEWORKERS_OF_IT, unless=ITS_PARTIES, states=("free",)),
    Yes("give back", "case", (R.HOLDER, R.SUPERVISOR), unless=ITS_PARTIES),
    Yes("hand out many of", "case", (R.SUPERVISOR,), unless=ITS_PARTIES),
    Yes("note", "absence", (R.OWNER, R.SUPERVISOR)),
    # Break-glass: for those who decide, and who answer for data. It takes a reason and a fresh sign-in, a second person is told.
    Yes(
        "open in an emergency",
        "case",
        (R.OFFICER_ANYWHERE, R.SUPERVISOR_ANYWHERE, R.DATA_PROTECTION_OFFICER),
        unless=ITS_PARTIES,
    ),
    Yes("read the case of", "emergency", (R.OPENER,), unless=ITS_PARTIES),
    Yes(
        "review",
        "emergency",
        (R.SUPERVISOR, R.DATA_PROTECTION_OFFICER),
        unless=(*ITS_PARTIES, R.OPENER, R.INVOLVED),
    ),
    # What somebody asked to erase and the law keeps.
    Yes("open", "case kept by law", (R.DATA_PROTECTION_OFFICER,), unless=ITS_PARTIES),
    # What came of it.
    Yes("read", "document", (R.OWNER,)),
    Yes("withdraw", "certificate", (R.OFFICER, R.SUPERVISOR), unless=(R.OWNER,)),
    Yes("read", "notice", (R.OWNER,)),
    # Money.
    Yes("see", "payment", (R.OWNER, R.FINANCE, R.TOWN_FINANCE)),
    Yes("settle", "payment", (R.FINANCE, R.TOWN_FINANCE), unless=(R.OWNER,)),
    Yes("settle", "call about no payment", (R.TOWN_FINANCE,)),
    # Who works here, and as what. Nobody gives a role to themselves, or ends their own.
    Yes("see who works for", "agency", (R.SUPERVISOR, R.ADMINISTRATOR)),
    Yes("give and end", "role", (R.ADMINISTRATOR,), unless=(R.OWNER,)),
    Yes("give and end", "role", (R.SUPERVISOR,), unless=(R.OWNER,), states=("clerk", "officer")),
    # Programs.
    Yes("see and end", "token", (R.OWNER,)),
    Yes("make a token for", "agency", (R.SUPERVISOR, R.ADMINISTRATOR)),
    # Who sees through it nothing that is not theirs to see already.
    Yes("make a token for", "national portal", (R.DATA_PROTECTION_OFFICER,)),
    # Who read a person's data. On pages it is asked of oneself; programs ask with the right of its own.
    Yes("see who read", "data", (R.OWNER,), scope=READ_READINGS),
    Yes("show elsewhere who read", "data", (R.PORTAL,), scope=SHOW_READINGS),
    # Who works for the whole town checks what no agency read, too.
    Yes("check the readings of", "agency", (R.AUDITOR, R.DATA_PROTECTION_OFFICER)),
)


def may(action: str, kind: str, relations: Collection[Relation], *, state: str = "") -> bool:
    """Whether somebody who stands in these relations to a thing in this state may do this with it.

    An action or kind that the table does not know is a mistake in the program, not an answer (LookupError).
    """
    return any(row.gives(relations, state) for row in rows_of(action, kind))


def rows_of(action: str, kind: str) -> list[Yes]:
    """The rows about this action on this kind of thing."""
    found = _ROWS.get((action, kind))
    if found is None:
        raise LookupError(f"the table of who may do what has no row for “{action}” on “{kind}”")
    return found


def relations_that(action: str, kind: str, *, state: str = "") -> frozenset[Relation]:
    """The relations of which one is enough: for queries, which find everything for which somebody stands in one of them."""
    rows = (row for row in rows_of(action, kind) if not row.states or not state or state in row.states)
    return frozenset(relation for row in rows for relation in row.to)


def states_that(action: str, kind: str) -> frozenset[str]:
    """The states in which this may be done at all, by whomever. Empty where the state does not matter."""
    return frozenset(state for row in rows_of(action, kind) for state in row.states)


def scope_that(action: str, kind: str) -> str:
    """What the token of a program must allow for it to do this; a LookupError where no program may."""
    scopes = {row.scope for row in rows_of(action, kind) if row.scope}
    if len(scopes) != 1:
        raise LookupError(f"no program may “{action}” on “{kind}”")
    return scopes.pop()


def _by_action(rows: Iterable[Yes]) -> dict[tuple[str, str], list[Yes]]:
    found: dict[tuple[str, str], list[Yes]] = {}
    for row in rows:
        found.setdefault((row.action, row.kind), []).append(row)
    return found


_ROWS: Final = _by_action(TABLE)
