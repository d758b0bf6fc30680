"""Deleting an application that was never sent."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from civium.engines.forms.actions.close_draft import close_draft
from civium.engines.payments.actions.cancel_payments import cancel_payments_of
from civium.engines.payments.queries import get_payment_of
from civium.foundation.files.actions.remove_file import remove_file
from civium.foundation.files.queries import find_files_under
from civium.foundation.identity.actions.welcome_guest import forget_guest
from civium.foundation.identity.models import Person
from civium.foundation.identity.rules import may
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import NotFound, require
from civium.foundation.privacy.actions.erase_owner import note_erasure
from civium.foundation.vault.actions.destroy_key import destroy_key

from ..events import ApplicationDropped
from ..fates import applications_of
from ..models import Application, State
from ._changing import NotOpenAnyMore, locked, refuse_while_paying


def may_delete(application: Application, *, by: Person) -> bool:
    """Whether it is theirs to delete: it cannot be taken back, so nobody does it for another."""
    return may("delete", "application", application.relations_of(by))


@transaction.atomic
def delete_for_good(application: Application, *, by: Person, at: datetime) -> None:
    """Drop the application because its owner wants that, and write it into the ledger: no restore brings it back.

    Whoever helps or acts for the owner is refused. What is dropped because its time is over is dropped again by the night after a restore, and needs no line.
    """
    require(may_delete(application, by=by), NotFound)
    if drop_application(application, by=by, at=at):
        applicant = application.applicant
        is_guest_gone = applicant.is_guest and not applications_of(applicant.vault_key)
        note_erasure(applicant.vault_key if is_guest_gone else application.subject, at=at)


@transaction.atomic
def drop_application(
    application: Application, *, by: Person | None, at: datetime, expired: bool = False
) -> bool:
    """Delete the answers and files for good: their key is destroyed. Only what was never sent can be deleted,
    and nothing that money was or is just being paid for.

    Money that comes all the same is not lost: finance sees that what it was for is gone. False: it was dropped before.
    """
    current = locked(application.pk, for_=by)
    if current.state == State.DROPPED:
        return False
    if not current.is_open:
        raise NotOpenAnyMore
    if current.state == State.TO_PAY:
        refuse_while_paying(get_payment_of(current.subject))
    cancel_payments_of(current.subject, by=by, at=at, because="application-dropped")
    for file in find_files_under(current.subject):
        remove_file(file, by=by, at=at)
    close_draft(current.draft, at=at)
    destroy_key(current.subject, by=by, at=at)
    current.ways_back.all().delete()
    current.state, current.helper = State.DROPPED, None
    current.save(update_fields=["state", "helper"])
    if current.applicant.is_guest and not applications_of(current.applicant.vault_key):
        forget_guest(current.applicant, by=by, at=at)
    record(ApplicationDropped(current.id, expired), by=by, at=at)
    return True
