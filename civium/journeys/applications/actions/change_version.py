"""Moving an application that was not sent to the version of the service that is offered now."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from civium.engines.forms.actions.change_form import change_form
from civium.engines.forms.queries import open_answers
from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.journeys.catalogue.queries import Offer

from ..events import VersionChanged
from ..models import Application, State
from ..rules import answers_that_stay
from ._changing import NotOpenAnyMore, locked
from .start_application import NotOffered


@transaction.atomic
def change_version(application: Application, *, offer: Offer, by: Person, at: datetime) -> Application:
    """Go on with the newer version: the answers to questions of the same name stay, as far as they still fit.

    Answers to what is not asked any more are deleted. Refuses what is sent, and a service that is no longer offered.
    """
    current = locked(application.pk, for_=by)
    if current.state != State.DRAFT:
        raise NotOpenAnyMore
    if offer.is_withdrawn:
        raise NotOffered
    if offer.version == current.version:
        return current
    answers = answers_that_stay(open_answers(current.draft), offer.form)
    change_form(current.draft, form=f"{offer.name}@{offer.version}", answers=answers, at=at)
    current.version = offer.version
    current.is_one_of_several = offer.document.several
    current.save(update_fields=["version", "is_one_of_several"])
    record(VersionChanged(current.id, offer.version), by=by, at=at)
    return current
