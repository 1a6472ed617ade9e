"""Sums by account and week, counted back from `as_of`: week 0 are its last seven days."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kamerton.analytics import arrow, cubes, exact
from kamerton.analytics.cubes import Book, Scan
from kamerton.analytics.exact import Exact
from kamerton.analytics.past import Floats

if TYPE_CHECKING:
    import ibis

#: A year to look back from, and two years before it.
WEEKS = 156


def weeks_of(lines: ibis.Table, as_of: dt.date) -> ibis.Table:
    """Account x week with turnover and purchases; lines without an account are left out."""
    import ibis  # noqa: PLC0415

    first = as_of - dt.timedelta(days=7 * WEEKS - 1)
    recent = lines.filter(lines.account.notnull() & (lines.date >= first) & (lines.date <= as_of))
    # A difference of two dates has a name of its own in every engine; the day of the century has not.
    days = ibis.literal(as_of).delta(recent.date, unit="day").cast("int32")
    return recent.group_by(account=recent.account, week=(days // 7).cast("int32")).aggregate(
        turnover=recent.amount.sum().cast("decimal(38, 6)"),
        gross=recent.amount.sum(where=cubes.purchases(recent)).cast("decimal(38, 6)"),
    )


@dataclass(frozen=True, kw_only=True)
class Weeks:
    """Running sums, (0 to WEEKS) x unit: what the last so many weeks brought, in millionths."""

    turnover: Exact
    gross: Exact

    def sold(self, start: int, end: int) -> Floats:
        """Turnover of weeks `start` (inside) to `end` (outside), in the currency."""
        return exact.floats(self.turnover[end] - self.turnover[start]) / 10.0**exact.SCALE

    def bought(self, start: int, end: int) -> Floats:
        """The same before returns."""
        return exact.floats(self.gross[end] - self.gross[start]) / 10.0**exact.SCALE


def weekly(scan: Scan, book: Book) -> Weeks:
    """Of the last three years, for the units of a book of that scan."""
    import pyarrow.compute as pc  # noqa: PLC0415

    table = scan.weeks
    at = arrow.integers(pc.index_in(table["account"], value_set=scan.ids))
    unit, week = book.unit_of_account[at], arrow.integers(table["week"])
    shape = (WEEKS + 1, len(book.units))

    def running(name: str) -> Exact:
        sums = exact.summed_by(exact.micros(table[name]), week + 1, unit, shape)  # row 0: nothing yet
        result: Exact = np.cumsum(sums, axis=0, out=sums)
        return result

    return Weeks(turnover=running("turnover"), gross=running("gross"))
