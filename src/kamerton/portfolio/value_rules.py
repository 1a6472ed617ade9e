"""Lifetime value by stated assumptions, and the value of a person's portfolio and what moved it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Year:
    """One year to come: `income` planned, `stays` the chance that the account is still ours, `value` today's."""

    number: int
    income: Decimal
    stays: float
    discounted: float
    value: Decimal


@dataclass(frozen=True, slots=True)
class Worth:
    past: Decimal
    years: tuple[Year, ...]

    @property
    def expected(self) -> Decimal:
        return sum((each.value for each in self.years), Decimal(0))

    @property
    def total(self) -> Decimal:
        return self.past + self.expected


def worth(
    past: Decimal,
    planned: Sequence[Decimal],
    *,
    horizon_years: int,
    retention_rate: float,
    discount_rate: float,
) -> Worth:
    """past + sum over t = 1..horizon of m(t) x r^t / (1 + i)^t, each year rounded to the cent.

    `planned`: income of the first years; the last one goes on to the horizon. ValueError: nothing is planned, a
    horizon under a year, a chance outside 0 to 1, or a discount of -100 % or less.
    """
    if not planned or horizon_years < 1 or not 0 <= retention_rate <= 1 or discount_rate <= -1:
        raise ValueError("These are no assumptions to compute with.")
    kept, grows = Decimal(str(retention_rate)), 1 + Decimal(str(discount_rate))
    years = []
    with localcontext(prec=40):
        for number in range(1, horizon_years + 1):
            income = planned[min(number, len(planned)) - 1]
            stays, factor = kept**number, grows**-number
            value = (income * stays * factor).quantize(_CENT, ROUND_HALF_EVEN)
            years.append(Year(number, income, float(stays), float(factor), value))
    return Worth(past, tuple(years))


@dataclass(frozen=True, slots=True)
class Moved:
    """The value of a portfolio on two days. `same`: what the accounts kept all the while gained or lost.

    then + came - left + same = now.
    """

    accounts: int
    now: Decimal
    then: Decimal
    came: Decimal
    left: Decimal

    @property
    def same(self) -> Decimal:
        return self.now - self.then - self.came + self.left


def moved(now: Mapping[str, Decimal], then: Mapping[str, Decimal]) -> Moved:
    """Account -> lifetime value, of those that one person answered for on either day.

    Who comes or goes is told apart from what became of the others: only the latter is the person's doing.
    """
    zero = Decimal(0)
    return Moved(
        accounts=len(now),
        now=sum(now.values(), zero),
        then=sum(then.values(), zero),
        came=sum((value for account, value in now.items() if account not in then), zero),
        left=sum((value for account, value in then.items() if account not in now), zero),
    )
