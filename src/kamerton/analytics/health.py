"""Health of an account: a weighted mean of named parts, each 0 to 100 (formulas.md, Relationship). Pure.

Parts without data are left out and the weights of the others count: nothing that somebody has not written down makes an
account look ill. Read as:

- growth, from the ledger: 0.6 x rhythm + 0.2 x quarter + 0.2 x year, of those that can be told.
  Quarter: the last 13 weeks against the same 13 a year before; year: the last 52 weeks against the 52 before; the same
  is 50, half as much or less 0, half as much again or more 100. Both need a customer that was there before.
  Rhythm: 100 while silent for no longer than its usual gap between purchases (a week at least), 0 from four such gaps on.
- service: returns of the last 52 weeks. None is 100, as many as the company's accounts give back on the whole 75, four
  times as many or more 0; less 15 for each request to a department about the account that is overdue.
- relationship: 0.7 x the mean strength of its three strongest contacts + 0.3 x the share of decision roles that are known
  to somebody of ours, in hundredths; strength alone where no roles are written down.
- payment and plan progress have no data yet.

Good from 67, poor to 33: of the whole number that is shown.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np

from kamerton.analytics.model import Thresholds
from kamerton.analytics.past import Floats, Past
from kamerton.analytics.weeks import Weeks

Standing = Literal["good", "middling", "poor"]

PARTS = ("growth", "payment", "service", "relationship", "plan")
DEFAULT_WEIGHTS: Mapping[str, float] = MappingProxyType(
    {"growth": 0.35, "payment": 0.20, "service": 0.15, "relationship": 0.20, "plan": 0.10}
)
GOOD, POOR = 67, 33  # as in model.Thresholds
#: Of the measures of growth.
GROWTH: Mapping[str, float] = MappingProxyType({"rhythm": 0.6, "quarter": 0.2, "year": 0.2})
#: Weeks of the bars, and of "since last month".
BARS, A_MONTH = 26, 4
OVERDUE_COSTS = 15.0
STRONGEST = 3
_QUARTER, _YEAR = 13, 52
#: So many weeks may be missing of the first period that is compared with.
_TOLERATED = 6
_STRENGTH = 0.7


@dataclass(frozen=True, kw_only=True)
class Rooms:
    """What people have written about an account. None: nothing that tells."""

    strength: float | None = None  # of its strongest contacts, 0 to 100
    roles_known: float | None = None  # part of its decision roles
    overdue: int = 0  # requests about it that are overdue


@dataclass(frozen=True, kw_only=True)
class Health:
    """`total` None: no part has data. `weights` of the parts that have, which sum to 1."""

    total: int | None
    parts: Mapping[str, float]
    weights: Mapping[str, float]


def health(parts: Mapping[str, float | None], weights: Mapping[str, float]) -> Health:
    told = {name: parts[name] for name in PARTS if parts.get(name) is not None}
    known = {name: float(value) for name, value in told.items() if value is not None and weights[name] > 0}
    whole = sum(weights[name] for name in known)
    if not known:
        return Health(total=None, parts={}, weights={})
    mean = sum(weights[name] * value for name, value in known.items()) / whole
    return Health(
        total=whole_number(mean),
        parts=known,
        weights={name: weights[name] / whole for name in known},
    )


def weights_of(thresholds: Thresholds) -> dict[str, float]:
    return {name: float(getattr(thresholds, f"health_{name}")) for name in PARTS}


def totals(parts: Mapping[str, Floats], weights: Mapping[str, float]) -> Floats:
    """`health` of many accounts at once: whole numbers, NaN where no part has data. `parts`: NaN for no data."""
    table = np.vstack([parts[name] for name in parts])
    counted = np.array([weights[name] for name in parts])[:, None] * ~np.isnan(table)
    whole = counted.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (np.nan_to_num(table) * counted).sum(axis=0) / whole
    result: Floats = np.where(whole > 0, np.floor(np.round(mean, 6) + 0.5), np.nan)
    return result


def whole_number(value: float) -> int:
    """Halves up; what floats leave a hair under a half is one."""
    return math.floor(round(value, 6) + 0.5)


def standing(total: int, *, good: int = GOOD, poor: int = POOR) -> Standing:
    return "good" if total >= good else "poor" if total <= poor else "middling"


def sums_to_one(weights: Iterable[float]) -> bool:
    return abs(sum(weights) - 1.0) < 1e-6


def relationship(rooms: Rooms) -> float | None:
    """0 to 100."""
    if rooms.strength is None:
        return None
    if rooms.roles_known is None:
        return rooms.strength
    return _STRENGTH * rooms.strength + (1 - _STRENGTH) * 100.0 * rooms.roles_known


def service(by_returns: float | None, overdue: int) -> float | None:
    if by_returns is None and not overdue:
        return None
    return max(0.0, (100.0 if by_returns is None else by_returns) - OVERDUE_COSTS * overdue)


def parts_of(ledger: Mapping[str, float], rooms: Rooms | None) -> dict[str, float]:
    """What the ledger tells (`growth`, `service` by returns) and what the rooms know, put together."""
    told = dict(ledger)
    if rooms is not None:
        whole = {
            "service": service(ledger.get("service"), rooms.overdue),
            "relationship": relationship(rooms),
        }
        told |= {name: round(value, 1) for name, value in whole.items() if value is not None}
    return told


# --- from the ledger -------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class FromLedger:
    """Of every unit at the end of a week; 0 to 100, NaN where it cannot be told. The parts to a tenth of a point."""

    growth: Floats
    returns: Floats
    rhythm: Floats
    quarter: Floats
    year: Floats


def from_ledger(past: Past, weeks: Weeks, back: int = 0) -> FromLedger:
    """`back` weeks before the date of the book."""
    seen = past.purchases(past.book.as_of - dt.timedelta(weeks=back))
    everybody, some = np.arange(len(seen.days)), seen.days > 0
    silent, usual = seen.silent.astype(np.float64), np.maximum(seen.usual_gap(everybody), 7.0)
    weeks_there = seen.age / 7.0
    rhythm = np.where(some, of_silence(silent, usual), np.nan)
    quarter = of_change(weeks.sold(back, back + _QUARTER), weeks.sold(back + _YEAR, back + _YEAR + _QUARTER))
    year = of_change(weeks.sold(back, back + _YEAR), weeks.sold(back + _YEAR, back + 2 * _YEAR))
    quarter[weeks_there < _YEAR + _QUARTER - _TOLERATED] = np.nan
    year[weeks_there < 2 * _YEAR - _TOLERATED] = np.nan
    bought = weeks.bought(back, back + _YEAR)
    returned = bought - weeks.sold(back, back + _YEAR)
    return FromLedger(
        growth=np.round(_mean({"rhythm": rhythm, "quarter": quarter, "year": year}), 1),
        returns=np.round(of_returns(returned, bought), 1),
        rhythm=rhythm,
        quarter=quarter,
        year=year,
    )


def of_change(now: Floats, before: Floats) -> Floats:
    """50 for the same, a point for each hundredth more or less; NaN where there was nothing before."""
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.where(before > 0, now / before - 1, np.nan)
    result: Floats = np.clip(50 + 100 * change, 0, 100)
    return result


def of_silence(silent: Floats, usual: Floats) -> Floats:
    """100 within the usual gap, 0 from four of them on."""
    result: Floats = np.clip(100 * (4 - silent / usual) / 3, 0, 100)
    return result


def of_returns(returned: Floats, bought: Floats) -> Floats:
    """NaN for all where the company knows no returns, and for who bought nothing."""
    whole = float(bought.sum())
    usual = float(returned.sum()) / whole if whole > 0 else 0.0
    if usual <= 0:
        return np.full(len(bought), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(bought > 0, returned / bought, np.nan)
    result: Floats = np.clip(100 - 25 * rate / usual, 0, 100)
    return result


def _mean(measures: Mapping[str, Floats]) -> Floats:
    """Weighted mean of those that are known."""
    table = np.vstack([measures[name] for name in GROWTH])
    weights = np.array(list(GROWTH.values()))[:, None] * ~np.isnan(table)
    with np.errstate(divide="ignore", invalid="ignore"):
        result: Floats = np.nansum(np.nan_to_num(table) * weights, axis=0) / weights.sum(axis=0)
    return result
