"""What a fee comes to."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from civium.engines.payments.rules import (
    CompiledFee,
    FeeBroken,
    FeeTooLarge,
    compile_fee,
    from_minor,
    to_minor,
)
from civium.engines.payments.schema import Fee, FeeTexts
from civium.foundation.kit.expressions import Kind
from civium.foundation.kit.money import Money

NAMES = {
    "neutered": Kind.BOOL,
    "assistance": Kind.BOOL,
    "area": Kind.NUMBER,
    "members": Kind.rows({"age": Kind.NUMBER}),
}
DOG_LICENCE = {
    "currency": "EUR",
    "lines": [
        {"name": "licence", "amount": "25.00"},
        {"name": "discount", "amount": "-10.00", "when": "neutered"},
    ],
    "waive": "assistance",
}


def fee_of(*amounts: str, currency: str = "EUR", **more: Any) -> CompiledFee:
    lines = [{"name": f"line_{place}", "amount": amount} for place, amount in enumerate(amounts)]
    return compile_fee(Fee.model_validate({"currency": currency, "lines": lines, **more}), NAMES)


def total(fee: CompiledFee, **values: Any) -> str:
    return str(fee.due(values).total.amount)


def test_lines_count_when_their_condition_holds() -> None:
    fee = compile_fee(Fee.model_validate(DOG_LICENCE), NAMES)
    assert fee.check({}) == []
    assert total(fee, neutered=False, assistance=False) == "25.00"
    due = fee.due({"neutered": True, "assistance": False})
    assert [(name, str(money.amount)) for name, money in due.lines] == [
        ("licence", "25.00"),
        ("discount", "-10.00"),
    ]
    assert due.total == Money(Decimal(15), "EUR")
    assert not due.waived


def test_a_waived_fee_asks_for_nothing() -> None:
    due = compile_fee(Fee.model_validate(DOG_LICENCE), NAMES).due({"neutered": False, "assistance": True})
    assert due.waived
    assert due.nothing_to_pay
    assert due.lines == ()


def test_an_absent_answer_neither_waives_nor_discounts() -> None:
    assert total(compile_fee(Fee.model_validate(DOG_LICENCE), NAMES)) == "25.00"


def test_a_total_below_zero_is_nothing_to_pay() -> None:
    due = fee_of("5.00", "-9.00").due({})
    assert due.nothing_to_pay
    assert str(due.total.amount) == "0.00"
    assert not due.waived


def test_a_line_whose_amount_needs_an_absent_answer_is_left_out_and_named() -> None:
    due = fee_of("5.00", "area * 2.0").due({})
    assert str(due.total.amount) == "5.00"
    assert due.left_out == ("line_1",)


@pytest.mark.parametrize(
    ("currency", "amount", "area", "shown"),
    [
        ("EUR", "area * 1.15", 3, "3.45"),  # 3.4499999999999997 as a double
        ("EUR", "area * 1.005", 1, "1.01"),  # half up, not to even, and not what the double is
        ("EUR", "area / 3.0", 10, "3.33"),
        ("JPY", "area * 0.285", 100, "29"),  # 28.499999999999996 as a double
        ("JPY", "area * 10", 2.45, "25"),
        ("KWD", "area * 0.0005", 1, "0.001"),
        ("KWD", "area * 1.2345", 1, "1.235"),
        ("EUR", "size(members) * 12.5", 0, "25.00"),
    ],
)
def test_computed_amounts_are_rounded_half_up_to_the_currencys_precision(
    currency: str, amount: str, area: float, shown: str
) -> None:
    members = [{"age": 4}, {"age": 40}]
    assert total(fee_of(amount, currency=currency), area=area, members=members) == shown


@pytest.mark.parametrize(
    ("currency", "amounts", "shown"),
    [
        ("EUR", ["0.10", "0.20"], "0.30"),
        ("KWD", ["0.001"], "0.001"),
        ("JPY", ["1500"], "1500"),
        ("EUR", ["999999999999.99"], "999999999999.99"),
    ],
)
def test_constant_amounts_are_exact(currency: str, amounts: list[str], shown: str) -> None:
    assert total(fee_of(*amounts, currency=currency)) == shown


@pytest.mark.parametrize("area", [1e13, -1e300, 1e308])
def test_an_absurd_amount_is_refused(area: float) -> None:
    with pytest.raises(FeeTooLarge):
        fee_of("area * 1.0").due({"area": area})


def test_money_in_smallest_units_and_back() -> None:
    for amount, currency, minor in [("25.00", "EUR", 2500), ("1500", "JPY", 1500), ("1.235", "KWD", 1235)]:
        money = Money(Decimal(amount), currency)
        assert to_minor(money) == minor
        assert from_minor(minor, currency) == money


@pytest.mark.parametrize(
    ("part", "says"),
    [
        ({}, "say which currency the fee is in"),
        ({"currency": None}, "say which currency the fee is in"),
        ({"currency": "eur"}, 'write "EUR"'),
        ({"currency": "EURO"}, "is not a currency code"),
        ({"currency": "DEM"}, "is not a currency code"),
        ({"currency": "EUR", "lines": []}, "at least 1 item"),
        ({"currency": "EUR", "lines": [{"name": "a", "amount": 2.5}]}, "write the amount in quotes"),
        ({"currency": "EUR", "lines": [{"name": "a", "amount": ""}]}, "give an amount in quotes"),
        ({"currency": "EUR", "lines": [{"name": "a", "amount": True}]}, "give an amount in quotes"),
        ({"currency": "EUR", "lines": [{"name": "A b", "amount": "1"}]}, "should match pattern"),
        ({"currency": "EUR", "waive": True}, "give a condition"),
        ({"currency": "EUR", "colour": "red"}, "not permitted"),
    ],
)
def test_a_fee_that_cannot_be_read_says_what_to_write_instead(part: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Fee.model_validate({"lines": [{"name": "a", "amount": "1.00"}], **part})


@pytest.mark.parametrize(
    ("part", "path", "says"),
    [
        ({"waive": "asistance"}, ("waive",), "did you mean 'assistance'"),
        ({"waive": "area"}, ("waive",), "must give yes or no"),
        ({"lines": [{"name": "a", "amount": "1", "when": "neuterd"}]}, ("lines", 0, "when"), "neutered"),
        ({"lines": [{"name": "a", "amount": "neutered"}]}, ("lines", 0, "amount"), "must give a number"),
        ({"lines": [{"name": "a", "amount": "25,00"}]}, ("lines", 0, "amount"), "is not an amount"),
        ({"lines": [{"name": "a", "amount": "1 000"}]}, ("lines", 0, "amount"), "is not an amount"),
        ({"lines": [{"name": "a", "amount": "25.001"}]}, ("lines", 0, "amount"), "more decimals"),
        ({"lines": [{"name": "a", "amount": "9" * 14}]}, ("lines", 0, "amount"), "more than one payment"),
        ({"lines": [{"name": "a", "amount": "-5"}]}, ("lines",), "asks for money"),
        ({"lines": [{"name": "a", "amount": "1"}] * 2}, ("lines", 1, "name"), "two fee lines"),
    ],
)
def test_a_fee_that_would_fail_later_is_found_with_its_place(
    part: dict[str, Any], path: tuple, says: str
) -> None:
    fee = compile_fee(
        Fee.model_validate({"currency": "EUR", "lines": [{"name": "a", "amount": "1"}], **part}), NAMES
    )
    problems = fee.check({})
    assert [problem.path for problem in problems] == [path]
    assert says in problems[0].message
    with pytest.raises(FeeBroken):
        fee.due({})


def test_words_are_checked_in_each_language() -> None:
    fee = compile_fee(Fee.model_validate(DOG_LICENCE), NAMES)
    texts = {
        "en": FeeTexts.model_validate({"licence": "Yearly licence", "discount": "Neutered dog"}),
        "es": FeeTexts.model_validate({"licence": "Licencia", "descuento": "Esterilizado"}),
    }
    assert [(p.language, p.path, p.message.split("'")[1]) for p in fee.check(texts)] == [
        ("es", ("discount",), "discount"),
        ("es", ("descuento",), "descuento"),
    ]
