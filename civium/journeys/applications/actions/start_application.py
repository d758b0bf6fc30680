"""Starting to apply."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from civium.engines.forms.actions.start_draft import start_draft
from civium.engines.registries.actions.prefill_answers import prefill_answers
from civium.foundation.identity.actions.welcome_guest import welcome_guest
from civium.foundation.identity.models import Person
from civium.foundation.identity.queries import is_organisation
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.prepared import insert
from civium.foundation.kit.refusals import Refusal
from civium.foundation.vault.actions.keys import make_key
from civium.journeys.catalogue.queries import Offer

from ..events import ApplicationStarted
from ..models import Application
from ..queries import count_open_applications, find_open_application
from .drop_application import delete_for_good

# How long an application that nobody finishes is kept; every saved page begins the time anew.
KEPT_FOR = timedelta(days=90)
# Without an account and without a code nobody comes back once the browser has forgotten: it goes soon.
GUEST_KEPT_FOR = timedelta(days=2)
# A person who has begun so many of the same is asked to finish one first.
MOST_OPEN = 10


class NotOffered(Refusal):
    """The service takes no new applications."""

    message = _("The town does not take new applications for this service.")
    what_next = _("Search for another service, or call us.")


class NotVerified(Refusal):
    """The service is only for people who proved who they are."""

    message = _("For this service we must know who you are.")
    what_next = _("Confirm who you are, then go on. What you answered is kept.")
    status = 403


class TooManyOpen(Refusal):
    """Nobody needs so many at once; a program might."""

    message = _("You have begun many applications for this service and not sent them.")
    what_next = _("Send or delete one of them first. They are on your page.")


class OnlyOrganisations(Refusal):
    """The service is for organisations, and a person applies for themselves."""

    message = _("Only an organisation can apply for this.")
    what_next = _(
        "Open the service on this site and choose the organisation that you act for. If it is not there, register it under "
        "“Who may act for whom”."
    )
    status = 403


class OnlyPeople(Refusal):
    """The service is for people, and somebody applies for an organisation."""

    message = _("Only people can apply for this, not organisations.")
    what_next = _("To apply for yourself, stop acting for the organisation first.")
    status = 403


def refuse_other_kinds(offer: Offer, person: Person) -> None:
    """Refuse a service for organisations to people, and one for people to organisations."""
    if offer.document.applicants == {"organisation"} and not is_organisation(person):
        raise OnlyOrganisations
    if offer.document.applicants == {"person"} and is_organisation(person):
        raise OnlyPeople


def refuse_unverified(offer: Offer, person: Person) -> None:
    """Refuse a service that needs a proved identity to whoever has none."""
    if not person.reaches(offer.document.sign_in):
        raise NotVerified


def kept_until(application: Application, *, at: datetime) -> datetime:
    """Until when an application that is saved now is kept, if nobody goes on with it."""
    if not application.applicant.is_guest:
        return at + KEPT_FOR
    return max(at + GUEST_KEPT_FOR, application.draft.expires_at or at)


def start_as_guest(
    offer: Offer,
    *,
    language: str,
    at: datetime,
    carried: Mapping[str, Any] | None = None,
    hands: Person | None = None,
) -> Application:
    """Begin without an account: a person is made for this application alone. Refuses services that need one.

    ``hands``: the member of staff who begins it with them at the counter.
    """
    _refuse_withdrawn(offer)
    if offer.document.sign_in != "none":
        raise NotOffered
    if "person" not in offer.document.applicants:  # an organisation has people with accounts who act for it
        raise OnlyOrganisations
    with transaction.atomic():
        guest = welcome_guest(language=language, at=at)
        guest.hands = hands
        return begin(offer, offer.form.usable_answers(carried or {}), by=guest, language=language, at=at)


def start_application(
    offer: Offer,
    *,
    by: Person,
    language: str,
    at: datetime,
    carried: Mapping[str, Any] | None = None,
    another: bool = False,
) -> Application:
    """Begin on the version that is offered now. Somebody who already has an open application gets that one back, unless they
    want ``another`` and the service allows several.

    ``carried``: what they answered before they began. Registers are asked before the transaction: they may be slow, and
    nothing depends on them.
    """
    another = another and offer.document.several
    standing = find_open_application(by, offer.name)
    if standing is not None and not another:
        return standing
    refuse_to_begin(offer, by=by)
    if another:
        refuse_too_many(offer, by=by)
    known = what_is_known(offer, by=by, carried=carried, at=at)
    try:
        with transaction.atomic():
            return begin(offer, known, by=by, language=language, at=at)
    except IntegrityError:  # another tab was quicker
        standing = find_open_application(by, offer.name)
        if standing is None:
            raise
        return standing


def refuse_to_begin(offer: Offer, *, by: Person) -> None:
    """Refuse what is not offered any more, not to such applicants, or not to whoever proved as little."""
    _refuse_withdrawn(offer)
    refuse_other_kinds(offer, by)
    refuse_unverified(offer, by)


def refuse_too_many(offer: Offer, *, by: Person) -> None:
    """Refuse one more of what was begun ten times and not sent."""
    if count_open_applications(by, offer.name) >= MOST_OPEN:
        raise TooManyOpen


def what_is_known(
    offer: Offer, *, by: Person, at: datetime, carried: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The answers that need not be given: by registers, the account's name, and what was ``carried`` here. Not inside of a transaction."""
    # Whoever acts for somebody learns nothing of them from a register: they fill in what they were told.
    prefill = offer.document.prefill if by.hands is None else {}
    known = prefill_answers(
        prefill,
        about=by,
        purpose="prefill-application",
        legal_basis="public-task",
        by=by,
        at=at,
    )
    return offer.form.usable_answers(_own_name(offer, by=by) | known | dict(carried or {}))


def start_again(
    standing: Application,
    *,
    offer: Offer,
    by: Person,
    language: str,
    at: datetime,
    carried: Mapping[str, Any] | None = None,
) -> Application:
    """Delete the open application and begin anew. What the town no longer offers is refused before anything is deleted."""
    _refuse_withdrawn(offer)
    refuse_other_kinds(offer, by)
    refuse_unverified(offer, by)
    delete_for_good(standing, by=by, at=at)
    return start_application(offer, by=by, language=language, at=at, carried=carried)


def _own_name(offer: Offer, *, by: Person) -> dict[str, Any]:
    """The account's name, for the questions that ask a register for the name: it may not know this person."""
    asked = [name for name, source in offer.document.prefill.items() if source == "population-register.name"]
    return dict.fromkeys(asked, by.name) if by.name else {}


def _refuse_withdrawn(offer: Offer) -> None:
    if offer.is_withdrawn:
        raise NotOffered


def begin(offer: Offer, answers: dict[str, Any], *, by: Person, language: str, at: datetime) -> Application:
    """Make the application, with these answers, in the caller's transaction. Whether it may be begun was asked before."""
    id = uuid.uuid4()
    owner = f"application:{id}"
    make_key(owner, parent=by.vault_key)
    draft = start_draft(
        form=f"{offer.name}@{offer.version}",
        under=owner,
        answers=answers,
        at=at,
        expires_at=at + (GUEST_KEPT_FOR if by.is_guest else KEPT_FOR),
    )
    application = Application(
        id=id,
        service=offer.name,
        version=offer.version,
        applicant=by,
        guest=by if by.is_guest else None,
        is_one_of_several=offer.document.several,
        draft=draft,
        language=language,
        started_at=at,
    )
    insert(application)
    record(ApplicationStarted(application.id, offer.name, offer.version), by=by, at=at)
    return application
