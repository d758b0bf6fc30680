"""When every second factor is lost: ask, wait, and come in with the password alone; or stop it, because it was somebody else."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.events import FactorsRemoved, RecoveryAsked, RecoveryStopped
from civium.foundation.identity.models import Person, Recovery
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import Refusal

MOST_A_MONTH = 3
USABLE_FOR = timedelta(days=14)


class AskedTooOften(Refusal):
    """Somebody with the password asks again and again, and the owner stops it each time."""

    message = _("This was asked for too often.")
    what_next = _("Call us, or come to the counter with your identity card or passport.")
    status = 429


class NotRipe(Refusal):
    """The waiting time is there so that the owner can stop it."""

    message = _("You must wait a little longer.")


@transaction.atomic
def ask_recovery(person: Person, *, by: Person, at: datetime) -> Recovery:
    """Begin the wait. Asking again while one waits changes nothing."""
    Person.objects.select_for_update().get(pk=person.pk)
    Recovery.objects.filter(person=person, ended_at=None, stops_at__lte=at).update(
        ended_at=at, ended_how="stopped"
    )
    waiting = Recovery.objects.filter(person=person, ended_at=None).first()
    if waiting is not None:
        return waiting
    if Recovery.objects.filter(person=person, asked_at__gt=at - timedelta(days=30)).count() >= MOST_A_MONTH:
        raise AskedTooOften
    ripe_at = at + timedelta(hours=settings.CIVIUM_RECOVERY_HOURS)
    recovery = Recovery.objects.create(
        person=person, asked_at=at, ripe_at=ripe_at, stops_at=ripe_at + USABLE_FOR
    )
    record(RecoveryAsked(person=person.id, recovery=recovery.id, ripe_at=ripe_at), by=by, at=at)
    return recovery


@transaction.atomic
def stop_recovery(recovery: Recovery, *, by: Person, at: datetime) -> None:
    """It was somebody else, or a factor was found again. Stopping twice changes nothing."""
    if Recovery.objects.filter(pk=recovery.pk, ended_at=None).update(ended_at=at, ended_how="stopped"):
        record(RecoveryStopped(person=recovery.person_id, recovery=recovery.id), by=by, at=at)


@transaction.atomic
def finish_recovery(recovery: Recovery, *, by: Person, at: datetime) -> None:
    """The wait is over and nobody stopped it: the lost factors no longer count."""
    current = Recovery.objects.select_for_update().get(pk=recovery.pk)
    if current.ended_at is not None or not current.ripe_at <= at < current.stops_at:
        raise NotRipe
    count = Authenticator.objects.filter(user=current.person_id).delete()[0]
    Recovery.objects.filter(pk=current.pk).update(ended_at=at, ended_how="done")
    record(FactorsRemoved(person=current.person_id, recovery=current.id, count=count), by=by, at=at)
