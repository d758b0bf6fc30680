"""Sending the applicant a link by e-mail, to go on later."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from civium.engines.notices.actions.send_notice import send_notice
from civium.engines.notices.rules import Address
from civium.foundation.design.showing import day
from civium.foundation.identity.actions.limit_tries import limit_tries
from civium.foundation.identity.actions.welcome_guest import address_to_keep, give_contact
from civium.foundation.identity.models import Person
from civium.foundation.kit.refusals import Refusal
from civium.foundation.kit.town import the_town
from civium.foundation.vault.actions.tokens import token_digest
from civium.journeys.catalogue.queries import get_offer_version

from ..models import Application, Way, WayBack
from ..notice_values import service_values
from .make_way_back import make_way_back


class AddressMissing(Refusal):
    """There is no address to send it to."""

    message = gettext_lazy("Enter your e-mail address.")
    status = 422


@transaction.atomic
def send_link(
    application: Application,
    *,
    email: str = "",
    question: str = "",
    answer: str = "",
    by: Person,
    at: datetime,
) -> WayBack:
    """Send a link that leads back, to the account's address or to the one that a guest gives now.

    Whoever has an account is asked to sign in when they follow it; a guest is asked the check question. Whoever helps a guest at
    the counter cannot put another address in the place of the one that is known.
    """
    person = application.applicant
    if person.is_guest:
        email = address_to_keep(person, email, by=by)
        if not email:
            raise AddressMissing
        limit_tries("mail-to", who=email.casefold(), most=5, within=timedelta(days=1), at=at)
    limit_tries("link", who=str(application.pk), most=5, within=timedelta(hours=1), at=at)
    made = make_way_back(application, way=Way.LINK, question=question, answer=answer, by=by, at=at)
    if person.is_guest:
        give_contact(person, name=person.name, email=email, by=by, at=at)
    offer = get_offer_version(application.service, application.version)
    language = application.language
    with override(language):
        path = reverse("applications:come_back_by_link", args=[made.code])
        values = {
            **service_values(offer, to=person, language=language),
            "link": Address(f"{settings.CIVIUM_ORIGIN}{path}"),
            "day": day(the_town().today(made.expires_at)),
        }
        send_notice(
            to=person,
            about=application.subject,
            kind="link-back",
            subject_line=_("Go on with your application: ((service))"),
            body=_(
                "Dear ((name)),\n\nyou asked us for this link to go on with your application for "
                "“((service))”:\n\n((link))\n\nThe link works until ((day)). When you open it, we check that it is you. "
                "If you did not ask for it, you do not have to do anything."
            ),
            values=values,
            language=language,
            at=at,
            once=f"link-back:{token_digest(made.code)}",
        )
    return made
