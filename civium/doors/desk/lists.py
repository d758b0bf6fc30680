"""Which list somebody asked for: a queue, narrowed and sorted, as its address says. The same address gives the same list again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from civium.engines.cases.queries import Colleague, Filters, Which, agencies_of
from civium.foundation.design.showing import bare_words, reading_language, short_day
from civium.foundation.identity.models import Person
from civium.foundation.kit.refusals import NotFound, require
from civium.foundation.kit.town import the_town
from civium.journeys.catalogue.queries import Offer, find_offers

QUEUES: dict[str, Any] = {
    "mine": gettext_lazy("Mine"),
    "for-my-role": gettext_lazy("For my role"),
    "unassigned": gettext_lazy("Not assigned"),
    "team": gettext_lazy("My team"),
    "due-soon": gettext_lazy("Due soon"),
    "late": gettext_lazy("Late"),
    "waiting": gettext_lazy("Applicant to answer"),
    "messages": gettext_lazy("New messages"),
    "closed": pgettext_lazy("cases", "Closed"),
}
# What each queue is, where its name does not say it all.
EXPLAINED: dict[str, Any] = {
    "for-my-role": gettext_lazy("Somebody in your role can do the next step."),
    "due-soon": gettext_lazy("Due today or in the next three working days."),
    "late": gettext_lazy("The day by which the step was due has passed."),
    "waiting": gettext_lazy("The clock stands still until the applicant answers."),
    "messages": gettext_lazy(
        "The applicant wrote, and whoever has the case has not read it. What nobody has stays until it is answered or taken."
    ),
}
DAYS = ("due_from", "due_to", "opened_from", "opened_to")
_PLAIN = ("agency", "service", "step", "outcome")
MOST_TYPED = 200
# The list that somebody came from, so that a case leads back to it and on to the next. Forgotten with the browser's window.
LIST_COOKIE = "desk-list"


@dataclass(frozen=True)
class Chip:
    """One filter that is on, and the address of the list without it."""

    text: str
    href: str


@dataclass(frozen=True)
class Asked:
    """A list as it was asked for. ``holder`` is ``me``, ``nobody`` or a colleague's id; ``wrong`` are days that are none."""

    which: Which
    sort: str = ""
    q: str = ""
    agency: str = ""
    service: str = ""
    step: str = ""
    outcome: str = ""
    holder: str = ""
    due_from: date | None = None
    due_to: date | None = None
    opened_from: date | None = None
    opened_to: date | None = None
    wrong: tuple[str, ...] = ()

    @property
    def is_search(self) -> bool:
        return bool(self.q)

    @property
    def found_as(self) -> Which:
        """The queue that answers: what somebody searches for is looked for everywhere."""
        return "found" if self.is_search else self.which

    def filters(self, reader: Person) -> Filters:
        """What the list is narrowed to."""
        return Filters(
            agency=self.agency,
            service=self.service,
            step=self.step,
            outcome=self.outcome,
            holder=_person(self.holder, reader),
            due_from=self.due_from,
            due_to=self.due_to,
            opened_from=self.opened_from,
            opened_to=self.opened_to,
            words=self.q,
        )

    def query(self, **changes: Any) -> str:
        """The address of this list with some of it changed, from its question mark on. Empty values are left out."""
        given = {
            "which": self.which,
            "q": self.q,
            **{name: getattr(self, name) for name in (*_PLAIN, "holder", *DAYS, "sort")},
            **changes,
        }
        return "?" + urlencode({name: value for name, value in given.items() if value})

    @property
    def is_narrowed(self) -> bool:
        return any(getattr(self, name) for name in (*_PLAIN, "holder", *DAYS))

    def chips(self, workers: Mapping[UUID, Colleague]) -> list[Chip]:
        """What is on, each with the address of the list without it."""
        if not self.is_narrowed:
            return []
        told = {
            "agency": _("Agency: %(name)s") % {"name": agency_words(self.agency)},
            "service": _("Service: %(name)s") % {"name": service_words(self.service)},
            "step": _("Step: %(name)s") % {"name": step_words(self.service, self.step)},
            "outcome": _("Outcome: %(name)s") % {"name": outcome_words(self.service, self.outcome)},
            "holder": _("With: %(name)s") % {"name": holder_words(self.holder, workers)},
            "due_from": _("Due from %(day)s") % {"day": _day(self.due_from)},
            "due_to": _("Due until %(day)s") % {"day": _day(self.due_to)},
            "opened_from": _("Received from %(day)s") % {"day": _day(self.opened_from)},
            "opened_to": _("Received until %(day)s") % {"day": _day(self.opened_to)},
        }
        # A step and an outcome belong to their service.
        also = {"service": {"step": "", "outcome": ""}}
        return [
            Chip(text, self.query(**{name: "", **also.get(name, {})}))
            for name, text in told.items()
            if getattr(self, name)
        ]


def asked_for(given: Mapping[str, str]) -> Asked:
    """The list that an address asks for. Refuses with NotFound a queue that there is not; a day that is none is left out."""
    which = given.get("which", "team")
    require(which in QUEUES, NotFound)
    days = {name: _parse_day(given.get(name, "")) for name in DAYS}
    fields: dict[str, Any] = {name: given.get(name, "").replace("\0", "")[:80] for name in _PLAIN}
    fields |= {name: day for name, day in days.items() if isinstance(day, date)}
    return Asked(
        which=which,  # type: ignore[arg-type]
        sort=given.get("sort", "")[:20],
        q=" ".join(given.get("q", "").replace("\0", " ").split())[:MOST_TYPED],
        holder=given.get("holder", "")[:40],
        wrong=tuple(name for name, day in days.items() if day == "wrong"),
        **fields,
    )


def list_of(cookies: Mapping[str, str]) -> Asked:
    """The list that the browser showed last; the team's when there is none, or none that we know."""
    try:
        return asked_for(dict(parse_qsl(cookies.get(LIST_COOKIE, "").removeprefix("?"))))
    except NotFound:
        return asked_for({})


def _parse_day(typed: str) -> date | Literal["", "wrong"]:
    if not typed.strip():
        return ""
    try:
        day = date.fromisoformat(typed.strip())
    except ValueError:
        return "wrong"
    return day if 1900 <= day.year <= 2999 else "wrong"


def _person(holder: str, reader: Person) -> UUID | Literal["nobody"] | None:
    if holder == "me":
        return reader.pk
    if holder in ("", "nobody"):
        return holder or None  # type: ignore[return-value]
    try:
        return UUID(holder)
    except ValueError:
        raise NotFound from None


# --- what can be chosen ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Choices:
    """What the fields of the filter offer, as pairs of value and words."""

    agencies: list[tuple[str, str]]
    services: list[tuple[str, str]]
    steps: list[tuple[str, str]]
    outcomes: list[tuple[str, str]]
    holders: list[tuple[str, str]]


def choices_for(asked: Asked, reader: Person, workers: Mapping[UUID, Colleague]) -> Choices:
    """What can be narrowed to here; steps and outcomes are those of the chosen service."""
    own = agencies_of(reader)
    offer = _offer(asked.service)
    steps = list(offer.steps.steps.root.items()) if offer else []
    people = [worker for id, worker in workers.items() if id != reader.pk]
    return Choices(
        agencies=[(name, agency_words(name)) for name in own] if len(own) > 1 else [],
        services=services_of(own),
        steps=[(name, step_words(asked.service, name)) for name, step in steps if not step.end],
        outcomes=[(step.end, step_words(asked.service, name)) for name, step in steps if step.end],
        holders=[
            ("me", _("You")),
            ("nobody", _("Nobody yet")),
            *((str(each.id), each.name) for each in people),
        ],
    )


def services_of(agencies: Collection[str]) -> list[tuple[str, str]]:
    """The services of these agencies, with what each is called."""
    offers = [offer for offer in find_offers() if offer.document.agency in agencies]
    return [(each.name, str(each.words(reading_language()).title)) for each in offers]


def agency_words(agency: str) -> str:
    """What an agency is called."""
    agencies = the_town().agencies
    return bare_words(agencies[agency].name) if agency in agencies else agency


def service_words(service: str) -> str:
    """What a service is called now; its permanent name when it is not offered any more."""
    offer = _offer(service)
    return str(offer.words(reading_language()).title) if offer else service


def step_words(service: str, step: str) -> str:
    """What a step of a service is called now."""
    offer = _offer(service)
    return str(offer.words(reading_language()).steps.get(step) or step) if offer else step


def outcome_words(service: str, outcome: str) -> str:
    """What an outcome of a service is called: as the step that ends with it."""
    offer = _offer(service)
    ends = offer.steps.steps.root.items() if offer else ()
    return next((step_words(service, name) for name, step in ends if step.end == outcome), outcome)


def holder_words(holder: str, workers: Mapping[UUID, Colleague]) -> str:
    """Who has a case, as the filter says it."""
    own = {"me": _("You"), "nobody": _("Nobody yet")}
    if holder in own or not holder:
        return own.get(holder, "")
    try:
        return workers[UUID(holder)].name
    except (KeyError, ValueError):
        return _("A colleague")


def taker_words(name: str, worker: Colleague | None) -> str:
    """Somebody who can be given cases, with whether they are away."""
    return _("%(name)s (away)") % {"name": name} if worker and worker.away_until else name


def _offer(service: str) -> Offer | None:
    if not service:
        return None
    return next((offer for offer in find_offers() if offer.name == service), None)


def _day(day: date | None) -> str:
    return short_day(day) if day else ""


def without_marks(asked: Asked) -> Asked:
    """The same list as a bookmark keeps it: without the search, which may be somebody's address."""
    return replace(asked, q="")
