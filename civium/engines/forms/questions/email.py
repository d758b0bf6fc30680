"""E-mail: one address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from civium.engines.forms.asking import Asked, Question, Read, WithPurpose, Wrong, wrong
from civium.engines.forms.cleaning import clean_code

_is_address = EmailValidator(allowlist=[])
LONGEST = 254  # RFC 5321, as corrected by its erratum 1690


class Email(Question, WithPurpose):
    """One e-mail address, kept with its domain in small letters. ``max_length``: when the system behind takes shorter ones only."""

    type: Literal["email"]
    max_length: int = Field(default=LONGEST, ge=6, le=LONGEST)

    text_direction: ClassVar[str] = "ltr"
    messages: ClassVar[Mapping[str, str | Promise]] = {
        "not_email": _("Enter an email address in the correct format, like name@example.com"),
        "too_long": _("%(Name)s must be %(limit)s characters or fewer"),
    }

    def accept(self, value: Any, asked: Asked) -> Read:
        if value is None or value == "":
            return Read()
        if not isinstance(value, str):
            return wrong("not_email")
        name, at, domain = clean_code(value).removeprefix("mailto:").rpartition("@")
        return Read(f"{name}{at}{domain.lower()}" or None)

    def check(self, value: Any, asked: Asked) -> tuple[Wrong, ...]:
        try:
            if len(value) > LONGEST:
                return (Wrong("not_email"),)
            _is_address(value)
        except (ValidationError, UnicodeError):
            return (Wrong("not_email"),)
        return (
            (Wrong("too_long", details={"limit": self.max_length}),) if len(value) > self.max_length else ()
        )

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "email", "maxLength": self.max_length}
