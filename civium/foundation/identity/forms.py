"""What signing up asks beside the e-mail address and the password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.actions.rename_person import LONGEST_NAME, NameUnusable, clean_name


class SignUpForm(forms.Form):
    """One name, as the person writes it: no first and last, no script, no length below one."""

    name = forms.CharField(
        label=_("Your full name"),
        max_length=LONGEST_NAME,
        error_messages={"required": NameUnusable.message},
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )
    field_order = ["name", "email", "password1"]

    def clean_name(self) -> str:
        try:
            return clean_name(self.cleaned_data["name"])
        except NameUnusable as refusal:
            raise forms.ValidationError(str(refusal.message)) from refusal

    def signup(self, request: Any, user: Any) -> None:
        """Nothing more to keep: the adapter seals the name in the same transaction."""
