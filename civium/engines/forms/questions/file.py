"""File: one or several uploads. The answer is a list of ``{id, name}``; the files room keeps the bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from babel.lists import format_list
from babel.numbers import format_decimal
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import Field, field_validator

from civium.engines.forms.asking import Asked, Posted, Question, Read, Words, Wrong, as_text, wrong
from civium.engines.forms.cleaning import clean_line
from civium.foundation.files.rules import MEGABYTE, MOST_BYTES_PER_FILE, accepted_kinds, kind_by_name
from civium.foundation.kit.expressions import Kind

Extension = Annotated[str, Field(pattern=r"^[a-z0-9]{2,5}$")]


class File(Question):
    """Uploads of the accepted kinds, each at most ``max_megabytes``. Removed by a tick, added by choosing more."""

    type: Literal["file"]
    accept_types: Annotated[tuple[Extension, ...], Field(alias="accept", min_length=1)] = (
        "pdf",
        "jpg",
        "png",
    )
    max_megabytes: int = Field(default=10, ge=1, le=MOST_BYTES_PER_FILE // MEGABYTE)
    max_count: int = Field(default=1, ge=1, le=20)

    is_short: ClassVar[bool] = False
    text_direction: ClassVar[str] = "auto"
    messages: ClassVar[Mapping[str, str | Promise]] = {
        "required": _("Select a file for %(name)s"),
        "wrong_type": _("The selected file must be a %(accepted)s"),
        "too_big": _("The selected file must be smaller than %(limit)s MB"),
        "is_empty": _("The selected file is empty"),
        "too_many": _("You can select up to %(limit)s files"),
        "not_kept": _("The selected file could not be uploaded. Try again"),
    }

    @field_validator("accept_types")
    @classmethod
    def _kinds_are_taken(cls, accept: tuple[str, ...]) -> tuple[str, ...]:
        accepted_kinds(accept)
        return accept

    @property
    def kind(self) -> Kind:
        return Kind.TEXTS

    @property
    def max_bytes(self) -> int:
        """The largest upload, in bytes."""
        return self.max_megabytes * MEGABYTE

    def read(self, posted: Posted, asked: Asked, kept: Any = None) -> Read:
        """The files kept and not ticked for removal; each new upload stands as ``{"upload": n}`` until it is stored."""
        removed = set(posted.choices("remove"))
        remaining = [one for one in kept or [] if one["id"] not in removed]
        uploads = posted.files()
        if len(uploads) == 1 and self.max_count == 1:
            remaining = []
        found = [self._check_upload(upload, asked) for upload in uploads]
        mistakes = tuple(
            _named(one, upload, uploads) for one, upload in zip(found, uploads, strict=True) if one
        )
        good = [{"upload": at} for at, mistake in enumerate(found) if mistake is None]
        return Read([*remaining, *good] or None, mistakes)

    def _check_upload(self, upload: Any, asked: Asked) -> Wrong | None:
        if kind_by_name(str(upload.name)) not in accepted_kinds(self.accept_types):
            shown = format_list([one.upper() for one in self.accept_types], style="or", locale=asked.language)
            return Wrong("wrong_type", details={"accepted": shown})
        if upload.size > self.max_bytes:
            return Wrong(
                "too_big", details={"limit": format_decimal(self.max_megabytes, locale=asked.language)}
            )
        return Wrong("is_empty") if upload.size == 0 else None

    def accept(self, value: Any, asked: Asked) -> Read:
        if value is None or value == []:
            return Read()
        if not isinstance(value, list | tuple) or not all(_is_file(one) for one in value):
            return wrong("wrong")
        return Read(
            [
                {"id": str(UUID(one["id"])), "name": as_text(one.get("name", ""), longest=200) or "file"}
                for one in value
            ]
        )

    def check(self, value: Any, asked: Asked) -> tuple[Wrong, ...]:
        return (Wrong("too_many", details={"limit": self.max_count}),) if len(value) > self.max_count else ()

    def message(self, mistake: Wrong, words: Words, language: str) -> str:
        said, file = super().message(mistake, words, language), mistake.details.get("file")
        return f"{file}: {said}" if file else said

    def inputs(self, value: Any, asked: Asked) -> dict[str, Any]:
        return {"": [one for one in value if "id" in one]}

    def typed(self, posted: Posted) -> dict[str, Any]:
        return {}

    def shown(self, value: Any, asked: Asked, words: Words) -> list[str]:
        return [one["name"] for one in value]

    def to_cel(self, value: Any) -> Any:
        return [one.get("name", "") for one in value]

    def json_schema(self) -> dict[str, Any]:
        one = {
            "type": "object",
            "properties": {"id": {"type": "string", "format": "uuid"}, "name": {"type": "string"}},
        }
        return {
            "type": "array",
            "items": {**one, "required": ["id"], "additionalProperties": False},
            "minItems": 1,
            "maxItems": self.max_count,
        }

    def view(self, asked: Asked, words: Words) -> dict[str, Any]:
        return {
            "accept": ",".join(
                f".{one}" for kind in accepted_kinds(self.accept_types) for one in kind.extensions
            ),
            "accepted": format_list(
                [one.upper() for one in self.accept_types], style="or", locale=asked.language
            ),
            "megabytes": format_decimal(self.max_megabytes, locale=asked.language),
            "many": self.max_count > 1,
            "max_count": self.max_count,
        }


def _named(mistake: Wrong, upload: Any, uploads: Sequence[Any]) -> Wrong:
    """With several files the reader must know which one it is about."""
    name = clean_line(str(upload.name), 100) if len(uploads) > 1 else ""
    return replace(mistake, details={**mistake.details, "file": name})


def _is_file(value: Any) -> bool:
    try:
        return (
            isinstance(value, Mapping)
            and set(value) <= {"id", "name"}
            and isinstance(value["id"], str)
            and bool(UUID(value["id"]))
        )
    except (KeyError, ValueError):
        return False
