"""Who may act for whom: what one gave and holds, inviting, answering, ending."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from civium.foundation.design.showing import day
from civium.foundation.identity.actions.answer_invitation import (
    InvitationOver,
    OrganisationMissing,
    accept_mandate,
    decline_mandate,
)
from civium.foundation.identity.actions.end_mandate import end_mandate
from civium.foundation.identity.actions.invite_to_act import (
    AddressMissing,
    NothingAllowed,
    UntilUnusable,
    invite_to_act,
    is_usable_address,
)
from civium.foundation.identity.actions.limit_tries import TooManyTries
from civium.foundation.identity.events import (
    MandateAccepted,
    MandateConfirmed,
    MandateDeclined,
    MandateEnded,
    MandateEndsSoon,
    MandateExpired,
    MandateInvited,
    MandateRegistered,
)
from civium.foundation.identity.models import Basis, Mandate, MandateState, Person
from civium.foundation.identity.policy import (
    SignedInRequest,
    freshly_signed_in,
    open_to,
    signed_in,
    start_acting,
    stop_acting,
)
from civium.foundation.identity.queries import (
    find_invitation,
    find_invitations_to,
    find_mandates_between,
    find_mandates_given,
    find_mandates_held,
    find_organisations_of,
    get_mandate,
)
from civium.foundation.identity.rules import POWERS, is_usable_until, services_kept_to_oneself
from civium.foundation.journal.models import Entry
from civium.foundation.journal.queries import find_entries
from civium.foundation.kit.languages import listed_apart
from civium.foundation.kit.refusals import NotFound, NotUsable, require
from civium.foundation.kit.town import the_town
from civium.foundation.privacy.actions.declare_reading import declare_reading
from civium.journeys.applications.queries import mandate_words
from civium.journeys.applications.rules import StoryLine
from civium.journeys.catalogue.queries import Offer, find_offers

TONES = {"invited": "sun", "active": "leaf", "ended": "grey", "expired": "grey", "declined": "grey"}


@dataclass(frozen=True)
class ShownMandate:
    """One mandate as its giver or its holder reads it."""

    id: UUID
    name: str
    service: str
    can: list[str]
    cannot: list[str]
    until: str
    state: str
    state_words: str
    tone: str
    basis: str
    is_mine: bool
    is_open: bool
    ever_held: bool
    code: str = ""


def _language() -> str:
    return get_language() or "en"


def shown(mandate: Mandate, *, reader: Person, at: datetime) -> ShownMandate:
    """The mandate in words; ``reader`` is one of its sides, or was invited."""
    state = mandate.shown_state(at, the_town().today(at))
    is_mine = mandate.giver_id == reader.pk
    _know_one_another(mandate, reader=reader)
    return ShownMandate(
        id=mandate.pk,
        name=mandate_words.holder_words(mandate) if is_mine else mandate_words.named(mandate.giver),
        service=mandate_words.service_words(mandate.service, _language()),
        can=mandate_words.can_do(mandate.powers),
        cannot=mandate_words.cannot_do(mandate.powers),
        until=day(mandate.until),
        state=str(state),
        state_words=str(MandateState(state).label),
        tone=TONES[state],
        basis=mandate_words.basis_words(mandate),
        is_mine=is_mine,
        is_open=state in (MandateState.INVITED, MandateState.ACTIVE),
        ever_held=state != MandateState.DECLINED and bool(mandate.to_person_id or mandate.to_organisation_id),
        code=mandate.code if not is_mine and mandate.is_open(at) else "",
    )


def _know_one_another(mandate: Mandate, *, reader: Person) -> None:
    """Each side of a mandate is shown what the other is called."""
    for side in (mandate.giver_id, mandate.to_person_id):
        if side is not None:
            declare_reading(of=side, purpose="know-one-another", by=reader)


@open_to(signed_in)
@require_GET
def mandates(request: SignedInRequest) -> HttpResponse:
    """Both directions: who acts for me, for whom I act, who asks me, and what is over."""
    person, now = request.user, timezone.now()
    given = [shown(each, reader=person, at=now) for each in find_mandates_given(person)]
    held = [shown(each, reader=person, at=now) for each in find_mandates_held(person)]
    return render(
        request,
        "portal/mandates.html",
        {
            "asked": [shown(each, reader=person, at=now) for each in find_invitations_to(person, at=now)],
            "given": [each for each in given if each.is_open],
            "held": [each for each in held if each.is_open],
            "over": [each for each in (*given, *held) if not each.is_open],
        },
    )


@dataclass
class Typed:
    """What somebody typed into the invitation, to be shown again."""

    email: str = ""
    who: str = "person"
    powers: list[str] = field(default_factory=lambda: ["view"])
    service: str = ""
    until: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, posted: QueryDict) -> Typed:
        return cls(
            email=posted.get("email", "")[:300],
            who="organisation" if posted.get("who") == "organisation" else "person",
            powers=[power for power in posted.getlist("powers") if power in POWERS],
            service=posted.get("service", "")[:80],
            until={part: posted.get(f"until-{part}", "")[:10] for part in ("day", "month", "year")},
        )

    @property
    def last_day(self) -> date | None:
        """The day; None for one that no calendar has."""
        try:
            return date(*(int(self.until.get(part, "")) for part in ("year", "month", "day")))
        except (ValueError, OverflowError):
            return None

    def errors(self, *, services: Collection[str], today: date) -> dict[str, str]:
        """What is wrong with each box, by itself, so that all is told at once; whom it may go to is for the action to say."""
        found = {}
        if not is_usable_address(self.email):
            found["email"] = str(AddressMissing.message)
        if not self.powers:
            found["powers"] = str(NothingAllowed.message)
        if self.service != "all" and self.service not in services:
            found["service"] = _("Choose a service, or all of them.")
        if self.last_day is None and all(self.until.values()):
            found["until"] = _("This day does not exist. Check the day, the month and the year.")
        elif self.last_day is None or not is_usable_until(self.last_day, today=today):
            found["until"] = str(UntilUnusable.message)
        return found


@open_to(freshly_signed_in())
@require_http_methods(["GET", "POST"])
def invite(request: SignedInRequest) -> HttpResponse:
    """Invite somebody. The answer is the same whether the address has an account or not."""
    if request.method == "GET":
        return _invitation_form(request, Typed(until=_in_a_year(timezone.now())))
    typed = Typed.of(request.POST)
    services = {offer.name for offer in _offers_for_others()}
    now, until = timezone.now(), typed.last_day
    errors = typed.errors(services=services, today=the_town().today(now))
    if errors or until is None:
        return _invitation_form(request, typed, errors=errors)
    try:
        invite_to_act(
            request.user,
            email=typed.email,
            powers=typed.powers,
            service="" if typed.service == "all" else typed.service,
            until=until,
            wants_organisation=typed.who == "organisation",
            by=request.user,
            at=now,
        )
    except NotUsable as refusal:
        said = f"{refusal.message} {refusal.what_next}".strip()
        return _invitation_form(request, typed, errors={refusal.field or "email": said})
    except TooManyTries:
        said = _("You invited many people today. Try again tomorrow.")
        return _invitation_form(request, typed, errors={"email": said}, status=429)
    messages.success(
        request,
        _("We sent the invitation. It begins when they say yes. If nobody answers, it ends after 14 days."),
    )
    return redirect("portal:mandates")


def _in_a_year(at: datetime) -> dict[str, str]:
    today = the_town().today(at)
    return {"day": str(min(today.day, 28)), "month": str(today.month), "year": str(today.year + 1)}


def _offers_for_others() -> list[Offer]:
    """What somebody else can be let ask for."""
    return [offer for offer in find_offers() if offer.name not in services_kept_to_oneself()]


def _invitation_form(
    request: HttpRequest, typed: Typed, *, errors: dict[str, str] | None = None, status: int = 422
) -> HttpResponse:
    titles = sorted((str(offer.words(_language()).title), offer.name) for offer in _offers_for_others())
    services: list[Any] = [
        ("", _("Choose one")),
        ("all", _("All services")),
        *((name, title) for title, name in titles),
    ]
    context = {
        "typed": typed,
        "errors": errors or {},
        "services": services,
        "powers": [(power, mandate_words.power_words(power)) for power in POWERS],
    }
    return render(request, "portal/invite_to_act.html", context, status=status if errors else 200)


@open_to(freshly_signed_in(when=lambda request: request.POST.get("do") != "decline"))
@require_http_methods(["GET", "POST"])
def answer_invitation(request: SignedInRequest, code: str) -> HttpResponse:
    """Read what one is asked to do for somebody; say yes or no."""
    person, now, problem = request.user, timezone.now(), ""
    mandate = find_invitation(code, for_=person, at=now)
    if mandate is None:
        raise InvitationOver
    _know_one_another(mandate, reader=person)
    if request.method == "POST" and request.POST.get("do") == "decline":
        decline_mandate(code, by=person, at=now)
        messages.success(request, _("You said no. Nothing else happens."))
        return redirect("portal:mandates")
    if request.method == "POST":
        try:
            accepted = accept_mandate(
                code, by=person, at=now, organisation=_id(request.POST.get("organisation"))
            )
        except OrganisationMissing as refusal:
            problem = str(refusal.message)
        else:
            name = mandate_words.named(accepted.giver)
            messages.success(request, _("You can now act for %(name)s.") % {"name": name})
            return redirect("portal:mandate", id=accepted.pk)
    context = {
        "mandate": shown(mandate, reader=person, at=now),
        "wants_organisation": mandate.wants_organisation,
        "organisations": [(str(each.pk), each.name) for each in find_organisations_of(person)],
        "problem": problem,
    }
    return render(request, "portal/mandate_invitation.html", context, status=422 if problem else 200)


def _id(typed: str | None) -> UUID | None:
    try:
        return UUID(typed or "")
    except ValueError:
        return None


@open_to(signed_in)
@require_GET
def mandate(request: SignedInRequest, id: UUID) -> HttpResponse:
    """One mandate: what it allows and what not, until when, how to end it, and what happened."""
    person, now = request.user, timezone.now()
    found = get_mandate(id, for_=person)
    context = {"mandate": shown(found, reader=person, at=now), "story": _story(found, reader=person)}
    return render(request, "portal/mandate.html", context)


@open_to(freshly_signed_in())
@require_http_methods(["GET", "POST"])
def end(request: SignedInRequest, id: UUID) -> HttpResponse:
    """Ask once, then end it at once. Either side may."""
    person, now = request.user, timezone.now()
    found = get_mandate(id, for_=person)
    seen = shown(found, reader=person, at=now)
    if not seen.is_open:
        return redirect("portal:mandate", id=id)
    if request.method == "POST":
        end_mandate(found, by=person, at=now)
        messages.success(
            request,
            _("The invitation is withdrawn. Its link opens nothing any more.")
            if seen.state == MandateState.INVITED
            else _("It is ended. From now on nobody can use it."),
        )
        return redirect("portal:mandates")
    still = find_mandates_between(found, at=now)
    services = dict.fromkeys(mandate_words.service_words(each.service, _language()) for each in still)
    return render(request, "portal/end_mandate.html", {"mandate": seen, "still": listed_apart(services)})


@open_to(signed_in)
@require_POST
def act(request: SignedInRequest, id: UUID) -> HttpResponse:
    """Act for the giver of a mandate from here on."""
    found = get_mandate(id, for_=request.user)
    require(found.giver_id != request.user.pk, NotFound)
    start_acting(request, found.giver_id)
    return redirect("portal:my_page")


@open_to(signed_in)
@require_POST
def stop(request: SignedInRequest) -> HttpResponse:
    """Act for oneself again."""
    stop_acting(request)
    messages.success(request, _("Stopped. You are on your own page again."))
    return redirect("portal:my_page")


def _story(mandate: Mandate, *, reader: Person) -> list[StoryLine]:
    entries = find_entries([f"mandate:{mandate.pk}"])
    lines = (_line(entry, mandate, reader=reader) for entry in reversed(entries))
    return [line for line in lines if line is not None]


def _line(entry: Entry, mandate: Mandate, *, reader: Person) -> StoryLine | None:
    match entry.event:
        case MandateInvited():
            title, icon, tone = _("Invited"), "mail", "grey"
        case MandateAccepted():
            title, icon, tone = _("Accepted: it holds from here on"), "check", "leaf"
        case MandateDeclined():
            title, icon, tone = _("Declined"), "undo-2", "grey"
        case MandateRegistered():
            title, icon, tone = _("The register says so: it holds from here on"), "check", "leaf"
        case MandateConfirmed():
            title, icon, tone = _("The register was asked again and still says so"), "check", "grey"
        case MandateEnded(was="invited"):
            title, icon, tone = _("Withdrawn before it was answered"), "undo-2", "grey"
        case MandateEnded() if entry.by_id is None and mandate.basis != Basis.GIVEN:
            title, icon, tone = _("Ended: the register no longer says so"), "undo-2", "coral"
        case MandateEnded():
            title, icon, tone = _("Ended"), "undo-2", "coral"
        case MandateExpired():
            title, icon, tone = _("Over: its time has passed"), "clock", "grey"
        case MandateEndsSoon():
            title, icon, tone = _("Both sides told that it ends soon"), "clock", "grey"
        case _:
            return None
    return StoryLine(at=entry.at, title=title, by=_who(entry.by_id, mandate, reader), icon=icon, tone=tone)


def _who(person: UUID | None, mandate: Mandate, reader: Person) -> str:
    if person is None:
        return ""
    if person == reader.pk:
        return _("You")
    if person == mandate.giver_id:
        return mandate_words.named(mandate.giver)
    return mandate_words.holder_words(mandate)
