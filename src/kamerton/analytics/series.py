"""Figures over time and by dimension, for pages, snapshots and exports.

From a book that is already summed: `monthly` and `quarterly` by unit, concentration at each month end.
From the lines, as Ibis expressions for the caller to run: `sums_by` any dimensions and period, and `rows_of`,
the lines behind a figure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from kamerton.analytics import concentration, cubes, day_bits, exact
from kamerton.analytics.cubes import Book, Flags, Ints
from kamerton.analytics.exact import Exact
from kamerton.analytics.model import Concentration, Thresholds
from kamerton.analytics.periods import MONTHS_A_QUARTER, MONTHS_A_WINDOW, month_number, month_start

if TYPE_CHECKING:
    import ibis
    import pyarrow as pa

Dimension = Literal["account", "group", "seller", "product", "category", "currency", "kind", "document"]
Period = Literal["month", "quarter", "year", "window"]

#: Columns that go with a dimension: its name as last written is close enough for a breakdown.
_NAMES = {"account": "account_name", "product": "product_name"}


@dataclass(frozen=True, kw_only=True)
class ConcentrationAt:
    """Concentration of the twelve months up to and including `date`."""

    date: dt.date
    turnover: Concentration
    income: Concentration | None  # None: no cost is recorded


def monthly(book: Book) -> pa.Table:
    """account, period, turnover, income, gross, returned, lines, purchase_days, by calendar month.

    `period` is the first day of the month. Sorted by account and period; months without a line are left
    out. Money is DECIMAL(38, 2); income is NULL when no cost is recorded at all.
    """
    return _by_period(book, 1)


def quarterly(book: Book) -> pa.Table:
    """As `monthly`, by calendar quarter."""
    return _by_period(book, MONTHS_A_QUARTER)


def yearly(book: Book) -> pa.Table:
    """As `monthly`, by calendar year."""
    return _by_period(book, 12)


def concentration_over_time(
    book: Book, thresholds: Thresholds, *, months: int = 36
) -> tuple[ConcentrationAt, ...]:
    """Rolling twelve months at each calendar month end and at as_of, oldest first (PFA-04).

    Only dates for which the ledger has twelve whole months; `months` bounds how far back.
    """
    ends = _month_ends(book, months)
    cells = book.cells
    chosen = [(_last_day(end), (cells.month > end - MONTHS_A_WINDOW) & (cells.month <= end)) for end in ends]
    if not ends or _last_day(ends[-1]) < book.as_of:
        chosen.append((book.as_of, cells.window == 0))
    turnover, income = cells.turnover, cells.basis(income=True)

    def concentrated(amounts: Exact, at: Flags) -> Concentration:
        unit = cells.unit[at]
        present = np.zeros(len(book.units), dtype=bool)
        present[unit] = True
        summed = exact.summed(amounts[at], unit, len(book.units))
        return concentrated_on(book, summed, present, thresholds)

    return tuple(
        ConcentrationAt(
            date=date,
            turnover=concentrated(turnover, at),
            income=concentrated(income, at) if book.has_cost else None,
        )
        for date, at in chosen
    )


def sums_by(
    lines: ibis.Table, *, by: Sequence[Dimension] = (), period: Period | None = None, as_of: dt.date
) -> ibis.Table:
    """Turnover, cost, gross, quantity and lines by dimensions and period, up to `as_of`.

    Period columns: `period` is the first day of the month, quarter or year; for windows 0 is the twelve
    months up to `as_of`, 1 those before. Money is DECIMAL(38, 6), not rounded; cost 0 where none is recorded.
    A dimension that has a name (account, product) brings it along.
    """
    import ibis  # noqa: PLC0415

    lines = lines.filter(lines.date <= as_of)
    keys: dict[str, ibis.ir.Value] = {name: lines[name] for name in by}
    if period:
        keys = {**keys, "period": _period(lines, period, as_of)}
    names = {_NAMES[name]: lines[_NAMES[name]].max() for name in by if name in _NAMES}
    return lines.group_by(**keys).aggregate(
        **names,
        turnover=lines.amount.sum().cast("decimal(38, 6)"),
        cost=ibis.coalesce(lines.cost.sum(), ibis.literal(0)).cast("decimal(38, 6)"),
        gross=ibis.coalesce(lines.amount.sum(where=cubes.purchases(lines)), ibis.literal(0)).cast(
            "decimal(38, 6)"
        ),
        quantity=lines.quantity.sum().cast("decimal(38, 6)"),
        lines=lines.count(),
    )


def rows_of(
    lines: ibis.Table,
    *,
    from_date: dt.date | None = None,
    to_date: dt.date | None = None,
    accounts: Sequence[str] | None = None,
    sellers: Sequence[str] | None = None,
    products: Sequence[str] | None = None,
    categories: Sequence[str] | None = None,
    documents: Sequence[str] | None = None,
    unassigned: bool = False,
    limit: int = 500,
    offset: int = 0,
) -> ibis.Table:
    """The lines behind a figure, latest first, both dates inside. A group is asked for by its accounts.

    `unassigned`: the lines without an account instead. The order is total, so that pages never overlap.
    """
    import ibis  # noqa: PLC0415

    chosen = [lines.account.isnull() if unassigned else lines.account.notnull()]
    chosen += [lines.date >= from_date] if from_date else []
    chosen += [lines.date <= to_date] if to_date else []
    asked = {
        "account": accounts,
        "seller": sellers,
        "product": products,
        "category": categories,
        "document": documents,
    }
    chosen += [lines[column].isin(list(values)) for column, values in asked.items() if values is not None]
    order = [
        ibis.desc("date"),
        *(ibis.asc(c) for c in ("account", "document", "line", "product", "amount", "fingerprint")),
    ]
    return lines.filter(chosen).order_by(order).limit(limit, offset=offset)


def _by_period(book: Book, months: int) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415

    cells = book.cells
    start = cells.month // months * months
    first = np.flatnonzero(np.r_[True, (np.diff(cells.unit) != 0) | (np.diff(start) != 0)])
    if not len(cells.unit):
        first = np.zeros(0, dtype=np.int64)

    def added(values: Exact) -> Exact:
        result: Exact = np.add.reduceat(values, first)
        return result

    turnover, gross = added(cells.turnover), added(cells.gross)
    income = exact.decimal_column(added(cells.basis(income=True)))
    return pa.table(
        {
            "account": pa.array(book.units).take(pa.array(cells.unit[first])),
            "period": pa.array(day_bits.month_starts(start[first]).astype("datetime64[D]")),
            "turnover": exact.decimal_column(turnover),
            "income": income if book.has_cost else pa.nulls(len(first), income.type),
            "gross": exact.decimal_column(gross),
            "returned": exact.decimal_column(gross - turnover),
            "lines": added(cells.lines),
            "purchase_days": added(np.bitwise_count(cells.purchase_days).astype(np.int64)),
        }
    )


def _month_ends(book: Book, months: int) -> list[int]:
    """Calendar months that end by as_of and have eleven whole months before them in the ledger."""
    last = month_number(book.as_of + dt.timedelta(days=1)) - 1
    whole = month_number(book.first_date - dt.timedelta(days=1)) + 1
    return list(range(max(whole + MONTHS_A_WINDOW - 1, last - months + 1), last + 1))


def _last_day(month: int) -> dt.date:
    return month_start(month + 1) - dt.timedelta(days=1)


def concentrated_on(book: Book, amounts: Exact, present: Flags, thresholds: Thresholds) -> Concentration:
    """Concentration of amounts that are already summed by unit, among the units present."""
    at = np.flatnonzero(present)
    return concentration.concentration(_Chosen(book.units, at), amounts[at], thresholds)


@dataclass(frozen=True)
class _Chosen(Sequence[str]):
    """Some of the units, without a copy of 20,000 ids for the few that are looked up."""

    units: tuple[str, ...]
    at: Ints

    def __getitem__(self, place: int) -> str:  # type: ignore[override]
        return self.units[int(self.at[place])]

    def __len__(self) -> int:
        return len(self.at)


def _period(lines: ibis.Table, period: Period, as_of: dt.date) -> ibis.ir.Value:
    if period == "window":
        return (cubes.rolling_month_of(lines, as_of) // MONTHS_A_WINDOW).cast("int32")
    unit: Literal["M", "Q", "Y"] = {"month": "M", "quarter": "Q", "year": "Y"}[period]  # type: ignore[assignment]
    # PostgreSQL truncates a date to a timestamp with time zone.
    return lines.date.truncate(unit).cast("date")
