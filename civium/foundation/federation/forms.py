"""What somebody whom a provider knows is asked to get an account of their own."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import BaseSignupForm
from django.core.validators import MaxLengthValidator


class JoinForm(BaseSignupForm):  # type: ignore[misc]
    """An address for mail; a name only where the provider gave none. The account library checks the address as at sign-up."""

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known_name = name
        self.fields["email"].validators.append(MaxLengthValidator(254))
        if name:
            del self.fields["name"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if self.known_name:
            cleaned["name"] = self.known_name
        return cleaned
