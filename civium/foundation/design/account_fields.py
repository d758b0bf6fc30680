"""The account library's form fields in our words: what they are called, what helps, what the browser may fill in."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ResetPasswordForm
from django import forms
from django.forms import BaseForm, BoundField
from django.utils.translation import gettext as _
from markupsafe import Markup

Params = dict[str, Any]


def account_field(bound: BoundField) -> Params:
    """What our field macros need to show a bound field."""
    label, hint = _words_for(bound)
    attributes = bound.field.widget.attrs
    return {
        "kind": _kind(bound),
        "name": bound.html_name,
        "id": bound.auto_id,
        "label": label,
        "hint": hint,
        "error": _error_of(bound),
        "value": "" if bound.value() is None else bound.value(),
        "autocomplete": attributes.get("autocomplete") or _AUTOCOMPLETE.get(bound.name, ""),
        "inputmode": attributes.get("inputmode", ""),
        "width": "10" if bound.name == "code" else "",
        "choices": [(choice.data["value"], choice.choice_label) for choice in bound]
        if _kind(bound) == "radio"
        else [],
    }


def errors_of(form: BaseForm) -> list[tuple[str, str]]:
    """The form's errors with the id of the field each belongs to; what belongs to none leads to the first."""
    visible = form.visible_fields()
    first = visible[0].auto_id if visible else "main"
    general = [(first, str(error)) for error in form.non_field_errors()]
    return general + [(bound.auto_id, _error_of(bound)) for bound in visible if bound.errors]


_AUTOCOMPLETE = {"code": "one-time-code"}


def _kind(bound: BoundField) -> str:
    """password, checkbox, radio, or the input's type."""
    return str(getattr(bound.field.widget, "input_type", None) or "text")


def _words_for(bound: BoundField) -> tuple[object, object]:
    ours = _words_of_one_form(bound) or _our_words().get(bound.name)
    if ours:
        return ours
    # The help of password validators is a list: it comes as markup and stays so.
    return bound.label, Markup(bound.help_text) if bound.help_text else ""  # noqa: S704 - allauth wrote it, nobody typed it


def _words_of_one_form(bound: BoundField) -> tuple[object, object] | None:
    """What is asked for otherwise in one form than in all others."""
    if bound.name == "email" and isinstance(bound.form, ResetPasswordForm):
        return _("E-mail address"), ""
    if bound.name == "password1" and "email" in bound.form.fields:
        return _("Choose a password"), _("At least 15 characters. Three or four words are easy to remember.")
    return None


def _error_of(bound: BoundField) -> str:
    """The field's first error; for an empty one, what to do instead of "this field is required"."""
    if not bound.errors:
        return ""
    first = bound.errors.as_data()[0]
    missing = {
        "login": _("Enter your e-mail address"),
        "email": _("Enter your e-mail address"),
        "password": _("Enter your password"),
        "password1": _("Choose a password"),
        "oldpassword": _("Enter your password"),
        "code": _("Enter the code"),
    }
    is_stock = first.code == "required" and first.message == forms.Field.default_error_messages["required"]
    return missing.get(bound.name, "") if is_stock and bound.name in missing else str(bound.errors[0])


def _our_words() -> dict[str, tuple[object, object]]:
    long_enough = _(
        "At least 15 characters, or 12 when you also use codes or a passkey. Three or four words are easy to remember."
    )
    return {
        "login": (_("E-mail address"), ""),
        "email": (_("E-mail address"), _("We send a code to it, and write to you about your applications.")),
        "password": (_("Password"), ""),
        "password1": (_("Choose a password"), long_enough),
        "password2": (_("The same password again"), ""),
        "oldpassword": (_("Your password now"), ""),
        "remember": (_("Keep me signed in on this device"), ""),
        "code": (_("Code"), ""),
        "passwordless": (
            _("Sign in with it alone, without a password"),
            _("Your fingerprint, face or screen lock is then enough."),
        ),
    }
