"""What finance reads on the money page, in words. No query is made here, but for the cases that payments belong to, and the keys of notes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from markupsafe import Markup

from civium.engines.cases.queries import find_cases_of_streams
from civium.engines.cases.rules import may_work_on
from civium.engines.payments.models import FinanceNote, Payment, ProviderCall
from civium.foundation.design.showing import words
from civium.foundation.identity.models import Person, Role
from civium.foundation.kit.money import Money
from civium.foundation.kit.town import the_town
from civium.foundation.privacy.actions.declare_reading import declare_reading
from civium.foundation.privacy.queries import LiesStill
from civium.foundation.vault.actions.sealing import KeyDestroyed, fetch_keys
from civium.journeys.catalogue.queries import find_offers

# Why a provider's call was put aside.
REASONS = {
    "unreadable": gettext_lazy("It cannot be read"),
    "unknown-reference": gettext_lazy("It names no payment of ours"),
    "other-checkout": gettext_lazy("It is about another payment page"),
    "other-amount": gettext_lazy("The amount is not what we asked for"),
    "other-currency": gettext_lazy("The currency is not what we asked for"),
    "other-payee": gettext_lazy("The money went to another account"),
}
CALLS = {
    "paid": pgettext_lazy("what the payment service says", "It was paid"),
    "declined": pgettext_lazy("what the payment service says", "It was declined"),
    "pending": pgettext_lazy("what the payment service says", "It is on its way"),
    "unreadable": pgettext_lazy("what the payment service says", "We cannot read it"),
}
PROVIDERS = {"demo": gettext_lazy("Demo payment service")}


@dataclass(frozen=True)
class PaidFor:
    """The case that a payment belongs to; ``href`` only for whoever may open it."""

    reference: str
    href: str


@dataclass(frozen=True)
class ShownCall:
    """A call that does not fit, beside the payment it seems to be about. ``may_settle``: it says that money came."""

    call: ProviderCall
    provider: str
    says: str
    why: str
    may_settle: bool
    differs: bool


@dataclass(frozen=True)
class ShownNote:
    """What finance noted about a payment."""

    written_at: datetime
    words: str


def shown_call(call: ProviderCall) -> ShownCall:
    """The call in words."""
    payment = call.payment
    return ShownCall(
        call=call,
        provider=provider_words(call.provider),
        says=str(CALLS.get(call.kind, call.kind)),
        why=str(REASONS.get(call.reason, call.reason)),
        may_settle=bool(
            payment and not payment.is_received and call.kind == "paid" and call.amount and call.minor > 0
        ),
        differs=bool(payment and call.amount and call.amount != payment.amount),
    )


def cases_of(payments: Sequence[Payment], *, for_: Person) -> dict[str, PaidFor]:
    """The cases that the payments were for, by their subjects, in one read."""
    return {
        case.subject: PaidFor(
            case.reference,
            reverse("desk:case", args=[case.reference]) if may_work_on(for_, case) else "",
        )
        for case in find_cases_of_streams({payment.subject for payment in payments})
    }


def titles_of_services(language: str) -> dict[str, str]:
    """What services are called in the reader's language: the words of a payment are in its payer's."""
    return {offer.name: str(offer.words(language).title) for offer in find_offers()}


def shown_notes(notes: Collection[FinanceNote], *, for_: Person) -> dict[UUID, list[ShownNote]]:
    """What finance noted, by payment, the first note first. It is about the payers, who see that it was read."""
    shown: dict[UUID, list[ShownNote]] = {}
    fetch_keys({note.under for note in notes})
    for note in notes:
        shown.setdefault(note.payment_id, []).append(ShownNote(note.written_at, _opened(note, for_=for_)))
    return shown


def _opened(note: FinanceNote, *, for_: Person) -> str:
    """The note, or why it cannot be read."""
    payment = note.payment
    declare_reading(
        of=note.under,
        subject=payment.subject,
        purpose="look-after-money",
        by=for_,
        agency=payment.agency,
        role=Role.FINANCE.value,
        service=payment.service,
    )
    try:
        return note.words
    except (KeyDestroyed, LiesStill) as refusal:
        return str(refusal.message)


def shown_balances(
    balances: dict[str, list[Money]], titles: dict[str, str]
) -> list[tuple[str | Markup, list[Money]]]:
    """The accounts of the ledger in words: where money is, and what it was for."""
    return [(account_words(account, titles), sums) for account, sums in balances.items()]


def account_words(account: str, titles: dict[str, str]) -> str | Markup:
    """``clearing:<provider>`` and ``income:<agency>:<service>`` as people say them."""
    match account.split(":"):
        case ["clearing", provider]:
            return _("Held by the payment service: %(provider)s") % {"provider": provider_words(provider)}
        case ["income", agency, service]:
            agencies = the_town().agencies
            whose = words(agencies[agency].name) if agency in agencies else agency
            return Markup("{} · {}").format(whose, titles.get(service, service))
    return account


def provider_words(provider: str) -> str:
    """What a payment service is called."""
    return str(PROVIDERS.get(provider, provider))
