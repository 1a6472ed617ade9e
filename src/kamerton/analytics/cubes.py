"""The few scans that every figure is made of.

Each expression is plain Ibis over the columns of `lines.COLUMNS`: DuckDB runs it here, PostgreSQL and Spark
run the same. `collect` fetches them as Arrow once; all further figures are NumPy over the result:

* cells: account x calendar month (split where `as_of` splits the month) with sums and a bit for each day;
* names: account x name x group x seller with the last date each was seen;
* sellers: seller x year; documents by account.

A purchase is a line of kind sale whose amount is not negative. Gross is the sum of purchases; everything
else (returns, cancellations, negative lines) is what was returned: gross - turnover.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from kamerton.analytics import arrow, day_bits, exact
from kamerton.analytics.engine import fetched
from kamerton.analytics.exact import Exact
from kamerton.analytics.model import Level, Question
from kamerton.analytics.periods import MONTHS_A_WINDOW, month_number

if TYPE_CHECKING:
    import ibis
    import pyarrow as pa

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_NEVER = np.iinfo(np.int64).max
_YEARS = 10_000  # more than any year


class NothingToAnalyse(ValueError):
    """There is no line with an account on or before the date asked for."""


@dataclass(frozen=True, kw_only=True)
class Cells:
    """Parallel arrays, one entry a cell, sorted by unit, month and part of the month."""

    unit: Ints  # position in Book.units
    month: Ints  # periods.month_number
    rolling: Ints  # rolling month, 0 the latest
    turnover: Exact
    cost: Exact
    gross: Exact
    lines: Ints
    costed: Ints  # lines that have a cost
    purchase_days: Ints  # bit d - 1: a purchase on day d of the month
    any_days: Ints  # the same for lines of every kind

    def where(self, chosen: Flags) -> Cells:
        return Cells(**{name: values[chosen] for name, values in vars(self).items()})

    def split(self, at: int) -> tuple[Cells, Cells]:
        """The cells from a position on, and those before it; neither is copied."""
        columns = vars(self).items()
        return (
            Cells(**{name: values[at:] for name, values in columns}),
            Cells(**{name: values[:at] for name, values in columns}),
        )

    @property
    def window(self) -> Ints:
        """0: the window, 1: the one before, and so on."""
        return self.rolling // MONTHS_A_WINDOW

    @property
    def year(self) -> Ints:
        return self.month // 12

    def basis(self, income: bool) -> Exact:
        result: Exact = self.turnover - self.cost if income else self.turnover
        return result


@dataclass(frozen=True, kw_only=True)
class SellerYears:
    """Turnover and cost of each seller in each year; parallel arrays. Seller "": lines that name none."""

    seller: tuple[str, ...]
    year: Ints
    turnover: Exact
    cost: Exact


@dataclass(frozen=True, kw_only=True)
class Book:
    """A ledger up to `as_of`, summed. A unit is an account; at level "group" a group, or an account alone."""

    as_of: dt.date
    first_date: dt.date  # of every line up to as_of, also of those without an account
    last_date: dt.date
    level: Level
    units: tuple[str, ...]  # sorted
    names: tuple[str, ...]
    groups: tuple[str | None, ...]
    sellers: tuple[str | None, ...]  # the latest seller of each unit
    cells: Cells
    unassigned: Cells  # lines without an account: unit 0
    documents: Ints | None  # by unit; None: the ledger knows no documents
    documents_in_all: int | None  # less than their sum where units share a number
    first_day_gross: Exact  # by unit: what was bought on the first purchase day
    seller_years: SellerYears
    units_by_seller: dict[str, int]  # how many units each seller has sold to
    accounts: tuple[str, ...]  # account ids, sorted
    unit_of_account: Ints

    @cached_property
    def has_cost(self) -> bool:
        return bool(self.cells.costed.any())

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Years with lines, and the year after one, so that who was lost in it is told."""
        seen = set(np.unique(self.cells.year).tolist())
        return tuple(sorted(seen | {y + 1 for y in seen if y < self.as_of.year}))

    def by_unit(self, values: Exact, cells: Cells | None = None) -> Exact:
        return exact.summed(values, (cells or self.cells).unit, len(self.units))


def purchases(lines: ibis.Table) -> ibis.ir.BooleanValue:
    """The one definition of a purchase: a sale whose amount is not negative."""
    result: ibis.ir.BooleanValue = (lines.kind == "sale") & (lines.amount >= 0)
    return result


def month_of(lines: ibis.Table) -> ibis.ir.IntegerValue:
    """`periods.month_number` of the date."""
    return (lines.date.year() * 12 + lines.date.month() - 1).cast("int32")


def rolling_month_of(lines: ibis.Table, as_of: dt.date) -> ibis.ir.IntegerValue:
    """Rolling month of the date, 0 the latest: the boundary is the day of `as_of` in every month."""
    past_boundary = (lines.date.day() > as_of.day).cast("int32")
    return month_number(as_of) - month_of(lines) - past_boundary


def span_of(lines: ibis.Table) -> ibis.Table:
    """First and last date: one row."""
    return lines.aggregate(first=lines.date.min(), last=lines.date.max())


def days_of(lines: ibis.Table) -> ibis.Table:
    """Account x day with sums and counts. `gross` is NULL on a day without a purchase."""
    return lines.group_by("account", "date").aggregate(
        turnover=lines.amount.sum(),
        cost=lines.cost.sum(),
        gross=lines.amount.sum(where=purchases(lines)),
        lines=lines.count(),
        costed=lines.cost.count(),
    )


def cells_of(lines: ibis.Table, as_of: dt.date) -> ibis.Table:
    """Account x month x part of the month, with sums, counts and the days as bits.

    `first_gross` are the purchases of the first day that has any: days are summed before months for its sake,
    which costs less than to look for those days in the lines again.
    """
    days = days_of(lines)
    bought = days.gross.notnull()
    day_bit = _one() << (days.date.day() - 1).cast("int32")
    bit_or = _bit_or()
    return days.group_by(
        account=days.account,
        month=month_of(days),
        late=(days.date.day() > as_of.day).cast("int32"),
    ).aggregate(
        turnover=_decimal(days.turnover.sum()),
        cost=_decimal(days.cost.sum()),
        gross=_decimal(days.gross.sum()),
        first_gross=_decimal(days.gross.argmin(days.date, where=bought)),
        lines=_counted(days.lines),
        costed=_counted(days.costed),
        purchase_days=bit_or(day_bit, where=bought),
        any_days=bit_or(day_bit),
    )


def names_of(lines: ibis.Table) -> ibis.Table:
    """Every combination of account, name, group and seller, with the last date it was seen."""
    return (
        lines.filter(lines.account.notnull())
        .group_by("account", "account_name", "group", "seller")
        .aggregate(last=lines.date.max())
    )


def sellers_of(lines: ibis.Table) -> ibis.Table:
    """Seller x year, lines with an account only."""
    return (
        lines.filter(lines.account.notnull())
        .group_by(seller=lines.seller, year=lines.date.year().cast("int32"))
        .aggregate(turnover=_decimal(lines.amount.sum()), cost=_decimal(lines.cost.sum()))
    )


def documents_of(lines: ibis.Table) -> ibis.Table:
    """How many documents have `first` as their smallest and `last` as their largest account.

    Mostly both are the same one, so that one grouping gives the documents of each account and of all.
    """
    accounts = _accounts_of_documents(lines)
    return accounts.group_by("first", "last").aggregate(documents=accounts.count())


def shared_documents_of(lines: ibis.Table) -> ibis.Table:
    """account, document: the documents that several accounts have."""
    accounts = _accounts_of_documents(lines)
    shared = accounts.filter(accounts["first"] != accounts["last"])
    known = lines.filter(lines.account.notnull())
    return known.semi_join(shared, "document").select("account", "document").distinct()


def _accounts_of_documents(lines: ibis.Table) -> ibis.Table:
    known = lines.filter(lines.account.notnull() & lines.document.notnull())
    return known.group_by("document").aggregate(first=known.account.min(), last=known.account.max())


def collect(lines: ibis.Table, question: Question, names: ibis.Table | None = None) -> Book:
    """Scan the lines and sum them. Raises NothingToAnalyse."""
    return scan(lines, question.as_of, names).book(question.level)


def scan(lines: ibis.Table, as_of: dt.date | None = None, names: ibis.Table | None = None) -> Scan:
    """What the books of both levels are made of: accounts and groups share it. Raises NothingToAnalyse.

    `names` is names_of all the lines where somebody knows it already; up to a date of its own it is asked for anew.
    """
    known = names if as_of is None else None
    as_of = as_of or _last_date(lines)
    lines = lines.filter(lines.date <= as_of)
    cells = fetched(cells_of(lines, as_of))
    ids, codes = _ranked(cells["account"])
    if not len(ids):
        raise NothingToAnalyse("No line with an account lies on or before the date asked for.")
    called = fetched(names_of(lines) if known is None else known)
    return Scan(as_of=as_of, lines=lines, scanned=cells, ids=ids, codes=codes, names=called)


@dataclass(frozen=True, kw_only=True)
class Scan:
    """Sums by account, not yet of units."""

    as_of: dt.date
    lines: ibis.Table
    scanned: pa.Table  # of cells_of
    ids: pa.Array  # accounts, sorted
    codes: Ints  # position of each cell's account, -1 without one
    names: pa.Table  # of names_of

    @cached_property
    def cells(self) -> Cells:
        return _cells(self.scanned, self.codes, self.as_of)

    @cached_property
    def seen(self) -> Ints:
        return _positions(self.names["account"], self.ids)

    @cached_property
    def documents(self) -> pa.Table:
        return fetched(documents_of(self.lines))

    @cached_property
    def shared_documents(self) -> pa.Table:
        return fetched(shared_documents_of(self.lines))

    @cached_property
    def weeks(self) -> pa.Table:
        from kamerton.analytics.weeks import weeks_of  # noqa: PLC0415 - it stands on this module

        return fetched(weeks_of(self.lines, self.as_of))

    @cached_property
    def seller_years(self) -> SellerYears:
        assigned, _ = self.cells.split(int(np.searchsorted(self.cells.unit, 0)))
        told = _told_by_account(self.names, self.seen, assigned)
        return told or _seller_years(fetched(sellers_of(self.lines)))

    def book(self, level: Level) -> Book:
        accounts: tuple[str, ...] = tuple(self.ids.to_pylist())
        units = _units(level, accounts, self.names, self.seen)
        assigned, apart = self.cells.split(int(np.searchsorted(self.cells.unit, 0)))
        documents = _documents(self, units)
        first, last = _days_seen(self.cells)
        return Book(
            as_of=self.as_of,
            first_date=first,
            last_date=last,
            level=level,
            units=units.ids,
            names=units.names,
            groups=units.groups,
            sellers=units.sellers,
            cells=_regrouped(assigned, units.of_account),
            unassigned=apart,
            documents=documents[0] if documents else None,
            documents_in_all=documents[1] if documents else None,
            first_day_gross=_first_day_gross(self.scanned, self.codes, units),
            seller_years=self.seller_years,
            units_by_seller=units.by_seller,
            accounts=accounts,
            unit_of_account=units.of_account,
        )


@dataclass(frozen=True, kw_only=True)
class _Units:
    """What the figures are told of, and which unit each account belongs to."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    groups: tuple[str | None, ...]
    sellers: tuple[str | None, ...]
    of_account: Ints
    by_seller: dict[str, int]


def _last_date(lines: ibis.Table) -> dt.date:
    span = fetched(span_of(lines)).to_pylist()[0]
    if span["last"] is None:
        raise NothingToAnalyse("There are no lines.")
    last: dt.date = span["last"]
    return last


def _ranked(column: pa.ChunkedArray) -> tuple[pa.Array, Ints]:
    """Distinct values sorted, and the position of each entry in them; -1 for NULL."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    encoded = arrow.whole(column).dictionary_encode()
    order = pc.sort_indices(encoded.dictionary)
    rank = np.full(len(order) + 1, -1)
    rank[arrow.integers(order)] = np.arange(len(order))
    return encoded.dictionary.take(order).cast(pa.string()), rank[arrow.integers(encoded.indices, null=-1)]


def _positions(column: pa.ChunkedArray, accounts: pa.Array) -> Ints:
    """Position of each entry among the accounts, all of which are known."""
    import pyarrow.compute as pc  # noqa: PLC0415

    return arrow.integers(pc.index_in(column, value_set=accounts))


def _cells(scanned: pa.Table, codes: Ints, as_of: dt.date) -> Cells:
    month, late = arrow.integers(scanned["month"]), arrow.integers(scanned["late"])
    order = np.argsort((codes + 1) << 20 | month << 1 | late)
    cells = Cells(
        unit=codes,
        month=month,
        rolling=month_number(as_of) - month - late,
        **{name: exact.micros(scanned[name]) for name in ("turnover", "cost", "gross")},
        **{name: arrow.integers(scanned[name]) for name in ("lines", "costed", "purchase_days", "any_days")},
    )
    return Cells(**{name: values[order] for name, values in vars(cells).items()})


def _days_seen(cells: Cells) -> tuple[dt.date, dt.date]:
    early, late = cells.month == cells.month.min(), cells.month == cells.month.max()
    first = day_bits.first_days(cells.month[early], cells.any_days[early]).min()
    last = day_bits.last_days(cells.month[late], cells.any_days[late]).max()
    return day_bits.date_of(int(first)), day_bits.date_of(int(last))


def _units(level: Level, accounts: tuple[str, ...], names: pa.Table, seen: Ints) -> _Units:
    groups = _latest(names, "group", seen, len(accounts))
    if level == "account":
        ids, of_account = accounts, np.arange(len(accounts))
        called = _latest(names, "account_name", seen, len(accounts))
    else:
        ids, of_account = _group_units(accounts, groups)
        called = _group_names(ids, of_account, groups, _latest(names, "account_name", seen, len(accounts)))
        groups = _first_by_unit(groups, of_account, len(ids))
    units = of_account[seen]
    return _Units(
        ids=ids,
        names=tuple(name or unit for name, unit in zip(called, ids, strict=True)),
        groups=tuple(groups),
        sellers=tuple(_latest(names, "seller", units, len(ids))),
        of_account=of_account,
        by_seller=_units_by_seller(names["seller"], units, len(ids)),
    )


def _group_units(accounts: tuple[str, ...], groups: Sequence[str | None]) -> tuple[tuple[str, ...], Ints]:
    """One unit for each group and each account without one. A group called like such an account is marked."""
    alone = {account for account, group in zip(accounts, groups, strict=True) if not group}
    labels = [
        account if not group else f"{group} (group)" if group in alone else group
        for account, group in zip(accounts, groups, strict=True)
    ]
    ids = tuple(sorted(set(labels)))
    position = {unit: at for at, unit in enumerate(ids)}
    return ids, np.array([position[label] for label in labels], dtype=np.int64)


def _group_names(
    ids: tuple[str, ...], of_account: Ints, groups: Sequence[str | None], called: Sequence[str | None]
) -> list[str | None]:
    labels = [group or name for group, name in zip(groups, called, strict=True)]
    return _first_by_unit(labels, of_account, len(ids))


def _first_by_unit(values: Sequence[str | None], of_account: Ints, size: int) -> list[str | None]:
    """All accounts of a unit have the same value: any will do."""
    result: list[str | None] = [None] * size
    for unit, value in zip(of_account.tolist(), values, strict=True):
        result[unit] = value
    return result


def _latest(names: pa.Table, column: str, codes: Ints, size: int) -> list[str | None]:
    """The value with the latest date for each code; of several on that date the last by letter."""
    values, value_of_row = _ranked(names[column])
    days = arrow.integers(names["last"])
    newest, best = np.full(size, np.iinfo(np.int64).min), np.full(size, -1)
    known = value_of_row >= 0
    np.maximum.at(newest, codes[known], days[known])
    chosen = known & (days == newest[codes])
    np.maximum.at(best, codes[chosen], value_of_row[chosen])
    listed = [*values.to_pylist(), None]  # -1 is the last
    return [listed[at] for at in best.tolist()]


def _units_by_seller(sellers: pa.ChunkedArray, units: Ints, size: int) -> dict[str, int]:
    ids, codes = _ranked(sellers)
    pairs = np.unique((codes + 1) * size + units)
    counts = np.bincount(pairs // size, minlength=len(ids) + 1).tolist()
    return {seller: count for seller, count in zip(["", *ids.to_pylist()], counts, strict=True) if count}


def _regrouped(cells: Cells, unit_of_account: Ints) -> Cells:
    """The cells of accounts as cells of their units: sums are added, days united."""
    unit = unit_of_account[cells.unit]
    key = unit << 40 | cells.month << 20 | (np.int64(1 << 19) - cells.rolling)
    if (np.diff(key) > 0).all():  # already sorted, and nothing to add up
        return replace(cells, unit=unit)
    order = np.argsort(key, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(key[order]) != 0])

    def added(values: Exact) -> Exact:
        result: Exact = np.add.reduceat(values[order], starts)
        return result

    def united(bits: Ints) -> Ints:
        result: Ints = np.bitwise_or.reduceat(bits[order], starts)
        return result

    return Cells(
        unit=unit[order][starts],
        month=cells.month[order][starts],
        rolling=cells.rolling[order][starts],
        **{name: added(getattr(cells, name)) for name in ("turnover", "cost", "gross", "lines", "costed")},
        **{name: united(getattr(cells, name)) for name in ("purchase_days", "any_days")},
    )


def _first_day_gross(scanned: pa.Table, codes: Ints, units: _Units) -> Exact:
    """By unit; of a group's accounts, only those that bought on the group's first day count."""
    bits = arrow.integers(scanned["purchase_days"])
    bought = (bits != 0) & (codes >= 0)
    day = day_bits.first_days(arrow.integers(scanned["month"])[bought], bits[bought])
    unit = units.of_account[codes[bought]]
    first = np.full(len(units.ids), _NEVER)
    np.minimum.at(first, unit, day)
    counts = day == first[unit]
    amounts = exact.micros(scanned["first_gross"])[bought][counts]
    return exact.summed(amounts, unit[counts], len(units.ids))


def _documents(found: Scan, units: _Units) -> tuple[Ints, int] | None:
    """Distinct documents by unit and of all; None where no line has one."""
    table = found.documents
    if not len(table):
        return None
    counts = arrow.integers(table["documents"])
    own, last = _positions(table["first"], found.ids), _positions(table["last"], found.ids)
    alone = own == last
    by_unit = exact.summed(counts[alone], units.of_account[own[alone]], len(units.ids))
    if not alone.all():
        by_unit += _shared_documents(found.shared_documents, found.ids, units)
    return by_unit, int(counts.sum())


def _shared_documents(pairs: pa.Table, accounts: pa.Array, units: _Units) -> Ints:
    """A document that two accounts of a unit have counts once for it."""
    ids, documents = _ranked(pairs["document"])
    codes = units.of_account[_positions(pairs["account"], accounts)]
    distinct = np.unique(codes * len(ids) + documents)
    return np.bincount(distinct // len(ids), minlength=len(units.ids))


def _seller_years(table: pa.Table) -> SellerYears:
    seller = [each or "" for each in table["seller"].to_pylist()]
    year = arrow.integers(table["year"])
    order = sorted(range(len(seller)), key=lambda at: (seller[at], year[at]))
    return SellerYears(
        seller=tuple(seller[at] for at in order),
        year=year[order],
        turnover=exact.micros(table["turnover"])[order],
        cost=exact.micros(table["cost"])[order],
    )


def _told_by_account(names: pa.Table, seen: Ints, cells: Cells) -> SellerYears | None:
    """Sellers' years from the cells, where no account was ever sold to by two sellers: it saves a scan."""
    sellers, seller_of_row = _ranked(names["seller"])
    size = int(seen.max()) + 1
    lowest, highest = np.full(size, len(sellers)), np.full(size, -1)
    np.minimum.at(lowest, seen, seller_of_row)
    np.maximum.at(highest, seen, seller_of_row)
    if (lowest != highest).any():
        return None
    key = (highest[cells.unit] + 1) * _YEARS + cells.year
    distinct, codes = np.unique(key, return_inverse=True)
    told = ["", *sellers.to_pylist()]
    return SellerYears(
        seller=tuple(told[at] for at in (distinct // _YEARS).tolist()),
        year=distinct % _YEARS,
        turnover=exact.summed(cells.turnover, codes, len(distinct)),
        cost=exact.summed(cells.cost, codes, len(distinct)),
    )


def _one() -> ibis.ir.IntegerScalar:
    import ibis  # noqa: PLC0415

    return ibis.literal(1, type="int32")  # bit 30 is the last that a month needs


def _decimal(value: ibis.ir.Value) -> ibis.ir.Value:
    """The same type from every engine: DECIMAL(38, 6)."""
    return value.cast("decimal(38, 6)")


def _counted(counts: ibis.ir.IntegerColumn) -> ibis.ir.Value:
    """The sum of counts as int64: DuckDB and PostgreSQL widen it, which Ibis does not know."""
    return counts.sum().cast("decimal(18, 0)").cast("int64")


@lru_cache(maxsize=1)
def _bit_or() -> Callable[..., ibis.ir.IntegerValue]:
    """The engine's own bit_or: DuckDB, PostgreSQL and Spark have it, Ibis knows it on the first two only."""
    import ibis  # noqa: PLC0415

    @ibis.udf.agg.builtin
    def bit_or(bits: int) -> int:  # type: ignore[empty-body]
        ...

    aggregate: Callable[..., ibis.ir.IntegerValue] = bit_or
    return aggregate
