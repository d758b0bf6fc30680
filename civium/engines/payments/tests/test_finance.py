"""What finance sees and settles; the ledger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from civium.engines.payments.actions._changing import PaymentAlreadyPaid
from civium.engines.payments.actions.attend_payment import attend_payment, flag_payment
from civium.engines.payments.actions.close_quarantined import (
    CallAlreadyClosed,
    NoMoneyInCall,
    OtherAmount,
    ReasonMissing,
    ReasonTooLong,
    dismiss_quarantined,
    settle_quarantined,
)
from civium.engines.payments.actions.refund_payment import NothingToRefund, refund_payment
from civium.engines.payments.models import OF_THE_TOWN, FinanceNote, LedgerLine, Payment, ProviderCall
from civium.engines.payments.queries import (
    find_balances,
    find_ledger_differences,
    find_payments_needing_attention,
    find_quarantined_calls,
    find_recent_payments,
)
from civium.foundation.identity.models import Person
from civium.foundation.journal.append_only import triggers_lifted
from civium.foundation.kit.refusals import NotAllowed
from civium.foundation.privacy.actions.erase_owner import forget
from civium.foundation.privacy.actions.restrict_use import lock_away
from civium.foundation.vault.actions.sealing import seal
from civium.foundation.vault.key_ring import key_of
from tests.cast import NOW

from .conftest import SUBJECT, call_about, euros, hear, kinds_of

pytestmark = pytest.mark.django_db


def test_the_ledger_sums_to_zero_and_agrees_with_what_is_paid(started: Payment) -> None:
    hear(call_about(started))
    assert find_balances() == {
        "clearing:demo": [euros("25.00")],
        "income:animal-welfare:dog-licence": [euros("-25.00")],
    }
    assert find_ledger_differences() == []


def test_a_payment_without_its_entry_is_a_difference(started: Payment) -> None:
    Payment.objects.filter(pk=started.pk).update(state="paid", settled_at=NOW)
    assert find_ledger_differences() == [started]


def rewrite_ledger(**changes: object) -> None:
    """As somebody does who owns the database."""
    with triggers_lifted():
        LedgerLine.objects.update(**changes)


@pytest.mark.parametrize("changes", [{"minor": 1}, {"currency": "USD"}])
def test_a_ledger_with_other_amounts_than_the_record_is_a_difference(
    started: Payment, changes: dict[str, object]
) -> None:
    hear(call_about(started))
    rewrite_ledger(**changes)
    assert find_ledger_differences() == [started]


def test_money_sent_back_in_another_amount_is_a_difference(started: Payment, finn: Person) -> None:
    hear(call_about(started))
    refund_payment(started, by=finn, at=NOW)
    with triggers_lifted():
        LedgerLine.objects.filter(kind="refund").update(minor=2400)
    assert find_ledger_differences() == [started]


def test_an_accepted_difference_is_none_and_a_rewritten_one_is(started: Payment, finn: Person) -> None:
    call = hear(call_about(started, amount=2400))
    settle_quarantined(call, payment=started, reason="x", by=finn, at=NOW, accepts_difference=True)
    assert find_ledger_differences() == []
    rewrite_ledger(minor=2500)
    assert find_ledger_differences() == [started]


def test_money_for_a_replaced_payment_is_held_against_the_providers_call(
    started: Payment, ask: Callable[..., Payment]
) -> None:
    ask("40.00")
    hear(call_about(started))
    assert find_ledger_differences() == []
    rewrite_ledger(minor=2400)
    assert find_ledger_differences() == [started]


def test_the_database_changes_and_deletes_no_ledger_line(started: Payment) -> None:
    hear(call_about(started))
    line = LedgerLine.objects.get()
    for change in (lambda: LedgerLine.objects.update(minor=1), line.delete):
        with pytest.raises(DatabaseError, match="ledger"), transaction.atomic():
            change()
    assert LedgerLine.objects.get().minor == 2500


@pytest.mark.parametrize("changes", [{"minor": 0}, {"minor": -5}, {"credit": "clearing:demo"}, {}])
def test_the_database_books_no_nonsense_and_nothing_twice(
    started: Payment, changes: dict[str, object]
) -> None:
    hear(call_about(started))
    entry = {
        "debit": "clearing:demo",
        "credit": "income:a:b",
        "minor": 1,
        "currency": "EUR",
        "booked_at": NOW,
    }
    kind = "settlement" if not changes else "other"
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerLine.objects.create(payment=started, kind=kind, **{**entry, **changes})


def test_finance_settles_a_quarantined_call_with_a_reason(started: Payment, finn: Person) -> None:
    call = hear(call_about(started, amount=2400))
    assert find_quarantined_calls(for_=finn) == [call]
    settle_quarantined(
        call, payment=started, reason="The bank kept one euro.", by=finn, at=NOW, accepts_difference=True
    )
    started.refresh_from_db()
    call.refresh_from_db()
    assert started.is_paid
    assert (call.outcome, call.closed_by, call.note) == ("settled", finn, "The bank kept one euro.")
    assert b"bank" not in bytes(call.note_sealed)
    assert find_balances()["clearing:demo"] == [euros("24.00")]
    assert find_quarantined_calls(for_=finn) == []
    with pytest.raises(CallAlreadyClosed):
        dismiss_quarantined(call, reason="Again", by=finn, at=NOW)


@pytest.mark.parametrize("changes", [{"amount": 1400}, {"amount": 2600}, {"currency": "USD"}])
def test_another_amount_pays_nothing_until_somebody_confirms_the_difference(
    started: Payment, finn: Person, changes: dict[str, object]
) -> None:
    call = hear(call_about(started, **changes))
    with pytest.raises(OtherAmount):
        settle_quarantined(call, payment=started, reason="It is theirs.", by=finn, at=NOW)
    started.refresh_from_db()
    call.refresh_from_db()
    assert (started.state, call.closed_at) == ("started", None)


def test_the_same_amount_on_another_page_needs_no_confirmation(started: Payment, finn: Person) -> None:
    call = hear(call_about(started, payment="another-page"))
    settle_quarantined(call, payment=started, reason="They paid on an old page.", by=finn, at=NOW)
    started.refresh_from_db()
    assert started.is_paid


def test_a_reason_is_not_longer_than_anybody_reads(started: Payment, finn: Person) -> None:
    call = hear(call_about(started, amount=1))
    with pytest.raises(ReasonTooLong):
        dismiss_quarantined(call, reason="x" * 5_001, by=finn, at=NOW)


def test_a_dismissed_call_pays_nothing(started: Payment, finn: Person) -> None:
    call = hear(call_about(started, amount=1))
    dismiss_quarantined(call, reason="Sent back.", by=finn, at=NOW)
    started.refresh_from_db()
    assert started.state == "started"
    assert find_quarantined_calls(for_=finn) == []


def test_closing_a_call_needs_finance_a_reason_and_money(
    started: Payment, finn: Person, boris: Person
) -> None:
    call = hear(call_about(started, amount=1))
    with pytest.raises(NotAllowed):
        settle_quarantined(call, payment=started, reason="Mine", by=boris, at=NOW)
    with pytest.raises(NotAllowed):
        dismiss_quarantined(call, reason="Mine", by=boris, at=NOW)
    with pytest.raises(ReasonMissing):
        settle_quarantined(call, payment=started, reason="  ", by=finn, at=NOW, accepts_difference=True)
    declined = hear(call_about(started, "declined", amount=1))
    with pytest.raises(NoMoneyInCall):
        settle_quarantined(declined, payment=started, reason="Try", by=finn, at=NOW)
    settled = hear(call_about(started, id="good"))
    with pytest.raises(CallAlreadyClosed):
        dismiss_quarantined(settled, reason="Not quarantined", by=finn, at=NOW)
    with pytest.raises(PaymentAlreadyPaid):
        settle_quarantined(call, payment=started, reason="Late", by=finn, at=NOW)


def test_finance_sees_what_needs_attention_until_it_has_looked(started: Payment, finn: Person) -> None:
    hear(call_about(started))
    flag_payment(started, at=NOW)
    flag_payment(started, reason="paid-twice", at=NOW)
    assert [p.needs_attention for p in find_payments_needing_attention(for_=finn)] == ["unplaced"]
    attend_payment(started, note="Asked the bank.", by=finn, at=NOW)
    attend_payment(started, note="Asked the bank.", by=finn, at=NOW)
    assert find_payments_needing_attention(for_=finn) == []
    assert kinds_of(started)[-2:] == ["PaymentNeedsAttention", "PaymentAttended"]


def test_money_sent_back_is_booked_back_and_can_be_asked_again(
    started: Payment, ask: Callable[..., Payment], finn: Person
) -> None:
    hear(call_about(started))
    flag_payment(started, at=NOW)
    refund_payment(started, by=finn, at=NOW)
    started.refresh_from_db()
    assert (started.state, started.needs_attention) == ("refunded", "")
    assert find_balances() == {
        "clearing:demo": [euros("0")],
        "income:animal-welfare:dog-licence": [euros("0")],
    }
    assert find_ledger_differences() == []
    with pytest.raises(NothingToRefund):
        refund_payment(started, by=finn, at=NOW)
    assert hear(call_about(started, id="again")).verdict == "duplicate"
    assert ask().pk != started.pk


def test_money_that_was_sent_back_is_not_counted_a_second_time(started: Payment, finn: Person) -> None:
    call = hear(call_about(started, amount=1))
    hear(call_about(started, id="good"))
    refund_payment(started, by=finn, at=NOW)
    with pytest.raises(PaymentAlreadyPaid):
        settle_quarantined(
            call, payment=started, reason="It is theirs.", by=finn, at=NOW, accepts_difference=True
        )


def test_a_payment_knows_what_really_came(started: Payment, finn: Person) -> None:
    assert started.received is None
    call = hear(call_about(started, amount=2400))
    settle_quarantined(
        call, payment=started, reason="The bank kept one euro.", by=finn, at=NOW, accepts_difference=True
    )
    [shown] = find_recent_payments(for_=finn)
    assert (shown.amount, shown.received) == (euros("25.00"), euros("24.00"))


def test_only_finance_refunds(started: Payment, boris: Person) -> None:
    hear(call_about(started))
    with pytest.raises(NotAllowed):
        refund_payment(started, by=boris, at=NOW)


@pytest.mark.parametrize("what_goes", ["what was paid for", "the payer"])
def test_what_finance_wrote_goes_with_what_was_paid_for_or_with_its_payer(
    started: Payment, finn: Person, amina: Person, what_goes: str
) -> None:
    by_subject = what_goes == "what was paid for"
    if not by_subject:
        forget(SUBJECT, by=None, at=NOW)
    call = hear(call_about(started, amount=1))
    dismiss_quarantined(call, reason="Amina Haddad paid a euro.", by=finn, at=NOW)
    flag_payment(started, at=NOW)
    attend_payment(started, note="Spoke to Amina Haddad.", by=finn, at=NOW)
    owner = SUBJECT if by_subject else amina.vault_key
    sealed = (
        bytes(ProviderCall.objects.get(pk=call.pk).note_sealed),
        bytes(FinanceNote.objects.get().words_sealed),
    )
    assert [key_of(blob).owner for blob in sealed] == [owner, owner]
    forget(owner, by=None, at=NOW)
    assert not FinanceNote.objects.exists()
    assert ProviderCall.objects.get(pk=call.pk).note_sealed is None


def test_what_finance_writes_of_somebody_who_is_gone_goes_with_the_payment(
    started: Payment, finn: Person, amina: Person
) -> None:
    for owner in (SUBJECT, amina.vault_key):
        forget(owner, by=None, at=NOW)
    flag_payment(started, at=NOW)
    attend_payment(started, note="Nobody answered.", by=finn, at=NOW)
    note = FinanceNote.objects.get()
    assert (note.under, note.words) == (started.stream, "Nobody answered.")


def test_a_note_from_before_notes_were_their_payers_goes_too_unless_the_law_keeps_what_it_is_about(
    started: Payment, finn: Person, amina: Person
) -> None:
    old = FinanceNote(id=uuid4(), payment=started, reason="unplaced", written_by=finn, written_at=NOW)
    old.under = OF_THE_TOWN
    old.words_sealed = seal("Spoke to Amina Haddad.", under=old.under, at=old.place)
    old.save(force_insert=True)
    lock_away(SUBJECT, until=NOW.date(), by=None, at=NOW)
    forget(amina.vault_key, by=None, at=NOW)
    assert FinanceNote.objects.get().words == "Spoke to Amina Haddad."
    forget(SUBJECT, by=None, at=NOW)
    assert not FinanceNote.objects.exists()


def test_a_note_from_before_goes_with_its_payer(started: Payment, finn: Person, amina: Person) -> None:
    call = hear(call_about(started, amount=1))
    call.note_sealed = seal("Amina Haddad", under=call.vault_key, at=call.note_place)
    call.save(update_fields=["note_sealed"])
    assert call.note == "Amina Haddad"
    forget(amina.vault_key, by=None, at=NOW)
    assert ProviderCall.objects.get(pk=call.pk).note == ""


def test_only_finance_attends(started: Payment, boris: Person, ada: Person) -> None:
    flag_payment(started, at=NOW)
    for person in (boris, ada):
        with pytest.raises(NotAllowed):
            attend_payment(started, note="Asked the bank.", by=person, at=NOW)


def test_finance_of_another_agency_sees_and_settles_nothing(
    started: Payment, make_person: Callable[..., Person]
) -> None:
    call = hear(call_about(started, amount=1))
    flag_payment(started, at=NOW)
    lin = make_person("Lin", role="finance", agency="planning")
    assert find_payments_needing_attention(for_=lin) == []
    assert find_quarantined_calls(for_=lin) == []
    assert find_recent_payments(for_=lin) == []
    with pytest.raises(NotAllowed):
        settle_quarantined(call, payment=started, reason="x", by=lin, at=NOW)
    unknown = hear(call_about(started, id="unknown", reference=""))
    with pytest.raises(NotAllowed):
        dismiss_quarantined(unknown, reason="x", by=lin, at=NOW)


def test_nobody_settles_what_they_pay_themselves(started: Payment, finn: Person) -> None:
    call = hear(call_about(started, amount=1))
    flag_payment(started, at=NOW)
    Payment.objects.filter(pk=started.pk).update(payer=finn)
    assert find_payments_needing_attention(for_=finn) == find_quarantined_calls(for_=finn) == []
    with pytest.raises(NotAllowed):
        settle_quarantined(call, payment=started, reason="x", by=finn, at=NOW, accepts_difference=True)
    with pytest.raises(NotAllowed):
        dismiss_quarantined(call, reason="x", by=finn, at=NOW)
    with pytest.raises(NotAllowed):
        attend_payment(started, note="It is mine.", by=finn, at=NOW)
    with pytest.raises(NotAllowed):
        refund_payment(started, by=finn, at=NOW)


def test_recent_payments_are_read_page_by_page(
    ask: Callable[..., Payment], finn: Person, ben: Person
) -> None:
    made = [ask(subject=f"application:{turn}", at=NOW + timedelta(minutes=turn // 2)) for turn in range(5)]
    first = find_recent_payments(for_=finn, limit=2)
    rest = find_recent_payments(for_=finn, after=(first[-1].asked_at, first[-1].id), limit=9)
    assert {p.pk for p in first} | {p.pk for p in rest} == {p.pk for p in made}
    assert len(first) + len(rest) == 5
    assert find_recent_payments(for_=ben) == []
