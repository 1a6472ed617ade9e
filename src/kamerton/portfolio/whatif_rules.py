"""What if: an account lost, one gained, margin given away; and what losing an account would cost. Pure.

Amounts are Decimal in the currency of the snapshot, of the 12 months to its date. Shares are compared exactly.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from math import fsum

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Unit:
    """An account in the window. `income` None: no cost is known of it."""

    account: str
    name: str
    turnover: Decimal
    income: Decimal | None


@dataclass(frozen=True, kw_only=True)
class Lines:
    """The thresholds that matter here, as parts of one."""

    by_income: bool
    key: float
    critical: float
    mono: float
    pareto: float


@dataclass(frozen=True, kw_only=True)
class Supposed:
    """What is supposed. `margins`: account -> points of margin, as parts of turnover (-0.05: five points less)."""

    lost: Collection[str] = ()
    gained: Sequence[Unit] = ()
    margins: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_nothing(self) -> bool:
        return not (self.lost or self.gained or self.margins)


@dataclass(frozen=True, kw_only=True)
class Picture:
    """How the company stands. `largest`, `key`, `critical`, `mono`: largest first; shares on the basis."""

    accounts: int
    turnover: Decimal
    income: Decimal | None
    largest: Unit | None
    largest_share: float | None
    effective: float | None
    for_pareto: int | None
    key: tuple[Unit, ...]
    critical: tuple[Unit, ...]
    mono: tuple[Unit, ...]
    key_share: float | None


def amount_of(unit: Unit, *, by_income: bool) -> Decimal:
    """On the basis. Income that is not known counts as none, as in the snapshot."""
    return unit.turnover if not by_income else unit.income or Decimal(0)


def suppose(units: Iterable[Unit], what: Supposed) -> list[Unit]:
    """The accounts as they would be. Margin moves income and leaves turnover as it is."""
    kept = [
        _with_margin(each, what.margins.get(each.account)) for each in units if each.account not in what.lost
    ]
    return [*kept, *what.gained]


def _with_margin(unit: Unit, points: float | None) -> Unit:
    if points is None or unit.income is None:
        return unit
    moved = (unit.turnover * Decimal(str(points))).quantize(_CENT, ROUND_HALF_EVEN)
    return replace(unit, income=unit.income + moved)


def picture(units: Sequence[Unit], lines: Lines) -> Picture:
    """Shares are of the total of all units, those with a negative amount included (docs/formulas.md)."""
    told = [(amount_of(each, by_income=lines.by_income), each) for each in units]
    told.sort(key=lambda each: (-each[0], each[1].account))
    whole = sum((amount for amount, _unit in told), Decimal(0))
    key = _above(told, whole, lines.key)
    known = [each.income for each in units if each.income is not None]
    return Picture(
        accounts=len(units),
        turnover=sum((each.turnover for each in units), Decimal(0)),
        income=sum(known, Decimal(0)) if known else None,
        largest=told[0][1] if told else None,
        largest_share=_share(told[0][0], whole) if told else None,
        effective=_effective([amount for amount, _unit in told]),
        for_pareto=_reaching([amount for amount, _unit in told], whole, lines.pareto),
        key=tuple(unit for _amount, unit in key),
        critical=tuple(unit for _amount, unit in _above(told, whole, lines.critical)),
        mono=tuple(unit for _amount, unit in _above(told, whole, lines.mono)),
        key_share=_share(sum((amount for amount, _unit in key), Decimal(0)), whole),
    )


def _share(part: Decimal, whole: Decimal) -> float | None:
    return float(part / whole) if whole > 0 else None


def _above(told: Sequence[tuple[Decimal, Unit]], whole: Decimal, line: float) -> list[tuple[Decimal, Unit]]:
    """Strictly above: 10.00 % is not key."""
    if whole <= 0:
        return []
    least = Fraction(str(line)) * Fraction(whole)
    found = []
    for amount, unit in told:
        if Fraction(amount) <= least:
            break
        found.append((amount, unit))
    return found


def _effective(amounts: Sequence[Decimal]) -> float | None:
    """1 / HHI of the positive amounts, re-based on their sum."""
    positive = [each for each in amounts if each > 0]
    whole = float(sum(positive, Decimal(0)))
    squares = fsum((float(each) / whole) ** 2 for each in positive) if whole else 0.0
    return 1 / squares if squares else None


def _reaching(amounts: Sequence[Decimal], whole: Decimal, part: float) -> int | None:
    if whole <= 0:
        return None
    wanted, so_far = Fraction(str(part)) * Fraction(whole), Decimal(0)
    for number, amount in enumerate(amounts, start=1):
        so_far += amount
        if Fraction(so_far) >= wanted:
            return number
    return len(amounts)


# --- what it would cost to lose an account -----------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Loss:
    """A year without the account. None: it cannot be told.

    `carried`: the part of the fixed cost that its income carries today. `uncovered`: the fixed cost that the income
    of the others would not cover. `months`: how long winning new accounts at last year's pace takes to bring the
    same income.
    """

    income: Decimal
    share: float | None
    carried: Decimal | None
    uncovered: Decimal | None
    months: float | None


def loss(
    income: Decimal, *, all_income: Decimal, fixed_cost: Decimal | None, won_a_year: Decimal | None
) -> Loss:
    """`won_a_year`: income of the last 12 months from accounts that never bought before."""
    share = _share(income, all_income)
    carried = uncovered = None
    if fixed_cost is not None:
        uncovered = max(fixed_cost - (all_income - income), Decimal(0))
        if share is not None:
            carried = max((fixed_cost * income / all_income).quantize(_CENT, ROUND_HALF_EVEN), Decimal(0))
    months = None
    if won_a_year is not None and won_a_year > 0 and income > 0:
        months = float(income / won_a_year) * 12
    return Loss(income=income, share=share, carried=carried, uncovered=uncovered, months=months)
