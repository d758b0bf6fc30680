"""Why somebody other than its applicant reads an application that was found for them."""

from __future__ import annotations

from civium.foundation.identity.models import Person
from civium.foundation.privacy.actions.declare_reading import declare_reading
from civium.journeys.catalogue.queries import get_offer_version

from .models import Application


def read_as_helper(application: Application, *, by: Person) -> None:
    """Let the member of staff who helps at the counter open the application, on its applicant's behalf."""
    offer = get_offer_version(application.service, application.version)
    declare_reading(
        of=application.applicant_id,
        subject=application.subject,
        purpose="help-at-counter",
        by=by,
        agency=offer.document.agency,
        role="clerk",
        service=application.service,
        legal_basis=offer.document.basis,
        on_behalf_of=application.applicant_id,
    )


def read_as_checker(application: Application) -> None:
    """Let whoever has a certificate's code compare the holder's initials; who it is, nobody knows."""
    offer = get_offer_version(application.service, application.version)
    declare_reading(
        of=application.subject,
        subject=application.subject,
        purpose="check-certificate",
        by=None,
        agency=offer.document.agency,
        service=application.service,
    )
