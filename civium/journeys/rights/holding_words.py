"""What is held, why and how long: the declarations of rooms and of service documents, as rows to show."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from civium.engines.registries.queries import register_title
from civium.foundation.design.showing import words
from civium.foundation.identity.queries import how_long_visits_last
from civium.foundation.kit.languages import pick_text
from civium.foundation.kit.town import the_town
from civium.foundation.privacy.queries import find_holdings
from civium.foundation.privacy.schema import Holding
from civium.journeys.catalogue.queries import find_offers

BASES = {
    "consent": gettext_lazy("You agreed to it"),
    "contract": gettext_lazy("You asked for it, and it cannot be done without"),
    "legal-obligation": gettext_lazy("The law says that we must"),
    "vital-interests": gettext_lazy("It protects somebody's life"),
    "public-task": gettext_lazy("It is a task that the law gives the town"),
    "legitimate-interests": gettext_lazy("The town needs it, and it weighs little on you"),
}
ENDS = {
    "erased": gettext_lazy(
        "Its key is destroyed: nobody can read it any more, and after a week not in a backup either"
    ),
    "deleted": gettext_lazy("It is deleted"),
    "made-anonymous": gettext_lazy("It stays, and leads to nobody"),
    "kept-as-amount": gettext_lazy("Only the amount stays"),
}


class HeldRow(NamedTuple):
    """One kind of data."""

    name: str
    title: str
    what: str
    purpose: str
    basis: str
    period: str
    end: str
    recipients: str


class KeptRow(NamedTuple):
    """How long the cases of one service are kept."""

    service: str
    title: str
    agency: str
    basis: str
    periods: list[tuple[str, str]]
    recipients: list[str]


class Cookie(NamedTuple):
    """Something that the site keeps in a browser."""

    name: str
    purpose: Any
    lasts: Any


def held_rows() -> list[HeldRow]:
    """Every kind of data that a room declares, the account first."""
    return [
        HeldRow(
            each.name,
            str(each.title),
            str(each.what),
            str(each.purpose),
            str(BASES[each.basis]),
            str(each.period),
            str(ENDS[each.end]),
            str(each.recipients) or _("Nobody outside the town"),
        )
        for each in account_first(find_holdings())
    ]


def account_first(holdings: Iterable[Holding]) -> list[Holding]:
    """What people know best comes first, the rest from the ground floor up."""
    return sorted(holdings, key=lambda holding: holding.name != "account")


def kept_rows(*, language: str) -> list[KeptRow]:
    """What the service documents say of how long cases are kept."""
    rows = []
    for offer in find_offers():
        document = getattr(offer, "document", None)
        if offer.form is None or document is None:
            continue
        said = offer.words(language)
        rows.append(
            KeptRow(
                offer.name,
                str(said.title),
                words(the_town().agencies[document.agency].name),
                str(BASES[document.basis]),
                [(str(said.steps[end]), period_words(period)) for end, period in document.keep.items()],
                sorted(
                    {
                        pick_text(register_title(telling.to), language).words
                        for tellings in document.tell.values()
                        for telling in tellings
                    }
                ),
            )
        )
    return rows


def period_words(period: Any) -> str:
    """A period in the reader's language."""
    amount = period.amount
    return {
        "working day": ngettext("%(num)d working day", "%(num)d working days", amount),
        "day": ngettext("%(num)d day", "%(num)d days", amount),
        "week": ngettext("%(num)d week", "%(num)d weeks", amount),
        "month": ngettext("%(num)d month", "%(num)d months", amount),
        "year": ngettext("%(num)d year", "%(num)d years", amount),
    }[period.unit] % {"num": amount}


def _hours(seconds: int) -> str:
    hours = seconds // 3600
    return ngettext("%(num)d hour", "%(num)d hours", hours) % {"num": hours}


def declared_cookies() -> list[Cookie]:
    """Every cookie that this site sets. What is not on this list, a test refuses."""
    return [
        Cookie(
            settings.SESSION_COOKIE_NAME,
            _("Keeps you signed in; and what you began, when you have no account."),
            _(
                "Signed in, until you sign out or close the browser. %(signed_out)s Without an account, %(hours)s."
            )
            % {"signed_out": how_long_visits_last(), "hours": _hours(settings.SESSION_COOKIE_AGE)},
        ),
        Cookie(
            settings.CIVIUM_DEVICE_COOKIE,
            _(
                "Remembers that you signed in with this browser: we warn you only of others, and nobody who guesses your password "
                "locks you out here. Only our server reads it."
            ),
            _("1 year"),
        ),
        Cookie(
            settings.CSRF_COOKIE_NAME,
            _("Shows that what is sent comes from our page, and not from somebody else's."),
            _("1 year"),
        ),
        Cookie(settings.LANGUAGE_COOKIE_NAME, _("Remembers the language that you chose."), _("1 year")),
        Cookie(
            "messages", _("Carries a line such as “Saved” to the next page."), _("Until you have read it")
        ),
        Cookie(
            "desk-list", _("For staff: remembers which list was open last."), _("Until the browser is closed")
        ),
    ]
