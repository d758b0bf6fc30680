"""Acting for somebody else: for whom the visitor chose to act, and what their mandates say of it at this very request.

The session keeps only for whom. What may be done is read from the mandates each time, so that one that ended a moment ago
lets nobody do anything, on whatever page they have open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.models import Mandate, Person
from civium.foundation.identity.queries import find_standing_mandates
from civium.foundation.identity.rules import powers_in, services_kept_to_oneself
from civium.foundation.kit.refusals import NotFound
from civium.foundation.privacy.actions.declare_reading import declare_reading

_ACTING = "acting_for"


class NotWhileActing(NotFound):
    """It is not there, not theirs, not covered, or the mandate is over: one answer for all of these, with a way on."""

    what_next = _(
        "You act, or acted, for somebody else, and this is not something that you may do for them now. "
        "On “My page” you see for whom you act and what you may do."
    )


@dataclass(frozen=True)
class Acting:
    """Somebody acts for ``giver``, whose ``hands`` they are, under mandates that stand now."""

    giver: Person
    mandates: tuple[Mandate, ...]

    def powers(self, service: str) -> frozenset[str]:
        """What they may do in the service."""
        return powers_in(service, self.mandates)

    @property
    def hidden_services(self) -> frozenset[str]:
        """What even a mandate for all services does not show."""
        return frozenset(each for each in services_kept_to_oneself() if "view" not in self.powers(each))

    @property
    def name(self) -> str:
        """What the giver is called."""
        return self.giver.name


def start_acting(request: HttpRequest, giver: UUID) -> None:
    """From now on this visitor acts for the giver, as far as their mandates say. Without one it is not there."""
    if not find_standing_mandates(request.user, at=timezone.now(), giver=giver):  # type: ignore[arg-type]
        raise NotFound
    request.session[_ACTING] = str(giver)
    request.__dict__.pop("acting", None)


def stop_acting(request: HttpRequest) -> None:
    """From now on this visitor acts for themselves."""
    request.session.pop(_ACTING, None)
    request.__dict__.pop("acting", None)


def acting_of(request: HttpRequest) -> Acting | None:
    """For whom the visitor acts, asked of the mandates once per request; None when for themselves."""
    if "acting" not in request.__dict__:
        request.__dict__["acting"] = _look(request)
    found: Acting | None = request.__dict__["acting"]
    return found


def has_stopped(request: HttpRequest) -> bool:
    """Whether the visitor came here acting for somebody and learnt just now that they no longer may."""
    return acting_of(request) is None and bool(request.__dict__.get("acting_is_over"))


class ActsFor:
    """Middleware: for the frame of every page, which says for whom one acts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.acts_for = SimpleLazyObject(lambda: acting_of(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def _look(request: HttpRequest) -> Acting | None:
    chosen = request.session.get(_ACTING)
    if not chosen or not request.user.is_authenticated:
        return None
    standing = find_standing_mandates(request.user, at=timezone.now(), giver=UUID(chosen))
    if not standing:
        del request.session[_ACTING]
        request.__dict__["acting_is_over"] = True
        messages.warning(
            request,
            _now("You can no longer act for somebody else here. From now on you act for yourself."),
        )
        return None
    giver = standing[0].giver
    giver.hands = request.user
    declare_reading(of=giver.pk, purpose="act-for-you", by=request.user, on_behalf_of=giver.pk)
    return Acting(giver, tuple(standing))
