"""What a room declares in its ``personal_data.py`` as ``HOLDINGS``: what it holds about a person, why, how long, and how it goes.

``owner`` names whose data it is, as the vault does: ``person:<uuid>``, or one thing of theirs, ``application:<uuid>``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol, TypeAlias
from uuid import UUID

from pydantic import BaseModel, ConfigDict

# GDPR, article 6(1).
Basis = Literal[
    "consent", "contract", "legal-obligation", "vital-interests", "public-task", "legitimate-interests"
]
# What happens when the time is over: gone with its key, deleted, made nobody's, or left to the books as an amount.
End = Literal["erased", "deleted", "made-anonymous", "kept-as-amount"]


class Somebody(Protocol):
    """Whoever did it."""

    @property
    def id(self) -> UUID: ...


class Exported(BaseModel):
    """A part of what somebody takes along. Each field says in words what it is: ``Annotated[str, Label(_("Name"))]``."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True)
class Label:
    """What a field is called in the readable copy. ``said``: how that one says a code which the copy for programs has as it is.

    ``names``: what the code is of, where the words for it stand on a floor above; an empty one means every one of them.
    """

    words: Any
    said: Callable[[Any], Any] | None = None
    names: Literal["service"] | None = None


@dataclass(frozen=True)
class ExportedFile:
    """A file that somebody takes along: its name in the archive, and how to read it."""

    path: str
    read: Callable[[], bytes]


Export: TypeAlias = Callable[[str], Sequence[Exported]]
Erase: TypeAlias = Callable[[str, Somebody | None, datetime], None]
Words: TypeAlias = Any


class Rows(Protocol):
    """A queryset, as far as forgetting goes."""

    def count(self) -> int: ...
    def delete(self) -> object: ...
    def iterator(self, *, chunk_size: int) -> Iterator[Any]: ...


@dataclass(frozen=True)
class Ageing:
    """A part of a holding that goes by its age, in the night after its time is over.

    ``name``: a code of its own, for the record. ``over``: what has been kept long enough at that moment. ``forget``: how each of
    them goes; deleted, unless said.
    """

    name: str
    title: Words
    over: Callable[[datetime], Rows]
    forget: Callable[[Any, datetime], None] | None = None


@dataclass(frozen=True)
class Holding:
    """One kind of personal data that a room holds.

    ``export``: what of it belongs to the owner, as rows of ``shape``; ``files`` beside it. ``in_short``: these rows as people read
    them, where many say the same. ``erase``: forget the owner's rows; what is sealed under the owner's key goes with the key.
    ``lock``: keep for the law alone what was to be erased. All are given any owner, and do nothing for one they do not know.
    ``owners``: every owner of a scope (``person``) that the room knows, for an erasure that is carried out once more; ``formerly``: whose
    it was before, where something of the owner's had another one: an older database still knows it as theirs, and the
    record of what was read.
    ``ages``: what of it goes by its age. ``tables``: where it lies, as ``cases.Remark``; the site does not start while a table with
    something personal is in no holding (``checks``).
    """

    name: str
    title: Words
    what: Words
    purpose: Words
    basis: Basis
    period: Words
    end: End
    shape: type[Exported] | None = None
    export: Export | None = None
    in_short: Callable[[Sequence[Any]], Sequence[Exported]] | None = None
    files: Callable[[str], Iterable[ExportedFile]] | None = None
    erase: Erase | None = None
    lock: Erase | None = None
    owners: Callable[[str], Iterable[str]] | None = None
    formerly: Callable[[str], Iterable[str]] | None = None
    recipients: Words = ""
    ages: tuple[Ageing, ...] = ()
    tables: tuple[str, ...] = ()
