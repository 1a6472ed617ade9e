"""Potential: what an account needs, what of it is ours, what could be. Pure.

Amounts are Decimals a year in the company's currency; shares and rates are floats where 0.1 is 10 %. `years` are
the needs of the coming years: the first is the next 12 months, which is the short horizon; all of them together
are the long one. How large or known an account is, and what it buys today, is no argument of the ranking (POT-04).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

#: No estimate looks further ahead, whatever horizon the company has set (Profile.strategic_years).
MOST_YEARS = 8
#: Older than this, a need is to be asked again, as the dossier does with needs.
STALE_AFTER_DAYS = 180

_CENT = Decimal("0.01")
_ZERO = Decimal(0)

Years = tuple[Decimal, ...]


def cents(amount: Decimal) -> Decimal:
    """Halves away from zero."""
    return amount.quantize(_CENT, rounding=ROUND_HALF_UP)


# --- horizons --------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Totals:
    """POT-01. `short`: the next 12 months; `long`: all `horizon_years` that something is said of, together."""

    short: Decimal
    long: Decimal
    a_year: Decimal  # of the long one: so that estimates over different horizons compare
    horizon_years: int


def totals(needs: Iterable[Sequence[Decimal]]) -> Totals:
    """Of several needs; one that says nothing of a year counts nothing in it, and its own mean in `a_year`."""
    told = [tuple(each) for each in needs if each]
    short = sum((each[0] for each in told), _ZERO)
    long = sum((sum(each, _ZERO) for each in told), _ZERO)
    a_year = sum((cents(sum(each, _ZERO) / len(each)) for each in told), _ZERO)
    return Totals(short=short, long=long, a_year=a_year, horizon_years=max(map(len, told), default=0))


def near_only(needs: Iterable[Sequence[Decimal]]) -> bool:
    """POT-06: something is estimated, and nothing of it past the next 12 months."""
    told = [each for each in needs if each]
    return bool(told) and all(len(each) == 1 for each in told)


def with_next_year(years: Sequence[Decimal], amount: Decimal) -> Years:
    """The same outlook with another need of the next 12 months."""
    return (cents(amount), *years[1:])


# --- templates -------------------------------------------------------------------------------------------


def free(now: Decimal, growth: float, years: int) -> Years:
    """The current consumption, growing by `growth` a year (0.05 is 5 %)."""
    factor = 1 + Decimal(str(growth))
    return tuple(cents(now * factor**at) for at in range(years))


def construction(
    volumes: Sequence[Decimal],
    hand_overs: Sequence[Decimal],
    *,
    norm: Decimal,
    hand_over_norm: Decimal = _ZERO,
) -> Years:
    """POT-02: of each year, what is built x its norm and what is handed over x its norm (amounts a unit)."""
    pairs = zip(volumes, hand_overs, strict=True)
    return tuple(cents(built * norm + handed * hand_over_norm) for built, handed in pairs)


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A machine, a product of the plan or a step of modernisation: how many, and what one needs a year.

    `from_year` 1: now; 2: from the second of the coming years on, and so forth.
    """

    count: Decimal
    need: Decimal
    from_year: int = 1


def manufacturing(pieces: Iterable[Piece], years: int) -> Years:
    """POT-03: equipment and production plan now; modernisation, which begins later, adds to later years only."""
    told = tuple(pieces)
    return tuple(
        cents(sum((each.count * each.need for each in told if each.from_year <= year), _ZERO))
        for year in range(1, years + 1)
    )


# --- wallet ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Wallet:
    """POT-05. Of the need: ours, competitors', and what nobody is known to sell. `share` None: no need is known."""

    need: Decimal
    ours: Decimal
    competitors: Decimal
    gap: Decimal
    open: Decimal
    share: float | None
    too_low: bool  # we sell more than the account is said to need: the estimate is to be looked at


def wallet(need: Decimal, ours: Decimal, competitors: Decimal = _ZERO) -> Wallet:
    gap = max(need - ours, _ZERO)
    return Wallet(
        need=need,
        ours=ours,
        competitors=competitors,
        gap=gap,
        open=max(gap - competitors, _ZERO),
        share=float(ours / need) if need > 0 else None,
        too_low=ours > need,
    )


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What is estimated for one division and family. `division` empty: the whole account."""

    family: str
    years: Years
    division: str = ""
    competitors: Decimal = _ZERO
    satisfiable: float = 1.0  # the part of the need that we can satisfy


@dataclass(frozen=True, kw_only=True)
class FamilyNeed:
    family: str
    years: Years
    competitors: Decimal
    satisfiable: float


def by_family(cells: Iterable[Cell]) -> tuple[FamilyNeed, ...]:
    """Of each family the divisions together, or the figure of the whole account where that is larger.

    Both say the same need, once split and once not: they are never added.
    """
    found: dict[str, list[Cell]] = {}
    for cell in cells:
        found.setdefault(cell.family, []).append(cell)
    return tuple(_family(family, found[family]) for family in sorted(found))


def _family(family: str, cells: Sequence[Cell]) -> FamilyNeed:
    parts = [cell for cell in cells if cell.division]
    wholes = [cell for cell in cells if not cell.division]
    chosen = max((parts, wholes), key=lambda side: sum((sum(cell.years, _ZERO) for cell in side), _ZERO))
    other = wholes if chosen is parts else parts
    competitors = max(sum((cell.competitors for cell in side), _ZERO) for side in (chosen, other))
    return FamilyNeed(
        family=family,
        years=added(cell.years for cell in chosen),
        competitors=competitors,
        satisfiable=_weighted([(cell.satisfiable, sum(cell.years, _ZERO)) for cell in chosen]),
    )


def added(needs: Iterable[Sequence[Decimal]]) -> Years:
    """Year by year."""
    told = [tuple(each) for each in needs]
    length = max(map(len, told), default=0)
    return tuple(sum((each[at] for each in told if at < len(each)), _ZERO) for at in range(length))


def _weighted(pairs: Sequence[tuple[float, Decimal]]) -> float:
    weight = float(sum((amount for _value, amount in pairs), _ZERO))
    if not weight:
        return min((value for value, _amount in pairs), default=0.0)
    return sum(value * float(amount) for value, amount in pairs) / weight


# --- ranking ---------------------------------------------------------------------------------------------


def expected_income(needs: Iterable[FamilyNeed], margins: Mapping[str, float], usual: float) -> Decimal:
    """POT-04: the need a year x the part of it that we can satisfy x our margin in that family.

    `margins`: of the company in each family, the same for every account; `usual` for the others. Neither size nor
    fame nor what the account buys today is part of it.
    """
    found = _ZERO
    for each in needs:
        margin = Decimal(str(round(max(margins.get(each.family, usual), 0.0), 6)))
        degree = Decimal(str(round(each.satisfiable, 6)))
        found += totals([each.years]).a_year * degree * margin
    return cents(found)


def satisfiable(needs: Iterable[FamilyNeed]) -> float:
    """The degree to which we can satisfy the whole need."""
    return _weighted([(each.satisfiable, sum(each.years, _ZERO)) for each in needs])


def ranked(incomes: Mapping[str, Decimal]) -> tuple[str, ...]:
    """Accounts by expected future income, most first; ties by their id."""
    return tuple(sorted(incomes, key=lambda account: (-incomes[account], account)))


def weakest(confidences: Iterable[str]) -> str:
    """What rests on several estimates is as sure as the least sure of them."""
    order = ("assumed", "likely", "verified")
    told = [each for each in confidences if each in order]
    return min(told, key=order.index) if told else ""
