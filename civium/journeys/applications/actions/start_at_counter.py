"""Beginning an application at the counter, with the person present."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.actions.welcome_guest import give_contact, usable_address
from civium.foundation.identity.models import Person
from civium.foundation.identity.queries import find_person_at
from civium.foundation.kit.refusals import NotAllowed, Refusal, require
from civium.journeys.catalogue.queries import Offer

from ..models import Application
from ..queries import count_open_applications
from ..reading import read_at_counter
from ._changing import locked
from .help_at_counter import let_help, tell_of_beginning
from .start_application import MOST_OPEN, NotOffered, start_application, start_as_guest


class CannotBeginForThem(Refusal):
    """No account has the address, it is one's own, they have begun this already, or never proved who they are as the service
    asks: one answer, so nobody learns which.
    """

    message = _("This cannot be begun for that address.")
    what_next = _(
        "Compare the address with the person. If they have begun this already, ask them for the code under “Come back later”. "
        "If they have no account, they can make one now. Some services also need them to confirm who they are first, in their account."
    )
    status = 422


class NeedsOrganisation(Refusal):
    """The service is for organisations; a clerk helps people, who may act for one."""

    message = _("Only an organisation can apply for this.")
    what_next = _(
        "Whoever acts for it begins on their own page. Then open it here with the code that they find under “Come back later”."
    )
    status = 422


class NeedsAccount(Refusal):
    """The service is for people with an account."""

    message = _("This service needs an account.")
    what_next = _(
        "Help them to make one on their phone or on the computer for visitors, then enter its e-mail address."
    )
    status = 422


def start_for_account(offer: Offer, *, email: str, by: Person, at: datetime) -> Application:
    """Begin for whoever has an account with this whole address, in their language, and help with it from now on.

    The clerk learns nothing of them from a register, and sees nothing that they began before.
    """
    require("clerk" in by.roles, NotAllowed)
    _refuse_withdrawn(offer)
    _refuse_organisations(offer)
    person, needed = find_person_at(email.strip()), offer.document.sign_in
    if person is None or person.pk == by.pk or _has_begun(person, offer) or not person.reaches(needed):
        raise CannotBeginForThem
    read_at_counter(person.pk, offer=offer, by=by)
    person.hands = by
    with transaction.atomic():
        begun = start_application(
            offer, by=person, language=person.language, at=at, another=offer.document.several
        )
        if begun.started_at != at:  # they began it themselves in this very moment
            raise CannotBeginForThem
        return _help(begun, by=by, at=at)


def start_for_visitor(
    offer: Offer, *, name: str, email: str, language: str, by: Person, at: datetime
) -> Application:
    """Begin for somebody without an account, where the service asks for none, and help with it from now on."""
    require("clerk" in by.roles, NotAllowed)
    _refuse_withdrawn(offer)
    _refuse_organisations(offer)
    if offer.document.sign_in != "none":
        raise NeedsAccount
    usable_address(email)
    with transaction.atomic():
        begun = start_as_guest(offer, language=language, at=at, hands=by)
        read_at_counter(begun.applicant_id, offer=offer, by=by)
        give_contact(begun.applicant, name=name, email=email, by=by, at=at)
        return _help(begun, by=by, at=at)


def _help(begun: Application, *, by: Person, at: datetime) -> Application:
    application = locked(begun.pk)
    let_help(application, by=by, at=at)
    tell_of_beginning(application, by=by, at=at)
    return application


def _has_begun(person: Person, offer: Offer) -> bool:
    count = count_open_applications(person, offer.name)
    return count >= (MOST_OPEN if offer.document.several else 1)


def _refuse_organisations(offer: Offer) -> None:
    if "person" not in offer.document.applicants:
        raise NeedsOrganisation


def _refuse_withdrawn(offer: Offer) -> None:
    if offer.is_withdrawn:
        raise NotOffered
