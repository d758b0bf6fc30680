"""Keeping in an account what was applied for without one."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.engines.cases.actions.change_applicant import change_applicant
from civium.engines.cases.queries import get_case_of_subject
from civium.engines.notices.actions.readdress_notices import readdress_notices
from civium.engines.payments.actions.change_payer import change_payer
from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import Refusal
from civium.foundation.vault.actions.destroy_key import destroy_key
from civium.foundation.vault.actions.move_key import move_key

from ..events import ApplicationClaimed
from ..models import Application
from ..queries import find_open_application
from ._changing import locked


class NotYoursToKeep(Refusal):
    """It is in an account already, perhaps in another's."""

    message = _("This application is kept in an account already.")


class OneIsOpen(Refusal):
    """The account has an open application for the same service, and the service takes one at a time."""

    message = _("Your account already has an application for this service that is not sent yet.")
    what_next = _("Send or delete that one first, or send this one without the account and keep it then.")


@transaction.atomic
def claim_application(application: Application, *, guest: Person, by: Person, at: datetime) -> Application:
    """Give the guest's application, with its case, payments, files and messages, to the account of ``by``.

    The caller has made sure that ``by`` is let in as the guest. Its key goes under the person's key, so that it is forgotten
    with the person; the guest is forgotten now, and the codes of the guest open nothing any more.
    """
    current = locked(application.pk, for_=guest)
    if not guest.is_guest or by.is_guest:
        raise NotYoursToKeep
    if (
        current.is_open
        and not current.is_one_of_several
        and find_open_application(by, current.service) is not None
    ):
        raise OneIsOpen
    current.applicant = by
    current.save(update_fields=["applicant"])
    current.ways_back.all().delete()
    move_key(current.subject, parent=by.vault_key, by=by, at=at)
    change_payer(current.subject, to=by, by=by, at=at)
    case = get_case_of_subject(current.subject)
    if case is not None:
        change_applicant(case, to=by, by=by, at=at)
    readdress_notices(guest, to=by, by=by, at=at)
    record(ApplicationClaimed(current.id, by.id), by=by, at=at)
    destroy_key(guest.vault_key, by=by, at=at)
    return current
