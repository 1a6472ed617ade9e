"""What the programme comes to. Pure: values in, values out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Where a condition begins to be met (ADP-01, ADP-06): the company's settings. All are "at least"."""

    few_fifth: float = 0.8  # few clients make much: the largest fifth of them ...
    few_five: float = 0.5  # ... or the five largest
    concentrating_by: float = 0.01  # so much more of turnover than two years before
    overlapping_from: float = 0.1  # of turnover, by accounts with several sellers
    wide_unit: int = 4  # people with a part in decisions
    most_accounts: float = 0.5  # of those that can be told of: "the customer is like that"
    team_from: int = 3
    long_years: int = 3
    between_from: float = 0.25
    new_way_from: float = 0.75


DEFAULTS = Lines()


# --- the nine conditions ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Whether one condition is verified, and by what. `source` "": nobody has said and no figure tells."""

    key: str
    met: bool | None
    source: Literal["figures", "person", ""]
    text: str = ""
    dated: dt.date | None = None
    who: str = ""
    is_stale: bool = False
    other: str = ""  # what a person said where figures tell something else


def merged(told: Finding | None, said: Finding | None, key: str) -> Finding:
    """Figures go before what a person said, and say so where the two differ."""
    if told is None or told.met is None:
        return said or Finding(key=key, met=None, source="")
    if said is not None and said.met is not None and said.met != told.met:
        return Finding(
            key=key,
            met=told.met,
            source="figures",
            text=told.text,
            dated=told.dated,
            other=said.who or said.text,
        )
    return told


def few_make_much(
    largest_fifth: float | None, five_largest: float | None, lines: Lines = DEFAULTS
) -> bool | None:
    if largest_fifth is None and five_largest is None:
        return None
    return (largest_fifth or 0.0) >= lines.few_fifth or (five_largest or 0.0) >= lines.few_five


def concentrating(points: Sequence[tuple[dt.date, float | None]]) -> tuple[float, float] | None:
    """The five largest then and now; `points` oldest first. None: the ledger does not reach back two years."""
    told = [(day, value) for day, value in points if value is not None]
    if not told or (told[-1][0] - told[0][0]).days < 364:
        return None
    back = [value for day, value in told if (told[-1][0] - day).days >= 364]
    at = max(0, len(back) - 13)  # a year before the year before, or the oldest
    return back[at], told[-1][1]


def part(counts: Collection[bool]) -> float | None:
    return sum(counts) / len(counts) if counts else None


# --- the business case -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Case:
    """What the programme costs more and brings, a year. `is_justified` None: a side has no line yet."""

    cost: Decimal
    benefit: Decimal
    has_cost: bool
    has_benefit: bool

    @property
    def is_justified(self) -> bool | None:
        """Cost above benefit is not justified, whoever says what else (ADP-02)."""
        if self.has_cost and self.cost > self.benefit and self.has_benefit:
            return False
        return True if self.has_cost and self.has_benefit else None

    @property
    def left(self) -> Decimal:
        return self.benefit - self.cost


def case_of(lines: Collection[tuple[str, Decimal]]) -> Case:
    """`lines`: (side, amount a year)."""
    costs = [amount for side, amount in lines if side == "cost"]
    benefits = [amount for side, amount in lines if side == "benefit"]
    return Case(sum(costs, Decimal(0)), sum(benefits, Decimal(0)), bool(costs), bool(benefits))


# --- is it ready -------------------------------------------------------------------------------------------------


def open_conditions(met: Mapping[str, bool], all_keys: Collection[str]) -> tuple[str, ...]:
    return tuple(key for key in all_keys if not met.get(key, False))


def may_be_ready(open_keys: Collection[str], sponsor: object | None) -> bool:
    """Only with no condition open and a sponsor with a name (ADP-05)."""
    return not open_keys and sponsor is not None


# --- figures that are followed -------------------------------------------------------------------------------------

Unit = Literal["share", "money", "number", "days", "count"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A figure now and a year before. None: it cannot be told. `better`: the direction that is welcome."""

    key: str
    unit: Unit
    now: float | None
    before: float | None = None
    better: Literal["up", "down"] = "up"
    on: dt.date | None = None

    @property
    def trend(self) -> Literal["better", "worse", "same", ""]:
        return trend(self.before, self.now, self.better)


def trend(
    before: float | None, now: float | None, better: Literal["up", "down"]
) -> Literal["better", "worse", "same", ""]:
    if now is None or before is None:
        return ""
    if abs(now - before) < 1e-9:
        return "same"
    return "better" if (now > before) == (better == "up") else "worse"


def ratio(of: float | Decimal | None, whole: float | Decimal | None) -> float | None:
    return float(of) / float(whole) if of is not None and whole is not None and whole > 0 else None


def mean(values: Collection[float]) -> float | None:
    return sum(values) / len(values) if values else None


# --- where we stand ------------------------------------------------------------------------------------------------


def stands(share: float | None, lines: Lines = DEFAULTS) -> str:
    """Of key accounts with which we work in the new way: the place on a row of the comparison."""
    if share is None:
        return ""
    if share >= lines.new_way_from:
        return "kam"
    return "between" if share >= lines.between_from else "traditional"
