"""Looking up what an application names: a fine, a bill, by the reference that stands on the paper."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils.translation import get_language

from civium.engines.forms.actions.fill_found import Look, NotNow, fill_found, refill_found
from civium.engines.forms.actions.save_answers import save_answers
from civium.engines.forms.queries import open_answers
from civium.engines.forms.rules import PageReading
from civium.engines.registries.actions.ask_register import RegisterUnavailable
from civium.engines.registries.actions.find_in_register import find_in_register
from civium.foundation.identity.actions.limit_tries import limit_tries
from civium.foundation.identity.models import Person
from civium.journeys.catalogue.queries import Offer, get_offer_version

from ..models import Application

# More than anybody has papers for, and too few to find somebody else's by trying numbers.
MOST_AN_HOUR: Final = 30


def look_up_page(application: Application, reading: PageReading, *, at: datetime) -> PageReading:
    """Fill in what registers know of the things that a page names; what is not found becomes an error of its field.

    Registers are asked outside any transaction: they may be slow. Refuses (TooManyTries) whoever tries one number after the other.
    """
    offer = get_offer_version(application.service, application.version)
    if reading.errors or not _finds_things(offer):
        return reading
    return fill_found(
        offer.form,
        reading,
        open_answers(application.draft),
        look=_counted(_look(offer, asked_by=application.applicant, at=at), application.applicant, at=at),
        language=get_language() or application.language,
    )


def look_up_again(application: Application, *, at: datetime) -> None:
    """Look up everything that the application names once more, so that what is sent and paid is what the register says now.

    What is no longer found loses its answer; a register that does not answer changes nothing.
    """
    offer = get_offer_version(application.service, application.version)
    if not _finds_things(offer):
        return
    look = _look(offer, asked_by=application.applicant, at=at)
    changes = refill_found(offer.form, open_answers(application.draft), look=look)
    if changes:
        save_answers(application.draft, changes, at=at)


def look_up_answers(
    offer: Offer, answers: Mapping[str, Any], *, asked_by: Person, at: datetime
) -> dict[str, Any]:
    """The answers of a program, with what registers know of the things that they name, and no other facts about them.

    What is not found keeps its reference alone, which is no answer: ``validate_answers`` says so.
    """
    names = {ready.name for _page, ready in offer.form.questions() if ready.question.type == "found"}
    if not names:
        return dict(answers)
    bare = {name: _bare(value) if name in names else value for name, value in answers.items()}
    found = refill_found(offer.form, bare, look=_look(offer, asked_by=asked_by, at=at))
    return {**bare, **{name: facts for name, facts in found.items() if facts is not None}}


def _bare(value: Any) -> Any:
    return value.get("reference") if isinstance(value, Mapping) else value


def _finds_things(offer: Offer) -> bool:
    return any(ready.question.type == "found" for _page, ready in offer.form.questions())


def _counted(look: Look, who: Person, *, at: datetime) -> Look:
    """Each try counts before the register is asked, whether there is such a thing or not."""

    def counted(register: str, keys: Mapping[str, str]) -> Mapping[str, Any] | None:
        limit_tries("look-up", who=str(who.pk), most=MOST_AN_HOUR, within=timedelta(hours=1), at=at)
        return look(register, keys)

    return counted


def _look(offer: Offer, *, asked_by: Person, at: datetime) -> Look:
    def look(register: str, keys: Mapping[str, str]) -> Mapping[str, Any] | None:
        try:
            return find_in_register(
                register,
                keys,
                asked_by=asked_by,
                purpose=f"{offer.name}:find",
                legal_basis="public-task",
                at=at,
            )
        except RegisterUnavailable:
            raise NotNow from None

    return look
