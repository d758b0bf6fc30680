"""Own case: one of the applicant's other cases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from civium.engines.forms.asking import Asked, Question, Read, Words, as_text, wrong
from civium.foundation.kit.references import parse_reference, shown_reference

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,79}$")]


class OwnCase(Question):
    """One of the applicant's cases, chosen from a list of them. Kept as its reference; whose cases there are, is for others to say."""

    type: Literal["own-case"]
    # Only cases of this service, and only those that were decided so; any, where nothing is said.
    service: Code | None = None
    outcome: Code | None = None

    is_short: ClassVar[bool] = False
    text_direction: ClassVar[str] = "ltr"
    messages: ClassVar[Mapping[str, str | Promise]] = {
        "required": _("Choose one of your cases"),
        "not_yours": _("You have no case with this reference. Choose one of your cases"),
    }

    @property
    def narrowed_to(self) -> dict[str, str]:
        """What the case must be: its service, its outcome; empty when any will do."""
        said = {"service": self.service, "outcome": self.outcome}
        return {name: code for name, code in said.items() if code}

    def accept(self, value: Any, asked: Asked) -> Read:
        if value is None or value == "":
            return Read()
        text = as_text(value, longest=40)
        reference = parse_reference(text) if text else None
        return Read(reference) if reference else wrong("not_yours")

    def shown(self, value: Any, asked: Asked, words: Words) -> list[str]:
        return [shown_reference(str(value))]

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "minLength": 8, "maxLength": 40}
