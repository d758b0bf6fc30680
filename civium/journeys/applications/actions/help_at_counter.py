"""Helping at the counter: a member of staff fills in on the applicant's behalf."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from civium.engines.notices.actions.send_notice import send_notice
from civium.foundation.design.showing import moment
from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import NotAllowed, require
from civium.journeys.catalogue.queries import get_offer_version

from ..events import CounterHelpBegan, CounterHelpEnded
from ..models import Application, State, Way, WayBack
from ..notice_values import service_values
from ..reading import read_as_helper
from ._changing import locked
from .make_way_back import possible_code_indexes, typed_code
from .take_way_back import WrongCode

_OPENED = gettext_noop(
    "Dear ((name)),\n\n((helper)) opened your application for “((service))” at the counter, with the code "
    "that you showed: ((moment)). ((helper)) can read and change your answers until you are done there, today "
    "at the latest.\n\n**You were not at the counter?** Call ((phone)) at once."
)
_BEGUN = gettext_noop(
    "Dear ((name)),\n\n((helper)) began an application for “((service))” with you at the counter: ((moment)). ((helper)) can read "
    "and change the answers until you are done there, today at the latest.\n\n**You were not at the counter?** Call ((phone)) at "
    "once."
)


@transaction.atomic
def help_at_counter(code: str, *, by: Person, at: datetime) -> Application:
    """Open the application whose applicant shows this code, once, and let the member of staff fill it in until they stop.

    Both sides see it: it is on the record of the application, and the applicant is told. Nobody helps themselves.
    """
    require("clerk" in by.roles, NotAllowed)
    found = (
        WayBack.objects.select_for_update(of=("self",))
        .filter(way=Way.COUNTER, code_index__in=possible_code_indexes(typed_code(code)), expires_at__gt=at)
        .first()
    )
    if found is None:
        raise WrongCode
    application = locked(found.application_id)
    if application.state != State.DRAFT or application.applicant_id == by.pk:
        raise WrongCode
    found.delete()
    let_help(application, by=by, at=at)
    _tell(application, _OPENED, by=by, at=at)
    return application


def let_help(application: Application, *, by: Person, at: datetime) -> None:
    """Make the member of staff its helper, on the record. The caller holds the application."""
    application.helper = by
    application.save(update_fields=["helper"])
    read_as_helper(application, by=by)
    record(CounterHelpBegan(application.id), by=by, at=at)


def tell_of_beginning(application: Application, *, by: Person, at: datetime) -> None:
    """The person hears that an application was begun for them at the counter."""
    _tell(application, _BEGUN, by=by, at=at)


@transaction.atomic
def end_help(application: Application, *, by: Person | None, at: datetime) -> None:
    """Let the member of staff change the application no longer: they are done, it was sent, or the day is over."""
    current = locked(application.pk, for_=by)
    if current.helper_id is None:
        return
    current.helper = None
    current.save(update_fields=["helper"])
    record(CounterHelpEnded(current.id), by=by, at=at)


def _tell(application: Application, words: str, *, by: Person, at: datetime) -> None:
    offer, language = get_offer_version(application.service, application.version), application.language
    with override(language):
        values = {
            **service_values(offer, to=application.applicant, language=language),
            "helper": by.shown_as,
            "moment": moment(at),
        }
        send_notice(
            to=application.applicant,
            about=application.subject,
            kind="help-at-counter",
            subject_line=_("We help you at the counter: ((service))"),
            body=_(words),
            values=values,
            language=language,
            at=at,
            once=f"help-at-counter:{application.id}:{at.isoformat()}",
        )
