"""Writing to somebody about their account, at every address that is theirs."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation

from civium.foundation.identity.models import Person
from civium.foundation.identity.queries import addresses_of


def write_to_person(person: Person, about: str, said: Mapping[str, object]) -> None:
    """Write the mail ``account/email/<about>`` in the person's language; one letter to each address, so that none shows another."""
    with translation.override(person.language):
        subject = " ".join(render_to_string(f"account/email/{about}_subject.txt", {**said}).split())
        body = render_to_string(f"account/email/{about}_message.txt", {**said}).strip()
    for address in addresses_of(person) or [person.email]:
        send_mail(subject, body, None, [address])
