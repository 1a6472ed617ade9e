"""The figures of each unit of a book: the columns of AccountFigures."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from kamerton.analytics import change, classes, concentration, exact, habits, lifetime, margins, periods
from kamerton.analytics.account_table import AccountTable, Column, Money, YearlyMoney, YearlyRates, ranked
from kamerton.analytics.cubes import Book, Flags
from kamerton.analytics.exact import Exact
from kamerton.analytics.measured import Measured
from kamerton.analytics.model import Basis, Thresholds


def account_figures(book: Book, measured: Measured, thresholds: Thresholds) -> AccountTable:
    """All units by rank, as columns: 20,000 are usual."""
    order = concentration.ranking(measured.turnover)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(1, len(order) + 1)
    return ranked({**_columns(book, measured, thresholds), "rank": rank.tolist()}, order)


def _columns(book: Book, measured: Measured, thresholds: Thresholds) -> dict[str, Column]:
    size, habit = len(book.units), measured.habit
    nothing: list[None] = [None] * size
    (window, window_income), (previous, previous_income) = measured.windows
    first, last = habits.seen(book)
    bought = habit.purchase_days > 0
    value, method, alive = _lifetime(book, measured, thresholds)

    def money(values: Exact) -> Money:
        return Money(cents=exact.cents(values), size=size)

    def if_cost(values: Exact) -> Money:
        return money(values) if book.has_cost else Money(cents=None, size=size)

    return {
        "account": book.units,
        "name": book.names,
        "group": book.groups,
        "turnover": money(measured.turnover),
        "cost": if_cost(measured.cost),
        "income": if_cost(measured.income),
        "share_turnover": _shares(measured.turnover),
        "share_income": _shares(measured.income) if book.has_cost else nothing,
        "window_turnover": money(window),
        "window_income": if_cost(window_income),
        "window_share_turnover": _shares(window),
        "window_share_income": _shares(window_income) if book.has_cost else nothing,
        "previous_turnover": money(previous),
        "previous_income": if_cost(previous_income),
        "abc": classes.abc(measured.window_basis, thresholds.abc),
        "xyz": classes.xyz(_monthlybasis_of(book, measured.basis), thresholds.xyz),
        "key": measured.key.tolist(),
        "reasons": _codes(("share_key", "amount_key"), measured.key_reasons),
        "dependency": classes.dependencies(measured.window_basis, thresholds),
        "warnings": _codes(
            ("high_turnover_low_income", "margin_falling"), _warnings(book, measured, thresholds)
        ),
        "by_year": _amounts_by_year(book, measured),
        "growth": _growth_by_year(book, measured),
        "returned": money(measured.gross - measured.turnover),
        "gross": money(measured.gross),
        "returns_rate": _rates(measured.gross - measured.turnover, measured.gross),
        "first_date": habits.as_dates(first),
        "last_date": habits.as_dates(last),
        "purchase_days": habit.purchase_days.tolist(),
        "documents": [0] * size if book.documents is None else book.documents.tolist(),
        "state": change.states(measured.active_windows, measured.lapsed),
        "lifetime_value": value,
        "lifetime_method": method,
        "p_alive": alive,
        "first_purchase": _known(habits.as_dates(habit.first), bought),
        "last_purchase": _known(habits.as_dates(habit.last), bought),
        "silent_days": _known(habit.silent.tolist(), bought),
        "usual_gap_days": _numbers(habit.usual_gap),
        "long_gap_days": _numbers(habit.long_gap),
    }


def _shares(amounts: Exact) -> Sequence[float | None]:
    parts = exact.shares(amounts, exact.total(amounts))
    return [None] * len(amounts) if parts is None else parts.tolist()


def _rates(part: Exact, whole: Exact) -> list[float | None]:
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = exact.floats(part) / exact.floats(whole)
    return exact.told(rates, exact.floats(whole) > 0)


def _numbers(values: habits.Floats) -> list[float | None]:
    return exact.told(values, ~np.isnan(values))


def _known(values: list[Any], known: Flags) -> list[Any]:
    return [value if is_known else None for value, is_known in zip(values, known.tolist(), strict=True)]


def _codes(names: tuple[str, str], flags: tuple[Flags, Flags]) -> list[tuple[str, ...]]:
    """The names whose flag is up, for each unit."""
    answers = ((), names[:1], names[1:], names)
    first, second = flags
    return [answers[at] for at in (first + 2 * second.astype(np.int64)).tolist()]


def _monthlybasis_of(book: Book, basis: Basis) -> Exact:
    """Unit x the twelve rolling months of the window."""
    cells, shape = book.cells, (len(book.units), periods.MONTHS_A_WINDOW)
    recent = cells.window == 0
    column = shape[1] - 1 - cells.rolling[recent]
    return exact.summed_by(cells.basis(basis == "income")[recent], cells.unit[recent], column, shape)


def _warnings(book: Book, measured: Measured, thresholds: Thresholds) -> tuple[Flags, Flags]:
    if not book.has_cost:
        none = np.zeros(len(book.units), dtype=bool)
        return none, none
    return (
        classes.bought_by_price(*measured.windows[0], thresholds),
        margins.margin_falling(book, thresholds.alert_quarters),
    )


def _amounts_by_year(book: Book, measured: Measured) -> YearlyMoney:
    turnover, income = (exact.cents(each.reshape(-1)) for each in measured.by_year)
    return YearlyMoney(
        years=book.years,
        turnover=Money(cents=turnover, size=len(turnover)),
        income=Money(cents=income if book.has_cost else None, size=len(turnover)),
    )


def _growth_by_year(book: Book, measured: Measured) -> YearlyRates:
    rates = change.growth(measured.by_year[0], book.years)
    return YearlyRates(
        years=book.years[1:], size=len(book.units), rates=[rate for row in rates for rate in row]
    )


def _lifetime(
    book: Book, measured: Measured, thresholds: Thresholds
) -> tuple[list[Decimal | None], list[str], list[float | None]]:
    """Past income and expected future income; on turnover where no cost is recorded."""
    habit, unit = measured.habit, 10.0**exact.SCALE
    earned = measured.income if book.has_cost else measured.turnover
    repeat = exact.floats(measured.gross - book.first_day_gross) / unit
    with np.errstate(divide="ignore", invalid="ignore"):
        monetary = np.where(habit.frequency > 0, repeat / habit.frequency, 0.0)
        # Income a unit of gross sales: what returns take away lowers it.
        margin = np.where(measured.gross > 0, exact.floats(earned) / exact.floats(measured.gross), np.nan)
    values = lifetime.lifetime_values(
        frequency=habit.frequency,
        recency_days=habit.recency,
        age_days=np.where(habit.purchase_days > 0, habit.silent + habit.recency, 0),
        monetary=monetary,
        margin=margin,
        past_income=exact.floats(earned) / unit,
        annual_income=exact.floats(measured.windows[0][book.has_cost]) / unit,
        retention_rate=measured.retention.logo_retention,
        horizon_years=thresholds.ltv_horizon_years,
        discount_rate=thresholds.ltv_discount_rate,
    )
    known = np.isfinite(values.total)
    return (
        [
            Decimal(f"{total:.2f}") if told else None
            for total, told in zip(values.total.tolist(), known.tolist(), strict=True)
        ],
        list(values.method),
        _numbers(values.p_alive),
    )
