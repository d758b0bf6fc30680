"""What a fee comes to, exact to the currency's smallest unit. Constant amounts never pass through floats."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision
from django.utils.translation import gettext_lazy as _

from civium.engines.payments.schema import Fee, FeeLine, FeeTexts
from civium.foundation.kit.expressions import ABSENT, Expression, ExpressionError, Kind, compile_expression
from civium.foundation.kit.money import Money
from civium.foundation.kit.refusals import Refusal

# One payment is at most this many whole units of its currency; more is a mistake in the answers or in the fee.
MOST = Decimal(10) ** 12

_CONSTANT = re.compile(r"-?\d+(\.\d+)?")
_MISWRITTEN = re.compile(r"-?[\d.,' ]+")

Path = tuple[str | int, ...]


class FeeTooLarge(Refusal):
    """The answers make the fee larger than any payment can be."""

    message = _("The amount to pay is too large. Check the numbers you gave.")
    status = 422


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a fee: where in its part of the document (or of one language's texts), and what to do."""

    path: Path
    message: str
    language: str = ""


class FeeBroken(ValueError):
    """A fee with problems was asked what it comes to; ``problems`` says what is wrong with it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class FeeDue:
    """What is to be paid. ``left_out``: lines whose amount needs an answer that is absent; they cost nothing."""

    lines: tuple[tuple[str, Money], ...]
    total: Money
    waived: bool = False
    left_out: tuple[str, ...] = ()

    @property
    def nothing_to_pay(self) -> bool:
        return self.total.is_zero


@dataclass(frozen=True, slots=True)
class _Line:
    name: str
    amount: Decimal | Expression
    when: Expression | None

    def value(self, values: Mapping[str, Any]) -> Decimal | None:
        """The amount before rounding; None when an answer it needs is absent."""
        if isinstance(self.amount, Decimal):
            return self.amount
        computed = self.amount.evaluate(values)
        return None if computed is ABSENT else _exact(computed)


@dataclass(frozen=True, slots=True)
class CompiledFee:
    """A fee ready to be worked out for anybody's answers."""

    fee: Fee
    lines: tuple[_Line, ...]
    waive: Expression | None
    problems: tuple[Problem, ...] = ()

    @property
    def currency(self) -> str:
        return self.fee.currency

    def due(self, values: Mapping[str, Any]) -> FeeDue:
        """What somebody with these answers pays: never less than nothing. Refuses amounts that no payment can carry."""
        if self.problems:
            raise FeeBroken(self.problems)
        nothing = Money(Decimal(0), self.currency)
        if self.waive is not None and self.waive.holds(values):
            return FeeDue((), nothing, waived=True)
        counted = [
            (line.name, line.value(values))
            for line in self.lines
            if line.when is None or line.when.holds(values)
        ]
        lines = tuple((name, Money(amount, self.currency)) for name, amount in counted if amount is not None)
        total = sum((money for _name, money in lines), nothing)
        if total.amount > MOST:
            raise FeeTooLarge
        return FeeDue(
            lines=lines,
            total=total if total.amount > 0 else nothing,
            left_out=tuple(name for name, amount in counted if amount is None),
        )

    def check(self, texts: Mapping[str, FeeTexts]) -> list[Problem]:
        """Everything wrong with the fee and with its words in each language (by language code)."""
        names = [line.name for line in self.fee.lines]
        found = list(self.problems)
        for language, words in texts.items():
            found += [
                Problem((name,), f"no words for the fee line '{name}'", language)
                for name in names
                if name not in words.root
            ]
            found += [
                Problem(
                    (name,), f"there is no fee line '{name}'; the lines are: {', '.join(names)}", language
                )
                for name in words.root
                if name not in names
            ]
        return found


def compile_fee(fee: Fee, names: Mapping[str, Kind]) -> CompiledFee:
    """Make the fee ready for use; what is wrong with it is in ``problems`` and refused by ``due``."""
    problems: list[Problem] = []

    def compiled(source: str | None, wants: Kind, *path: str | int) -> Expression | None:
        if source is None:
            return None
        try:
            return compile_expression(source, names=names, wants=wants)
        except ExpressionError as error:
            problems.append(Problem(path, error.message))
            return None

    def amount(line: FeeLine, place: int) -> Decimal | Expression:
        if _CONSTANT.fullmatch(line.amount):
            return Decimal(line.amount)
        if _MISWRITTEN.fullmatch(line.amount):
            return Decimal(0)
        return compiled(line.amount, Kind.NUMBER, "lines", place, "amount") or Decimal(0)

    lines = tuple(
        _Line(line.name, amount(line, place), compiled(line.when, Kind.BOOL, "lines", place, "when"))
        for place, line in enumerate(fee.lines)
    )
    waive = compiled(fee.waive, Kind.BOOL, "waive")
    return CompiledFee(fee, lines, waive, (*problems, *_problems_of_amounts(fee)))


def _problems_of_amounts(fee: Fee) -> Iterator[Problem]:
    decimals = get_currency_precision(fee.currency)
    seen: set[str] = set()
    for place, line in enumerate(fee.lines):
        if line.name in seen:
            yield Problem(("lines", place, "name"), f"two fee lines are called '{line.name}'")
        seen.add(line.name)
        path: Path = ("lines", place, "amount")
        if _CONSTANT.fullmatch(line.amount):
            constant = Decimal(line.amount)
            if -int(constant.normalize().as_tuple().exponent) > decimals:
                yield Problem(path, f"{line.amount} has more decimals than {fee.currency} has ({decimals})")
            if abs(constant) > MOST:
                yield Problem(path, f"{line.amount} is more than one payment can carry")
        elif _MISWRITTEN.fullmatch(line.amount):
            yield Problem(
                path,
                f"'{line.amount}' is not an amount; write it with a point and nothing else, like \"25.00\"",
            )
    if all(_CONSTANT.fullmatch(line.amount) and Decimal(line.amount) <= 0 for line in fee.lines):
        yield Problem(
            ("lines",), "no line of this fee asks for money; leave the fee out when the service is free"
        )


def _exact(computed: Any) -> Decimal:
    """A computed number as the decimal its writer meant: 3 * 1.15 is 3.45, not 3.4499999999999997.

    Expressions count in doubles, of which 14 significant digits are always true. Refuses what no payment can carry.
    """
    value = Decimal(f"{computed:.14g}")
    if not value.is_finite() or abs(value) > MOST:
        raise FeeTooLarge
    return value
