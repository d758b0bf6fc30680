"""Finance: what needs a look, settling and dismissing with a reason, and the newest payments."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from civium.doors.desk.money import REASONS
from civium.engines.cases.models import Case
from civium.engines.payments.actions.attend_payment import attend_payment, flag_payment
from civium.engines.payments.models import Payment, ProviderCall
from civium.foundation.identity.models import Person
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.journal.models import Entry
from civium.foundation.privacy.actions.erase_owner import forget
from civium.foundation.privacy.actions.restrict_use import end_restriction, restrict_use
from civium.foundation.privacy.events import DataRead
from civium.foundation.privacy.models import Why
from civium.journeys.applications.actions.drop_application import drop_application
from civium.journeys.applications.models import Application
from tests.applying import (
    again,
    apply_for,
    begin,
    checkout,
    count_queries,
    fill_in,
    kinds_about,
    payment_of,
    provider_says,
    send,
)
from tests.cast import NOW

from .conftest import main_of, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services")]
DeskOf = Callable[[Person], Client]
MONEY = "/en/desk/money/"


@pytest.fixture
def application(demo_services: dict[str, int], amina: Person) -> Application:
    """Amina's dog licence, waiting for 15 euros."""
    return send(fill_in(begin(amina)))


@pytest.fixture
def odd_call(application: Application) -> ProviderCall:
    """The provider says that 14 euros came."""
    return provider_says(checkout(application), amount=1400)


def settle(
    desk: Client, call: ProviderCall, do: str, reason: str = "They sent a letter.", **more: str
) -> Any:
    return desk.post(f"{MONEY}calls/{call.id}/", {"do": do, "reason": reason, **more}, follow=True)


def test_nothing_needs_a_look_and_nothing_was_paid_yet(desk_of: DeskOf, finn: Person) -> None:
    words = words_of(desk_of(finn).get(MONEY))
    assert "Nothing needs a look" in words
    assert "No payments yet" in words


def test_a_call_that_does_not_fit_is_shown_with_what_was_asked(
    desk_of: DeskOf, finn: Person, odd_call: ProviderCall, application: Application
) -> None:
    words = words_of(desk_of(finn).get(MONEY))
    for shown in ("A call that does not fit", "€14.00", "€15.00", payment_of(application).shown_reference):
        assert shown in words
    assert "The amount is not what we asked for" in words
    assert "other-amount" not in words


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": 1},
        {"amount": "a lot"},
        {"currency": "USD"},
        {"payee": "somebody"},
        {"payment": "elsewhere"},
        {"reference": "NOSUCH00"},
    ],
)
def test_every_reason_is_said_in_words(
    desk_of: DeskOf, finn: Person, application: Application, changes: dict[str, Any]
) -> None:
    call = provider_says(checkout(application), **changes)
    assert call.verdict == "quarantined"
    assert str(REASONS[call.reason]) in words_of(desk_of(finn).get(MONEY))


def test_settling_it_opens_the_case(
    desk_of: DeskOf, finn: Person, odd_call: ProviderCall, application: Application
) -> None:
    page = settle(desk_of(finn), odd_call, "settle", accepts_difference="yes")
    assert "The payment is settled with this call." in words_of(page)
    assert "Nothing needs a look" in words_of(page)
    run_waiting_jobs()
    assert again(application).state == "sent"
    odd_call.refresh_from_db()
    assert (odd_call.outcome, odd_call.closed_by, odd_call.note) == ("settled", finn, "They sent a letter.")


def test_dismissing_it_leaves_the_payment_as_it_was(
    desk_of: DeskOf, finn: Person, odd_call: ProviderCall, application: Application
) -> None:
    page = settle(desk_of(finn), odd_call, "dismiss")
    assert "The call is dismissed." in words_of(page)
    run_waiting_jobs()
    assert again(application).state == "to-pay"
    assert payment_of(application).state == "started"


@pytest.mark.parametrize("do", ["settle", "dismiss", "nonsense"])
def test_neither_happens_without_a_reason(
    desk_of: DeskOf, finn: Person, odd_call: ProviderCall, do: str
) -> None:
    page = settle(desk_of(finn), odd_call, do, reason="  ", accepts_difference="yes")
    assert page.status_code == 422
    field = main_of(page).select_one(f"#reason-{odd_call.id}")
    assert (
        "Enter the reason."
        in main_of(page).select_one(f"#{field['aria-describedby'].split()[-1]}").get_text()
    )
    assert main_of(page).select_one(f'.govuk-error-summary a[href="#reason-{odd_call.id}"]')
    assert page.content.decode().count("<title>Error:") == 1
    odd_call.refresh_from_db()
    assert odd_call.closed_at is None


def test_whoever_is_second_is_told(desk_of: DeskOf, finn: Person, odd_call: ProviderCall) -> None:
    desk = desk_of(finn)
    settle(desk, odd_call, "dismiss")
    assert settle(desk, odd_call, "settle").status_code == 404


def test_money_for_what_is_gone_is_taken_off_the_list_once_seen(
    desk_of: DeskOf, finn: Person, amina: Person, application: Application
) -> None:
    payment = checkout(application)
    drop_application(application, by=amina, at=NOW)
    provider_says(payment)
    run_waiting_jobs()
    desk = desk_of(finn)
    assert "Paid after it was cancelled" in words_of(desk.get(MONEY))
    refused = desk.post(f"{MONEY}{payment.id}/", {"note": "  "})
    assert refused.status_code == 422
    assert main_of(refused).select_one(".govuk-error-summary a")["href"] == f"#note-{payment.id}"
    page = desk.post(f"{MONEY}{payment.id}/", {"note": "Sent back at the bank."}, follow=True)
    assert "Sent back at the bank." in words_of(page)
    assert "Noted. The payment is off the list." in words_of(page)
    assert "Nothing needs a look" in words_of(page)
    assert kinds_about(payment.stream)[-1] == "PaymentAttended"


def test_what_finance_noted_is_the_payers_who_sees_that_it_was_read(
    desk_of: DeskOf, finn: Person, amina: Person, her_case: Case
) -> None:
    payment = Payment.objects.get(subject=her_case.subject)
    flag_payment(payment, at=NOW)
    attend_payment(payment, note="Spoke to Amina Haddad.", by=finn, at=NOW)
    assert "Spoke to Amina Haddad." in words_of(desk_of(finn).get(MONEY))
    reading = Entry.objects.filter(kind=DataRead.kind).latest("id").event
    assert isinstance(reading, DataRead)
    assert (reading.of, reading.subject) == (amina.vault_key, her_case.subject)
    assert (reading.purpose, reading.role, reading.kinds) == ("look-after-money", "finance", "notes")
    restrict_use(her_case.subject, because=Why.WRONG, by=amina, at=NOW)
    words = words_of(desk_of(finn).get(MONEY))
    assert "Spoke to Amina Haddad." not in words
    assert "This data may not be used at the moment." in words
    end_restriction(her_case.subject, by=amina, at=NOW)
    forget(her_case.subject, by=None, at=NOW)
    words = words_of(desk_of(finn).get(MONEY))
    assert payment.shown_reference in words
    assert "Note of" not in words


def test_another_amount_is_counted_only_when_the_difference_is_confirmed(
    desk_of: DeskOf, finn: Person, odd_call: ProviderCall, application: Application
) -> None:
    page = settle(desk_of(finn), odd_call, "settle")
    assert page.status_code == 422
    assert main_of(page).select_one(f'.govuk-error-summary a[href="#difference-{odd_call.id}"]')
    assert "Count it although €14.00 came and we asked for €15.00" in words_of(page)
    assert "They sent a letter." in main_of(page).select_one(f"#reason-{odd_call.id}").get_text()
    run_waiting_jobs()
    assert again(application).state == "to-pay"


def test_money_is_sent_back_and_booked(
    desk_of: DeskOf, finn: Person, amina: Person, application: Application
) -> None:
    payment = checkout(application)
    drop_application(application, by=amina, at=NOW)
    provider_says(payment)
    run_waiting_jobs()
    desk = desk_of(finn)
    words = words_of(desk.get(MONEY))
    for shown in ("We asked for €15.00", "What came €15.00", "Dog licence", "Book the refund"):
        assert shown in words
    for secret in ("Amina", "Luna", "cast.example"):
        assert secret not in words
    page = desk.post(f"{MONEY}{payment.id}/", {"do": "refund"}, follow=True)
    assert "The refund is booked." in words_of(page)
    assert "Nothing needs a look" in words_of(page)
    payment.refresh_from_db()
    assert payment.state == "refunded"


def test_what_the_money_was_for_is_marked_as_the_language_it_is_in(
    desk_of: DeskOf, finn: Person, her_case: Case
) -> None:
    cell = main_of(desk_of(finn).get(MONEY)).select_one("tr[data-row] [lang]")
    assert (cell["lang"], cell["dir"], cell.get_text()) == ("en", "auto", "Dog licence")


def test_the_case_is_named_and_a_link_only_for_who_works_on_it(
    desk_of: DeskOf, finn: Person, her_case: Case, make_person: Callable[..., Person]
) -> None:
    assert her_case.shown_reference in words_of(desk_of(finn).get(MONEY))
    link = f'a[href="/en/desk/cases/{her_case.reference}/"]'
    assert not main_of(desk_of(finn).get(MONEY)).select(link)
    both = make_person("Lou", role="finance", agency="animal-welfare")
    both.memberships.create(agency_id="animal-welfare", role="clerk", since=NOW)
    assert main_of(desk_of(both).get(MONEY)).select(link)


def test_no_two_parts_of_the_page_have_the_same_name(desk_of: DeskOf, finn: Person, her_case: Case) -> None:
    page = main_of(desk_of(finn).get(MONEY))
    names = [page.select_one(f"#{part['aria-labelledby']}").get_text() for part in page.select("section")]
    names += [part["aria-label"] for part in page.select('[role="region"]')]
    assert len(names) == len(set(names)) == 5


@pytest.mark.parametrize("place", [f"{uuid.uuid4()}/", f"calls/{uuid.uuid4()}/"])
def test_what_is_not_on_the_list_is_not_there(desk_of: DeskOf, finn: Person, place: str) -> None:
    assert desk_of(finn).post(MONEY + place).status_code == 404


def test_the_newest_payments_and_the_ledger_are_shown_without_a_word_about_people(
    desk_of: DeskOf, finn: Person, her_case: Case
) -> None:
    words = words_of(desk_of(finn).get(MONEY))
    accounts = ("Animal Welfare · Dog licence", "Held by the payment service: Demo payment service")
    for shown in ("Dog licence", "€15.00", "Paid", *accounts):
        assert shown in words
    for secret in ("Amina", "Luna", "cast.example"):
        assert secret not in words


def test_the_next_page_begins_where_this_one_ends_and_costs_no_more(
    desk_of: DeskOf, finn: Person, amina: Person, make_person: Callable[..., Person]
) -> None:
    few_desk = desk_of(finn)
    apply_for(amina, at=NOW - dt.timedelta(hours=50))
    few = count_queries(few_desk, MONEY)
    for number in range(34):
        apply_for(make_person(f"Lin{number}"), at=NOW - dt.timedelta(hours=number + 1))
    first = main_of(few_desk.get(MONEY))
    shown = [row.select_one("td").get_text(strip=True) for row in first.select("tr[data-row]")]
    assert len(shown) == 30
    second = main_of(few_desk.get(MONEY + first.select_one('a[rel="next"]')["href"]))
    rest = [row.select_one("td").get_text(strip=True) for row in second.select("tr[data-row]")]
    assert len(rest) == 5
    assert not set(shown) & set(rest)
    assert count_queries(few_desk, MONEY) == few
    assert Payment.objects.count() == 35


@pytest.mark.parametrize("mark", ["x", "2026-03-02~x", "~", f"2026-03-02T09:00:00~{uuid.uuid4()}"])
def test_a_made_up_place_in_the_list_is_not_there(desk_of: DeskOf, finn: Person, mark: str) -> None:
    assert desk_of(finn).get(MONEY, {"after": mark}).status_code == 404


def test_finance_of_one_agency_sees_that_agencys_money_only(
    desk_of: DeskOf, make_person: Callable[..., Person], odd_call: ProviderCall, ben: Person
) -> None:
    apply_for(ben)
    planning = make_person("Pia", role="finance", agency="planning")
    desk = desk_of(planning)
    words = words_of(desk.get(MONEY))
    assert "Nothing needs a look" in words
    assert "Dog licence" not in words
    assert "animal-welfare" not in words
    assert settle(desk, odd_call, "settle").status_code == 404


def test_finance_of_one_agency_sees_its_own_part_of_the_ledger(
    desk_of: DeskOf, finn: Person, make_person: Callable[..., Person], amina: Person, her_case: Case
) -> None:
    lin = make_person("Lin", role="finance", agency="planning")
    vera = make_person("Vera", role="finance", agency="animal-welfare")
    assert "No money has moved yet." in words_of(desk_of(lin).get(MONEY))
    assert "€15.00" in ledger(desk_of(vera), "")
    assert "€15.00" in ledger(desk_of(finn), "")
    assert "€15.00" in ledger(desk_of(finn), "?agency=animal-welfare")
    assert "€15.00" not in ledger(desk_of(finn), "?agency=planning")
    for reader, agency in ((lin, "animal-welfare"), (vera, "planning"), (finn, "nonsense")):
        assert desk_of(reader).get(f"{MONEY}?agency={agency}").status_code == 404


def ledger(desk: Client, query: str) -> str:
    found = main_of(desk.get(MONEY + query)).select_one("section[aria-labelledby=ledger]")
    return str(found.get_text())


def test_a_payment_is_found_by_its_reference_its_cases_and_the_payment_services(
    desk_of: DeskOf, finn: Person, amina: Person, ben: Person, make_person: Callable[..., Person]
) -> None:
    hers, _his = apply_for(amina), apply_for(ben)
    payment = Payment.objects.get(subject=hers.subject)

    def found(words: str, by: Person = finn) -> list[str]:
        page = main_of(desk_of(by).get(MONEY, {"q": words}))
        return [row.select_one("td").get_text(strip=True) for row in page.select("tr[data-row]")]

    assert len(found("")) == 2
    for words in (payment.shown_reference.lower(), hers.shown_reference, payment.provider_reference):
        assert found(f" {words} ") == [payment.shown_reference], words
    assert found("AAAA") == found("\0") == []
    assert "check it for a typing error" in words_of(desk_of(finn).get(MONEY, {"q": "AAAA"}))
    assert found(payment.reference, by=make_person("Pia", role="finance", agency="planning")) == []


def test_what_a_payment_is_for_is_in_the_language_of_whoever_reads(
    desk_of: DeskOf, finn: Person, application: Application
) -> None:
    payment = payment_of(application)
    Payment.objects.filter(pk=payment.pk).update(language="ar", description="رخصة اقتناء كلب")
    words = words_of(desk_of(finn).get(MONEY))
    assert "Dog licence" in words
    assert "رخصة اقتناء كلب" not in words
