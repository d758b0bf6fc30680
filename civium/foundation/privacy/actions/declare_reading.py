"""Say why somebody is about to read somebody else's data. The one way to be allowed to open it.

    declare_reading(of=case.applicant_id, subject=case.subject, purpose="work-on-case", by=officer,
                    agency=case.agency_id, role="officer", service=case.service)

It holds until the request, job or ``with readings()`` ends. Nothing is recorded until something is opened: then one entry says
who, when, why, and which kinds of data, and its owner sees it under "Who looked".
"""

from __future__ import annotations

from uuid import UUID

from civium.foundation.journal.actions.record import Actor

from ..rules import KINDS, PURPOSES, require_known
from .watch_readings import NOBODY, Grounds, NoPurpose, present_readings

__all__ = [
    "NOBODY",
    "NoPurpose",
    "act_as",
    "declare_alike",
    "declare_reading",
    "note_reading",
    "note_shown",
    "read_through",
]


def declare_reading(
    *,
    of: UUID | str,
    purpose: str,
    by: Actor | None,
    subject: str = "",
    agency: str = "",
    role: str = "",
    service: str = "",
    legal_basis: str = "",
    channel: str = "",
    on_behalf_of: UUID | None = None,
) -> None:
    """Let ``by`` read the data of ``of`` (a person's id) from now on. ``legal_basis``: where it is not the purpose's usual one.

    ``by``: None means whoever is signed in; ``NOBODY``, that who it is stays off the record. ``subject``: the application that it is
    about. ``channel``: where it is not the request's usual one. Nobody's reading of
    their own data is a reading. Raises ValueError for a purpose, basis or channel that does not exist.
    """
    _declare(of, purpose, by, subject, agency, role, service, legal_basis, channel, on_behalf_of)


def declare_alike(*, of: UUID, like: UUID, subject: str) -> None:
    """Let whoever may read the data of ``like``, or of their application ``subject`` alone, read that of ``of`` too, for the same
    reason: that case names them.
    """
    watch = present_readings()
    grounds = watch.grounds_for(f"person:{like}", under=subject) if watch is not None else None
    if watch is not None and grounds is not None:
        watch.grounds[f"person:{of}"] = grounds._replace(of=f"person:{of}")


def note_reading(
    *,
    of: UUID | str,
    kinds: set[str],
    purpose: str,
    by: Actor | None,
    subject: str = "",
    agency: str = "",
    role: str = "",
    service: str = "",
    legal_basis: str = "",
    channel: str = "",
    on_behalf_of: UUID | None = None,
) -> None:
    """Put a reading on the record that opens no seal, such as finding a person's cases by their e-mail address."""
    unknown = kinds - KINDS.keys()
    if unknown:
        raise ValueError(
            f"there is no kind of data “{min(unknown)}”; write one of {', '.join(sorted(KINDS))}"
        )
    grounds = _declare(of, purpose, by, subject, agency, role, service, legal_basis, channel, on_behalf_of)
    watch = present_readings()
    if watch is not None and grounds is not None:
        watch.note(grounds, kinds)


def note_shown(kinds: set[str], *, of: UUID, about: str = "") -> None:
    """Put on the record that something of a person's is shown that no seal covers, such as the address with which they sign in.

    ``about``: the application that it belongs to. On the grounds that were declared. Raises NoPurpose where there are none.
    """
    watch = present_readings()
    if watch is not None:
        watch.shown(kinds, whose=f"person:{of}", about=about)


def act_as(person: UUID) -> None:
    """Take whoever reads in this request for this person too: a browser that was let in to a guest's application."""
    watch = present_readings()
    if watch is not None:
        watch.same_person.add(f"person:{person}")


def read_through(channel: str) -> None:
    """Say by which way this whole request reads, when it is no page: ``api``."""
    watch = present_readings()
    if watch is not None:
        watch.channel = channel


def _declare(
    of: UUID | str,
    purpose: str,
    by: Actor | None,
    subject: str,
    agency: str,
    role: str,
    service: str,
    legal_basis: str,
    channel: str,
    on_behalf_of: UUID | None,
) -> Grounds | None:
    watch = present_readings()
    if by is not None and by.id == of:
        return None
    basis = legal_basis or (PURPOSES[purpose].legal_basis if purpose in PURPOSES else "")
    require_known(purpose=purpose, legal_basis=basis or "public-task", channel=channel or "screen")
    if watch is None:
        return None
    # What a program or a job reads, it reads as such: lists and files are ways to show things to people.
    way = channel if channel and watch.channel == "screen" else watch.channel
    grounds = Grounds(
        of=f"person:{of}" if isinstance(of, UUID) else of,
        purpose=purpose,
        legal_basis=basis,
        by=by.id if by else None,
        channel=way,
        subject=subject,
        agency=agency,
        role=role,
        service=service,
        on_behalf_of=on_behalf_of,
    )
    watch.grounds[grounds.of] = grounds
    return grounds
