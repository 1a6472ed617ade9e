"""The accounts of an analysis as columns: a report of 20,000 accounts is written from them without one object.

`AccountTable` is the sequence of AccountFigures that `Analysis.accounts` promises. Its rows are made when
somebody asks for one; who goes through all accounts for a few of their figures takes `column` instead.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from functools import cached_property
from typing import Any, overload

import numpy as np

from kamerton.analytics import exact
from kamerton.analytics.cubes import Ints
from kamerton.analytics.exact import Exact
from kamerton.analytics.model import AccountFigures, Amounts


@dataclass(frozen=True, kw_only=True)
class Money:
    """Amounts in whole cents, one an entry; `cents` None: none of them is known."""

    cents: Exact | None
    size: int

    def __len__(self) -> int:
        return self.size

    def taken(self, order: Ints) -> Money:
        return Money(cents=None if self.cents is None else self.cents[order], size=len(order))

    def at(self, place: int) -> Decimal | None:
        return None if self.cents is None else exact.decimals(self.cents[place : place + 1])[0]

    @cached_property
    def plain(self) -> Sequence[Decimal | None]:
        return [None] * self.size if self.cents is None else exact.decimals(self.cents)


@dataclass(frozen=True, kw_only=True)
class YearlyMoney:
    """Turnover and income of each account in each of `years`: accounts x years, flat."""

    years: tuple[int, ...]
    turnover: Money
    income: Money

    def __len__(self) -> int:
        return self.turnover.size // len(self.years)

    def taken(self, order: Ints) -> YearlyMoney:
        flat = _flat(order, len(self.years))
        return YearlyMoney(
            years=self.years, turnover=self.turnover.taken(flat), income=self.income.taken(flat)
        )

    def at(self, place: int) -> dict[int, Amounts]:
        width = len(self.years)
        flat = np.arange(place * width, (place + 1) * width)
        return replace(self, turnover=self.turnover.taken(flat), income=self.income.taken(flat)).plain[0]

    @cached_property
    def plain(self) -> Sequence[dict[int, Amounts]]:
        """Every year of the book for every account, years without sales included."""
        pairs: Iterator[Any] = zip(self.turnover.plain, self.income.plain, strict=True)
        return _rows(self.years, [Amounts(turnover=sold, income=kept) for sold, kept in pairs])


@dataclass(frozen=True, kw_only=True)
class YearlyRates:
    """A rate of each account in each of `years`: accounts x years, flat."""

    years: tuple[int, ...]
    size: int
    rates: Sequence[float | None]

    def __len__(self) -> int:
        return self.size

    def taken(self, order: Ints) -> YearlyRates:
        flat = _flat(order, len(self.years)).tolist()
        return YearlyRates(years=self.years, size=len(order), rates=list(map(self.rates.__getitem__, flat)))

    def at(self, place: int) -> dict[int, float | None]:
        width = len(self.years)
        return dict(zip(self.years, self.rates[place * width : (place + 1) * width], strict=True))

    @cached_property
    def plain(self) -> Sequence[dict[int, float | None]]:
        return _rows(self.years, self.rates) if self.years else [{} for _ in range(self.size)]


Column = Money | YearlyMoney | YearlyRates | Sequence[Any]
_KEPT_TOGETHER = (Money, YearlyMoney, YearlyRates)


class AccountTable(Sequence[AccountFigures]):
    """AccountFigures in the order of their ranks, all fields of which are among the columns."""

    def __init__(self, columns: Mapping[str, Column]) -> None:
        differing = {each.name for each in fields(AccountFigures)} ^ columns.keys()
        if differing:
            raise TypeError(f"Columns and fields of AccountFigures differ: {', '.join(sorted(differing))}.")
        self.columns = columns

    def plain(self, name: str) -> Sequence[Any]:
        """The values of one field, as AccountFigures has them."""
        values = self.columns[name]
        return values.plain if isinstance(values, _KEPT_TOGETHER) else values

    @cached_property
    def rows(self) -> tuple[AccountFigures, ...]:
        with without_collecting():
            return tuple(
                map(_one, zip(*map(self.plain, self.columns), strict=True), [self.columns] * len(self))
            )

    @overload
    def __getitem__(self, at: int) -> AccountFigures: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[AccountFigures, ...]: ...
    def __getitem__(self, at: int | slice) -> AccountFigures | tuple[AccountFigures, ...]:
        if isinstance(at, slice) or "rows" in vars(self):
            return self.rows[at]
        place = range(len(self))[at]
        return _one([_at(values, place) for values in self.columns.values()], self.columns)

    def __iter__(self) -> Iterator[AccountFigures]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.plain("account"))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, AccountTable | tuple):
            return self.rows == tuple(other)
        return NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self.plain("account")))

    def __repr__(self) -> str:
        return f"AccountTable({self.rows!r})"


def column(accounts: Sequence[AccountFigures], name: str) -> Sequence[Any]:
    """The values of one field of all accounts; of an AccountTable without making its rows."""
    if isinstance(accounts, AccountTable):
        return accounts.plain(name)
    return [getattr(each, name) for each in accounts]


def cents(accounts: Sequence[AccountFigures], name: str) -> list[int | None]:
    """A field that holds money, of all accounts, in whole cents."""
    if isinstance(accounts, AccountTable) and isinstance(values := accounts.columns[name], Money):
        return [None] * values.size if values.cents is None else values.cents.tolist()
    return [None if each is None else int(each.scaleb(2)) for each in column(accounts, name)]


def ranked(columns: Mapping[str, Column], order: Ints) -> AccountTable:
    """The table of columns whose entries stand in another order."""
    places = order.tolist()
    return AccountTable(
        {
            name: values.taken(order)
            if isinstance(values, _KEPT_TOGETHER)
            else list(map(values.__getitem__, places))
            for name, values in columns.items()
        }
    )


def _at(values: Column, place: int) -> Any:
    return values.at(place) if isinstance(values, _KEPT_TOGETHER) else values[place]


def _one(values: Sequence[Any], names: Mapping[str, Any]) -> AccountFigures:
    """For 20,000 accounts the generated __init__, a guarded assignment a field, takes five times as long."""
    one = object.__new__(AccountFigures)
    vars(one).update(zip(names, values, strict=True))
    return one


def _flat(order: Ints, width: int) -> Ints:
    result: Ints = (order[:, None] * width + np.arange(width)).reshape(-1)
    return result


def _rows(years: tuple[int, ...], values: Sequence[Any]) -> list[dict[int, Any]]:
    width = len(years)
    return [
        dict(zip(years, values[at : at + width], strict=True)) for at in range(0, len(values), width or 1)
    ]


@contextmanager
def without_collecting() -> Iterator[None]:
    """Nothing made here is garbage, and the collector would walk some 200,000 new objects again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
