"""What signing up asks beside the e-mail address and the password; and codes, which are not to be guessed."""

from __future__ import annotations

from typing import Any, Final

from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.actions.rename_person import LONGEST_NAME, NameUnusable, clean_name
from civium.foundation.identity.adapters.throttle import try_code
from civium.foundation.vault.actions.tokens import token_digest

# A code of an app is good for three steps of half a minute. The library remembers that it was used for one.
_REMEMBERED: Final = 120


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


def _is_first_use(user: Any, code: str) -> bool:
    """Whether this is the first time; of two at once, one is."""
    used = f"code-used:{user.pk}:{token_digest(normalize_user_code(code))}"
    return bool(cache.add(used, True, timeout=_REMEMBERED))


class _CountedCode:
    """Each wrong code counts against whoever tries it, never against a device that its owner came in with before."""

    user: Any

    def clean_code(self) -> str:
        tries = try_code(context.request, self.user)
        if tries.is_refused:
            raise get_adapter().validation_error("too_many_login_attempts")
        code: str = super().clean_code()  # type: ignore[misc]
        if not _is_first_use(self.user, code):
            raise get_mfa_adapter().validation_error("incorrect_code")
        tries.rollback()
        return code


class CodeForm(_CountedCode, AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in."""


class CodeAgainForm(_CountedCode, ReauthenticateForm):  # type: ignore[misc]
    """Showing once more that it is still you."""


class FirstCodeForm(ActivateTOTPForm):  # type: ignore[misc]
    """Adding an app: its first code is used by that, too."""

    def clean_code(self) -> str:
        code: str = super().clean_code()
        _is_first_use(self.user, code)
        return code


class _NamedPasskey(forms.Form):
    """The library names the field in English only, and so that people write their own name there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        self.fields["name"].help_text = _("What you want to call this passkey, for example: my phone.")
        self.fields["name"].widget.attrs["dir"] = "auto"


class PasskeyForm(_NamedPasskey, AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey and what it is called. It signs in by itself, unless somebody says no: that is what a passkey is for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).setdefault("passwordless", True)
        super().__init__(*args, **kwargs)


class PasskeyNameForm(_NamedPasskey, EditWebAuthnForm):  # type: ignore[misc]
    """What a passkey is called."""
