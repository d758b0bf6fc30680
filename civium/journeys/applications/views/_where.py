"""What the pages of an application share: where it stands, and what goes on around it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from civium.engines.forms.queries import open_answers
from civium.engines.forms.rules import Journey
from civium.foundation.design.showing import day
from civium.foundation.identity.models import Person
from civium.foundation.kit.refusals import NotFound
from civium.foundation.kit.town import the_town
from civium.journeys.catalogue.queries import Offer, get_offer, get_offer_version

from ..models import Application, State
from ..policy import applicant_of


def language() -> str:
    """The language of the page."""
    return get_language() or "en"


def offer_of(application: Application) -> Offer:
    """The version of the service that the application began with."""
    return get_offer_version(application.service, application.version)


def journey_of(application: Application) -> Journey:
    """The way through its form as it is today."""
    today = the_town().today(timezone.now())
    return offer_of(application).form.journey(open_answers(application.draft), today=today)


def where_it_stands(application: Application, journey: Journey | None = None) -> HttpResponse:
    """The page where this application goes on, whatever its state."""
    if application.state == State.TO_PAY:
        return redirect("applications:pay", id=application.pk)
    if application.state == State.SENT:
        return redirect("applications:sent", id=application.pk)
    if application.state == State.DROPPED:
        raise NotFound
    page = (journey or journey_of(application)).next_page
    if page is None:
        return redirect("applications:check", id=application.pk)
    return redirect("applications:page", id=application.pk, page=page)


def home_of(request: HttpRequest) -> str:
    """Where somebody goes who leaves an application: their own page, the counter, or the town's front page."""
    if not request.user.is_authenticated:
        return reverse("portal:home")
    return reverse("portal:my_page")


def notes_about(request: HttpRequest, application: Application) -> list[dict[str, Any]]:
    """What whoever fills in must know beside the questions: on whose behalf, and that the service has changed."""
    notes = []
    if is_helper(request, application):
        name = application.applicant.name or _("somebody without an account")
        notes.append(
            {
                "text": _("You fill this in at the counter for %(name)s. They know it.") % {"name": name},
                "action": _("Stop helping"),
                "href": reverse("applications:counter"),
            }
        )
    elif application.helper_id is not None:
        notes.append(
            {
                "text": _("A colleague of ours at the counter has this open too, to help you."),
                "action": _("End the help"),
                "href": reverse("applications:later", args=[application.pk]) + "#counter",
            }
        )
    offered = get_offer(application.service)
    if offered.is_withdrawn:
        notes.append(
            {
                "text": _(
                    "The town takes no new applications for this service. You can still send this one."
                ),
                "action": _("Read or keep your answers"),
                "href": reverse("applications:answers", args=[application.pk]),
            }
        )
    elif offered.version != application.version:
        notes.append(
            {
                "text": _(
                    "There is a newer form for this service. You can go on with this one: nothing is lost."
                ),
                "action": _("See what is new"),
                "href": reverse("applications:version", args=[application.pk]),
            }
        )
    return notes


def is_guest(request: HttpRequest) -> bool:
    """Whether the visitor acts without an account."""
    return applicant_of(request).is_guest


def is_helper(request: HttpRequest, application: Application) -> bool:
    """Whether the visitor is the member of staff who helps with it at the counter now."""
    return application.helper_id is not None and application.helper_id == request.user.pk


def actor_of(request: HttpRequest, application: Application) -> Person:
    """Who acts: the applicant, by the hands of whoever helps at the counter or acts for them; the record names both."""
    if request.user.is_authenticated and is_helper(request, application):
        application.applicant.hands = request.user
        return application.applicant
    return applicant_of(request)


def kept_words(application: Application) -> str:
    """The day until which what was not sent is kept, in words; empty when there is none."""
    until = application.draft.expires_at
    return str(day(the_town().today(until))) if until else ""
