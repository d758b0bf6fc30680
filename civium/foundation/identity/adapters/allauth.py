"""Where django-allauth meets the house."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.translation import get_language

from civium.foundation.identity.actions.rename_person import rename_person
from civium.foundation.identity.events import PersonJoined
from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Signs people up into our own record and sends staff to their desk."""

    @transaction.atomic
    def save_user(self, request: HttpRequest, user: Person, form: Any, commit: bool = True) -> Person:
        """Keep the language the person signed up in, seal the name they gave, and record that they joined."""
        user.language = get_language() or user.language
        super().save_user(request, user, form, commit=commit)
        now = timezone.now()
        record(PersonJoined(person=user.id), by=user, at=now)
        rename_person(user, name=form.cleaned_data["name"], by=user, at=now)
        return user

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        if request.user.is_authenticated and request.user.is_staff_member:
            return resolve_url("desk:queue")
        return super().get_login_redirect_url(request)


def shown_name(person: Person) -> str:
    """What the account library calls somebody: their name, else their address."""
    return person.name or person.email
