"""What the catalogue can put on the record."""

from __future__ import annotations

from dataclasses import dataclass

from civium.foundation.journal.events import Event


@dataclass(frozen=True)
class ServicePublished(Event):
    """A version of a service became the one that people get. ``digest``: SHA-256 of its document and words."""

    service: str
    version: int
    digest: str


@dataclass(frozen=True)
class ServiceWithdrawn(Event):
    """A service can no longer be applied for; applications that were begun go on."""

    service: str
    version: int


@dataclass(frozen=True)
class ListImported(Event):
    """Information pages were loaded from a list. ``digest``: SHA-256 of the file that it was."""

    list: str
    digest: str
    added: int
    changed: int
    removed: int
