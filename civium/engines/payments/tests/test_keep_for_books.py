"""After six years the books have the amount, and nothing in them says whose it was."""

from __future__ import annotations

import datetime as dt

import pytest

from civium.engines.payments.actions.attend_payment import attend_payment
from civium.engines.payments.actions.cancel_payments import cancel_payments_of
from civium.engines.payments.actions.close_quarantined import dismiss_quarantined
from civium.engines.payments.actions.start_checkout import start_checkout
from civium.engines.payments.models import DemoCheckout, FinanceNote, LedgerLine, Payment, ProviderCall
from civium.engines.payments.queries import find_balances, find_ledger_differences
from civium.foundation.identity.models import Person
from civium.foundation.privacy.actions.erase_owner import forget
from civium.foundation.privacy.actions.forget_aged import forget_aged
from civium.foundation.privacy.actions.restrict_use import end_restriction, restrict_use
from civium.foundation.privacy.models import Why
from civium.foundation.privacy.queries import find_ageing
from civium.foundation.vault.models import Key
from tests.cast import NOW

from .conftest import SUBJECT, call_about, euros, hear, kinds_of

pytestmark = pytest.mark.django_db
SIX_YEARS = dt.timedelta(days=6 * 365 + 2)
A_DAY = dt.timedelta(days=1)


def age(name: str, *, at: dt.datetime) -> int:
    """What the night does about payments."""
    (ageing,) = (each for each in find_ageing() if each.name == name)
    assert ageing.over(at).count() == forget_aged(ageing, at=at), "what is said before is what is done"
    assert ageing.over(at).count() == 0
    return sum(1 for _ in Payment.objects.filter(payer=None))


def test_the_amount_stays_and_nothing_in_the_books_leads_to_anybody(started: Payment, amina: Person) -> None:
    hear(call_about(started))
    before, lines = find_balances(), list(LedgerLine.objects.values())
    assert age("payments", at=NOW + SIX_YEARS) == 0
    assert age("payments", at=NOW + SIX_YEARS + A_DAY) == 1
    kept = Payment.objects.get(pk=started.pk)
    assert (kept.amount, kept.state, kept.settled_at, kept.agency) == (
        euros("25.00"),
        "paid",
        NOW,
        started.agency,
    )
    assert (find_balances(), list(LedgerLine.objects.values())) == (before, lines)
    assert find_ledger_differences() == []
    rows = [*Payment.objects.values(), *ProviderCall.objects.values(), *DemoCheckout.objects.values()]
    everything = "".join(map(repr, rows))
    for trace in (
        str(amina.pk),
        SUBJECT,
        SUBJECT.partition(":")[2],
        started.reference,
        started.provider_reference,
        started.description,
        "/en/applications/",
        "event-paid",
    ):
        assert trace not in everything
    assert kept.lines == []
    assert kinds_of(kept)[-1] == "PaymentKeptForBooks"


def test_money_that_settled_nothing_any_more_still_agrees_with_the_ledger(
    started: Payment, finn: Person
) -> None:
    cancel_payments_of(started.subject, by=None, at=NOW, because="withdrawn")
    hear(call_about(started))
    late = Payment.objects.get(pk=started.pk)
    assert late.needs_attention
    assert age("payments", at=NOW + 2 * SIX_YEARS) == 0, "finance has not looked yet"
    attend_payment(late, note="Amina came to the counter about it.", by=finn, at=NOW)
    assert FinanceNote.objects.count() == 1
    assert age("payments", at=NOW + 2 * SIX_YEARS) == 1
    assert find_ledger_differences() == []
    assert not FinanceNote.objects.exists()


def test_a_note_about_somebody_who_is_gone_lasts_as_long_as_the_payment(
    started: Payment, amina: Person, finn: Person
) -> None:
    call = hear(call_about(started, amount=1))
    for owner in (SUBJECT, amina.vault_key):
        forget(owner, by=None, at=NOW)
    dismiss_quarantined(call, reason="Nobody answered.", by=finn, at=NOW)
    hear(call_about(started, id="good"))
    assert age("payments", at=NOW + 2 * SIX_YEARS) == 1
    kept = ProviderCall.objects.get(pk=call.pk)
    assert (kept.note, kept.note_under) == ("", "")
    assert Key.objects.get(owner=started.stream).destroyed_at


def test_what_nobody_paid_goes_altogether_and_what_may_still_be_paid_stays(started: Payment) -> None:
    assert age("payments", at=NOW + 2 * SIX_YEARS) == 0
    assert Payment.objects.count() == 1, "its page is still open"
    cancel_payments_of(started.subject, by=None, at=NOW + A_DAY, because="withdrawn")
    age("payments", at=NOW + SIX_YEARS + A_DAY)
    assert Payment.objects.count() == 1, "six years from when it was closed"
    age("payments", at=NOW + SIX_YEARS + 2 * A_DAY)
    assert not Payment.objects.exists()
    assert not DemoCheckout.objects.exists()


@pytest.mark.parametrize("whose", ["person", "subject"])
def test_what_lies_still_waits(started: Payment, amina: Person, whose: str) -> None:
    hear(call_about(started))
    owner = amina.vault_key if whose == "person" else SUBJECT
    restrict_use(owner, because=Why.CLAIM, by=amina, at=NOW)
    assert age("payments", at=NOW + 2 * SIX_YEARS) == 0
    end_restriction(owner, by=amina, at=NOW)
    assert age("payments", at=NOW + 2 * SIX_YEARS) == 1


def test_a_call_about_nothing_of_ours_goes_with_what_finance_wrote(started: Payment, finn: Person) -> None:
    call = hear(call_about(started, reference="22222222", payment="unknown"))
    assert call.payment_id is None
    age("payment-calls", at=NOW + 2 * SIX_YEARS)
    assert ProviderCall.objects.count() == 1, "finance has not looked yet"
    dismiss_quarantined(call, reason="It was meant for the harbour.", by=finn, at=NOW)
    age("payment-calls", at=NOW + 2 * SIX_YEARS)
    assert not ProviderCall.objects.exists()
    assert Key.objects.get(owner=call.vault_key).destroyed_at


def test_books_of_old_payments_take_a_new_payment_for_the_same_thing(started: Payment, ask: object) -> None:
    hear(call_about(started))
    age("payments", at=NOW + 2 * SIX_YEARS)
    again = ask(at=NOW + 2 * SIX_YEARS)  # type: ignore[operator]
    start_checkout(again, at=NOW + 2 * SIX_YEARS)
    assert Payment.objects.current(SUBJECT).get() == again
