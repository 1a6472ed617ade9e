"""What a book says about any month end of the past: the same questions asked again at earlier dates.

A book holds its sums by rolling month, counted back from `as_of`, and every purchase day. So `back` months before it
(the same day of the month) stands exactly what a book taken on that day would have said, without another scan.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from kamerton.analytics import day_bits, exact, periods
from kamerton.analytics.cubes import Book, Flags, Ints
from kamerton.analytics.exact import Exact

Floats = npt.NDArray[np.float64]

#: Rolling months whose sums are kept apart: three years to look back from, and two years before each of them.
MONTHS = 60
#: Days between purchases where nobody has bought twice.
UNKNOWN_GAP = 90.0


@dataclass(frozen=True, kw_only=True)
class Purchases:
    """What the purchase models take, of every unit by a day. Days since 1970-01-01; all 0 without a purchase."""

    days: Ints  # distinct days with a purchase
    first: Ints
    last: Ints
    on: int

    @property
    def frequency(self) -> Ints:
        return np.maximum(self.days - 1, 0)

    @property
    def recency(self) -> Ints:
        return self.last - self.first

    @property
    def age(self) -> Ints:
        return np.where(self.days > 0, self.on - self.first, 0)

    @property
    def silent(self) -> Ints:
        return np.where(self.days > 0, self.on - self.last, 0)

    def usual_gap(self, who: Ints) -> Floats:
        """Mean gap between purchase days, with two gaps of the company's middle account beside one's own."""
        gaps, spent = self.frequency[who], self.recency[who]
        some = gaps > 0
        middle = float(np.median(spent[some] / gaps[some])) if some.any() else UNKNOWN_GAP
        result: Floats = (spent + 2 * middle) / (gaps + 2)
        return result


class Past:
    """A book by unit and rolling month (column 0 the latest), as floats in the currency."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.has_cost = book.has_cost
        self._recent = book.cells.rolling < MONTHS
        cells = book.cells
        self.turnover = self._by_month(cells.turnover) / 10.0**exact.SCALE
        self.gross = self._by_month(cells.gross) / 10.0**exact.SCALE
        self.cost = self._by_month(cells.cost) / 10.0**exact.SCALE
        self.lines = self._by_month(cells.lines)
        self.bought = self._by_month(np.bitwise_count(cells.purchase_days).astype(np.int64))

    def _by_month(self, values: Exact) -> Floats:
        cells, kept = self.book.cells, self._recent
        shape = (len(self.book.units), MONTHS)
        return exact.floats(exact.summed_by(values[kept], cells.unit[kept], cells.rolling[kept], shape))

    @cached_property
    def _days(self) -> tuple[Ints, Ints]:
        """Unit and day of every purchase, by unit and day."""
        cells = self.book.cells
        some = cells.purchase_days != 0
        entry, day = day_bits.expand(cells.month[some], cells.purchase_days[some])
        return cells.unit[some][entry], day

    @cached_property
    def months(self) -> int:
        """Whole months from the first line to `as_of`."""
        before = self.book.first_date - dt.timedelta(days=1)
        as_of = self.book.as_of
        return periods.month_number(as_of) - periods.month_number(before) - (as_of.day < before.day)

    def date(self, back: int) -> dt.date:
        return periods.months_before(self.book.as_of, back)

    def active(self, back: int) -> Flags:
        """Who bought in the twelve months to the date."""
        result: Flags = self.bought[:, back : back + 12].sum(axis=1) > 0
        return result

    def purchases(self, on: dt.date) -> Purchases:
        return self._purchases(day_bits.number_of(on))

    def _purchases(self, on: int) -> Purchases:
        unit, day = self._days
        size = len(self.book.units)
        starts = np.searchsorted(unit, np.arange(size))
        days = np.bincount(unit[day <= on], minlength=size)
        some = days > 0
        first, last = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
        first[some], last[some] = day[starts[some]], day[starts[some] + days[some] - 1]
        return Purchases(days=days, first=first, last=last, on=on)


def over(table: Floats, start: int, end: int) -> Floats:
    """Sums of each unit over rolling months `start` (inside) to `end` (outside)."""
    result: Floats = table[:, start:end].sum(axis=1)
    return result
