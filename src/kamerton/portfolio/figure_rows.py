"""From an analysis to the rows that a snapshot keeps of each account. Pure.

Column by column and never account by account: there are 20,000, and each has some sixty figures.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import cycle
from typing import Any

from kamerton.analytics import attention, exact
from kamerton.analytics.account_table import AccountTable, Money, YearlyMoney, YearlyRates, cents, column
from kamerton.analytics.model import Analysis
from kamerton.portfolio.rules import compact

_LONGEST = 500  # characters of a name in the database; longer ones are cut, ids are refused by the reader
_Column = Sequence[Any]


def figure_columns(analysis: Analysis, sellers: Mapping[str, str | None]) -> dict[str, _Column]:
    """The columns of AccountFigure by rank, without what is told of the future (rules.OUTLOOK_COLUMNS)."""
    accounts = analysis.accounts
    numbers = column(accounts, "account")
    called = [name or number for name, number in zip(column(accounts, "name"), numbers, strict=True)]
    groups = [group or "" for group in column(accounts, "group")]
    on_income = analysis.basis == "income"
    turnover, income = cents(accounts, "window_turnover"), cents(accounts, "window_income")
    turnover_before, income_before = cents(accounts, "previous_turnover"), cents(accounts, "previous_income")
    now, before = _basis(on_income, income, turnover), _basis(on_income, income_before, turnover_before)
    change = [after - ago for after, ago in zip(now, before, strict=True)]
    warnings = column(accounts, "warnings")
    return {
        "account": numbers,
        "name": [name[:_LONGEST] for name in called],
        "group": [group[:_LONGEST] for group in groups],
        "seller": [(sellers[number] or "")[:_LONGEST] for number in numbers],
        "search_text": [
            f"{name} {number} {group}".casefold()
            for name, number, group in zip(called, numbers, groups, strict=True)
        ],
        **{name: column(accounts, name) for name in _AS_THEY_ARE},
        **{name: cents(accounts, name) for name in _MONEY},
        **{name: _dates(column(accounts, name)) for name in ("first_date", "last_date", "last_purchase")},
        **{name: [each or "" for each in column(accounts, name)] for name in ("abc", "xyz", "dependency")},
        "window_turnover": turnover,
        "window_income": income,
        "previous_turnover": turnover_before,
        "previous_income": income_before,
        "basis_amount": now,
        "basis_before": before,
        "basis_change": change,
        "basis_share": column(accounts, "window_share_income" if on_income else "window_share_turnover"),
        "growth_rate": _parts(change, before),
        "turnover_growth": [
            None if rate is None else rate - 1 for rate in _parts(turnover, turnover_before)
        ],
        "margin": _parts(income, turnover),
        "is_key": column(accounts, "key"),
        "reasons": _codes(column(accounts, "reasons")),
        "warnings": _codes(warnings),
        "margin_falling": ["margin_falling" in each for each in warnings],
        "low_income": ["high_turnover_low_income" in each for each in warnings],
        "is_slipping": attention.are_slipping(analysis),
        "is_lost": attention.are_lost(analysis),
        "is_neglected": attention.are_neglected(analysis),
    }  # fmt: skip


_AS_THEY_ARE = (
    "rank", "share_turnover", "share_income", "window_share_turnover", "window_share_income", "state", "returns_rate",
    "silent_days", "usual_gap_days", "long_gap_days", "purchase_days", "documents", "lifetime_method", "p_alive",
)  # fmt: skip
_MONEY = ("turnover", "cost", "income", "returned", "gross", "lifetime_value")


def _basis(on_income: bool, income: _Column, turnover: _Column) -> _Column:
    """Turnover where income is not asked for or not known."""
    if not on_income:
        return turnover
    return [sold if kept is None else kept for kept, sold in zip(income, turnover, strict=True)]


def _parts(part: _Column, whole: _Column) -> list[float | None]:
    """None where the whole is not positive. Whole numbers divide exactly, then round once."""
    return [each / of if each is not None and of > 0 else None for each, of in zip(part, whole, strict=True)]


def _dates(values: Sequence[dt.date | None]) -> list[str | None]:
    return [None if value is None else value.isoformat() for value in values]


def _codes(values: Sequence[tuple[str, ...]]) -> list[str]:
    """JSON; a handful of combinations make up all accounts."""
    known = {codes: compact(list(codes)) for codes in set(values)}
    return [known[codes] for codes in values]


# --- over the years --------------------------------------------------------------------------------------


def by_year_texts(accounts: AccountTable) -> list[str]:
    """AccountSeries.by_year of each account. JSON by hand: amounts to the cent are their own text."""
    told = accounts.columns["by_year"]
    assert isinstance(told, YearlyMoney)  # noqa: S101 - made so by analytics.account_figures
    amounts = zip(cycle(told.years), _quoted(told.income), _quoted(told.turnover))
    pairs = [f'"{year}":{{"income":{income},"turnover":{turnover}}}' for year, income, turnover in amounts]
    return list(_objects(pairs, len(told.years), len(accounts)))


def growth_texts(accounts: AccountTable) -> list[str]:
    """AccountSeries.growth of each account."""
    told = accounts.columns["growth"]
    assert isinstance(told, YearlyRates)  # noqa: S101 - as above
    pairs = [
        f'"{year}":{"null" if rate is None else repr(rate)}'
        for year, rate in zip(cycle(told.years), told.rates)
    ]
    return list(_objects(pairs, len(told.years), len(accounts)))


def _quoted(money: Money) -> list[str]:
    if money.cents is None:
        return ["null"] * money.size
    return [f'"{text}"' for text in exact.texts(money.cents)]


def _objects(pairs: Sequence[str], width: int, size: int) -> Iterator[str]:
    """One JSON object for each `width` pairs."""
    for at in range(0, size * width, width or 1):
        yield "{" + ",".join(pairs[at : at + width]) + "}"
    if not width:
        yield from ["{}"] * size


# --- of the company --------------------------------------------------------------------------------------


def grid(analysis: Analysis) -> list[dict[str, Any]]:
    """ABC x XYZ: how many accounts stand in each cell and what they bring; empty cells are left out."""
    cells: dict[tuple[str, str], tuple[int, Decimal]] = {}
    columns = (column(analysis.accounts, "abc"), column(analysis.accounts, "xyz"))
    for abc, xyz, amount in zip(*columns, attention.amounts_in_window(analysis), strict=True):
        if abc:
            count, sum_ = cells.get((abc, xyz or ""), (0, Decimal(0)))
            cells[abc, xyz or ""] = (count + 1, sum_ + amount)
    return [
        {"abc": abc, "xyz": xyz, "accounts": count, "amount": format(amount, "f")}
        for (abc, xyz), (count, amount) in sorted(cells.items())
    ]
