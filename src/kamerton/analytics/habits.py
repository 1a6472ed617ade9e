"""When accounts buy: first and last purchase, the gaps between purchase days, silence (KPI-02).

The history that the lifetime models need (frequency, recency, age) is the same: days, never lines.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kamerton.analytics import day_bits
from kamerton.analytics.cubes import Book, Cells, Flags, Ints
from kamerton.analytics.model import Thresholds

Floats = npt.NDArray[np.float64]

#: Cells looked at together: each may hold 31 days, so this bounds the memory.
_CELLS_AT_ONCE = 500_000
#: A gap is a number of days below this; larger ones do not occur between years 1 and 9999.
_GAP_BITS = 22


@dataclass(frozen=True, kw_only=True)
class Habits:
    """One entry a unit. Days are counted since 1970-01-01; 0 where `purchase_days` is 0."""

    purchase_days: Ints  # distinct days with a purchase
    first: Ints
    last: Ints
    usual_gap: Floats  # median gap in days; NaN with fewer gaps than the threshold
    long_gap: Floats  # the lapsed quantile of the gaps; NaN likewise
    silent: Ints  # days from the last purchase to as_of

    @property
    def frequency(self) -> Ints:
        """Repeat purchases: distinct purchase days minus one."""
        return np.maximum(self.purchase_days - 1, 0)

    @property
    def recency(self) -> Ints:
        """Days from the first to the last purchase."""
        return self.last - self.first


def habits(book: Book, thresholds: Thresholds) -> Habits:
    """Gaps and silence of every unit, from the days that the cells hold."""
    size = len(book.units)
    purchase_days, first, last = (np.zeros(size, dtype=np.int64) for _ in range(3))
    usual, long = np.full(size, np.nan), np.full(size, np.nan)
    for unit, day in _purchases(book.cells):
        starts = np.flatnonzero(np.r_[True, np.diff(unit) != 0])
        ends = np.r_[starts[1:], len(unit)]
        who = unit[starts]
        purchase_days[who], first[who], last[who] = ends - starts, day[starts], day[ends - 1]
        gaps = _sorted_gaps(unit, day)
        enough = ends - starts - 1 >= thresholds.lapsed_min_gaps
        # Each unit has one gap fewer than days, so its gaps begin as many places earlier as units precede it.
        begin, count = (starts - np.arange(len(starts)))[enough], (ends - starts - 1)[enough]
        usual[who[enough]] = _quantile(gaps, begin, count, 0.5)
        long[who[enough]] = _quantile(gaps, begin, count, thresholds.lapsed_quantile)
    silent = np.where(purchase_days > 0, day_bits.number_of(book.as_of) - last, 0)
    return Habits(
        purchase_days=purchase_days, first=first, last=last, usual_gap=usual, long_gap=long, silent=silent
    )


def lapsed(habit: Habits, thresholds: Thresholds) -> Flags:
    """Silent for longer than the own 95th percentile gap and than 60 days. Without enough gaps: never."""
    limit = np.maximum(habit.long_gap, thresholds.lapsed_min_days)
    result: Flags = habit.silent > limit  # false for NaN
    return result


def seen(book: Book) -> tuple[Ints, Ints]:
    """First and last day with a line of any kind, for each unit."""
    cells = book.cells
    starts = np.searchsorted(cells.unit, np.arange(len(book.units)))  # every unit has a cell
    ends = np.r_[starts[1:], len(cells.unit)] - 1
    return (
        day_bits.first_days(cells.month[starts], cells.any_days[starts]),
        day_bits.last_days(cells.month[ends], cells.any_days[ends]),
    )


def as_dates(days: Ints) -> list[dt.date]:
    listed: list[dt.date] = days.astype("datetime64[D]").tolist()
    return listed


def _purchases(cells: Cells) -> Iterator[tuple[Ints, Ints]]:
    """Unit and day of every purchase day, in order, some units at a time and never a unit in two parts."""
    bought = cells.purchase_days != 0
    unit, month, bits = cells.unit[bought], cells.month[bought], cells.purchase_days[bought]
    start = 0
    while start < len(unit):
        end = min(start + _CELLS_AT_ONCE, len(unit))
        if end < len(unit):
            end = int(np.searchsorted(unit, unit[end - 1], side="right"))
        entry, day = day_bits.expand(month[start:end], bits[start:end])
        yield unit[start:end][entry], day
        start = end


def _sorted_gaps(unit: Ints, day: Ints) -> Ints:
    """Gaps between consecutive days of the same unit, ascending within each unit."""
    same = np.diff(unit) == 0
    keyed = unit[1:][same] << _GAP_BITS | np.diff(day)[same]
    keyed.sort()
    gaps: Ints = keyed & ((1 << _GAP_BITS) - 1)
    return gaps


def _quantile(gaps: Ints, begin: Ints, count: Ints, quantile: float) -> Floats:
    """Linear interpolation between the two nearest gaps, as numpy.quantile does by default."""
    place = (count - 1) * quantile
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, count - 1)
    low, high = gaps[begin + below], gaps[begin + above]
    result: Floats = low + (high - low) * (place - below)
    return result
