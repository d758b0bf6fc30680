"""Prove that nobody rewrote the record, or name the first place where somebody did."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from civium.foundation.journal.append_only import missing_triggers, strange_triggers
from civium.foundation.journal.copies import read_copies
from civium.foundation.journal.signing import is_signed_by, public_keys
from civium.foundation.journal.standalone.verify_record import (
    UNGUARDED,
    Check,
    Counted,
    DatabaseRecord,
    Finding,
    Progress,
    Tampered,
)


@dataclass(frozen=True)
class Report:
    """What verifying found. ``entries`` and ``checkpoints`` were checked, ``copied`` of the entries against the copies,
    ``cosigned`` of the checkpoints are by ``witnesses`` too; ``waiting`` entries are younger than the last checkpoint."""

    entries: int
    checkpoints: int
    copied: int
    cosigned: int
    witnesses: frozenset[str]
    details: int
    waiting: int
    last_checkpoint_at: datetime | None
    finding: Finding | None

    @property
    def is_whole(self) -> bool:
        return self.finding is None

    @property
    def what_to_do(self) -> str:
        """The finding, and the next step; empty when there is nothing to do."""
        if self.finding is None:
            return ""
        return (
            f"{self.finding.words}. Stop the site, keep the database and the checkpoints folder as they are, "
            "and compare with a backup from before: docs/how-to/when-the-record-does-not-verify.md."
        )


class PostgresRecord(DatabaseRecord):
    """The record in a PostgreSQL database."""

    _AT_OF = "convert_to(to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US') || '+00:00', 'UTF8')"
    _COLUMNS = (
        f"{_AT_OF.format('e.at')}, convert_to(e.kind, 'UTF8'), convert_to(e.stream, 'UTF8'), convert_to(e.also, 'UTF8'), "
        "convert_to(coalesce(e.by_id::text, ''), 'UTF8'), convert_to(coalesce(e.on_behalf_of_id::text, ''), 'UTF8'), "
        "convert_to(e.data, 'UTF8')"
    )
    _AT = _AT_OF.format("at")
    _TEXT = "convert_to({}, 'UTF8')"
    _BYTES = _NUMBER = _HASH = "{}"

    def misled_lists(self) -> Iterator[str]:
        """PostgreSQL lets nobody below its superuser say of a list what it is not."""
        return iter(())

    def _moment(self, at: bytes) -> bytes:
        return bytes(at)

    def _id(self, id: bytes | None) -> bytes:
        return bytes(id or b"")


def the_record() -> DatabaseRecord:
    """The record of this site, as the verifier reads it."""
    return DatabaseRecord(_rows) if connection.vendor == "sqlite" else PostgresRecord(_rows)


def _rows(statement: str) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        while rows := cursor.fetchmany(5000):
            yield from rows


def verify_journal(*, at_least: int = 0, progress: Progress | None = None) -> Report:
    """Recompute every leaf and the tree from the entries, and hold them against the signed checkpoints and their copies.

    ``at_least``: how many entries were signed for already, from a place that nobody can roll back together with the database
    and the copies: an auditor's notes, a report of yesterday. Stops at the first finding. Reads entries in chunks, so a long
    record needs little memory; ``progress(done, of)`` is called now and then.
    """
    with closing(read_copies()) as copies:
        check = Check(
            the_record(),
            public_keys(),
            copies=copies,
            at_least=at_least,
            check=is_signed_by,
            progress=progress or (lambda done, of: None),
        )
        finding = _changed_guards()
        if finding is None:
            try:
                check.run()
            except Tampered as tampered:
                finding = tampered.finding
    return _report(check.counted, finding)


def _changed_guards() -> Finding | None:
    if missing := missing_triggers(connection):
        words = f"the database no longer guards the record: {', '.join(missing)} are gone or changed"
    elif strange := strange_triggers(connection):
        words = f"the database does with the record what this site did not ask for: {', '.join(strange)}"
    else:
        return None
    return Finding(UNGUARDED, 0, None, words)


def _report(counted: Counted, finding: Finding | None) -> Report:
    return Report(
        entries=counted.entries,
        checkpoints=counted.checkpoints,
        copied=counted.copied,
        cosigned=counted.cosigned,
        witnesses=frozenset(counted.witnesses),
        details=counted.details,
        waiting=counted.waiting,
        last_checkpoint_at=counted.last_checkpoint_at,
        finding=finding,
    )
