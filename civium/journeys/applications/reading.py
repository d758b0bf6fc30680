"""Why somebody other than its applicant reads an application that was found for them."""

from __future__ import annotations

from uuid import UUID

from civium.foundation.identity.models import Person
from civium.foundation.privacy.actions.declare_reading import NOBODY, declare_reading, note_shown
from civium.journeys.catalogue.queries import Offer, get_offer_version

from .models import Application


def read_as_helper(application: Application, *, by: Person) -> None:
    """Let the member of staff who helps at the counter open the application, on its applicant's behalf."""
    offer = get_offer_version(application.service, application.version)
    read_at_counter(application.applicant_id, offer=offer, subject=application.subject, by=by)


def read_at_counter(applicant: UUID, *, offer: Offer, by: Person, subject: str = "") -> None:
    """Let the member of staff know with whom they begin an application at the counter."""
    declare_reading(
        of=applicant,
        subject=subject,
        purpose="help-at-counter",
        by=by,
        agency=offer.document.agency,
        role="clerk",
        service=offer.name,
        legal_basis=offer.document.basis,
        on_behalf_of=applicant,
    )


def shown_address(person: Person) -> str:
    """Where mail reaches the person, to be shown. Somebody else's is a reading, also where it lies in clear."""
    if person.mail_address:
        note_shown({"contact"}, of=person.pk)
    return person.mail_address


def read_as_checker(application: Application) -> None:
    """Let whoever has a certificate's code compare the holder's initials; who it is, nobody knows."""
    offer = get_offer_version(application.service, application.version)
    declare_reading(
        of=application.subject,
        subject=application.subject,
        purpose="check-certificate",
        by=NOBODY,
        agency=offer.document.agency,
        service=application.service,
    )
