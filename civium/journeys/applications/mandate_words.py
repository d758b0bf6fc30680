"""How mandates read: what they allow, in which service, and who is on the other side."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from civium.foundation.design.showing import day
from civium.foundation.identity.models import Basis, Mandate, Person
from civium.foundation.identity.rules import POWER_WORDS, POWERS
from civium.foundation.kit.refusals import NotFound
from civium.foundation.kit.town import the_town
from civium.journeys.catalogue.queries import get_offer


def power_words(power: str) -> str:
    """One thing that can be allowed, as a sentence without its subject."""
    return str(POWER_WORDS[power])


def can_do(powers: Collection[str]) -> list[str]:
    """What somebody may do, one sentence each."""
    return [power_words(power) for power in POWERS if power in powers]


def cannot_do(powers: Collection[str]) -> list[str]:
    """What they may not do, said as clearly: what was not given, and what can never be given."""
    never = [
        _("See or change “My data”, or ask for anything about it to be changed or erased"),
        _("Change your sign-in, your details or other mandates"),
        _("Let somebody else act in their place"),
    ]
    return [power_words(power) for power in POWERS if power not in powers] + never


def service_words(name: str, language: str) -> str:
    """The service, or that it is all of them."""
    if not name:
        return _("All services")
    try:
        return str(get_offer(name).words(language).title)
    except NotFound:
        return name


def named(person: Person | None) -> str:
    """What somebody is called."""
    if person is not None and person.is_erased:
        return _("Somebody whose account has ended")
    return (person.name if person is not None else "") or _("Somebody without a name")


def holder_words(mandate: Mandate) -> str:
    """Who holds it, for the giver: a name; before it is answered the address that they typed."""
    if mandate.to_organisation is not None:
        return mandate.to_organisation.name
    if mandate.to_person is not None:
        return named(mandate.to_person)
    return mandate.address or _("Nobody yet")


def basis_words(mandate: Mandate) -> str:
    """What it rests on, and when the register last said so."""
    said = {
        Basis.GUARDIAN.value: _("By the civil register: parent or guardian. Last asked: %(day)s"),
        Basis.OFFICER.value: _("By the business register: may act for the organisation. Last asked: %(day)s"),
    }.get(str(mandate.basis), "")
    asked = day(the_town().today(mandate.checked_at)) if mandate.checked_at else ""
    return said % {"day": asked} if said else ""
