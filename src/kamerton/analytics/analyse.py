"""The analysis: ledger lines and a question in, every figure out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kamerton.analytics import change, classes, day_bits, exact, habits, periods, series
from kamerton.analytics.account_figures import account_figures
from kamerton.analytics.cubes import Book, collect
from kamerton.analytics.measured import Measured, basis_of, measure
from kamerton.analytics.model import (
    Amounts,
    Analysis,
    Concentration,
    Question,
    SellerFigures,
    Thresholds,
    Totals,
    YearFigures,
)

if TYPE_CHECKING:
    import ibis


def analyse(lines: ibis.Table, question: Question, names: ibis.Table | None = None) -> Analysis:
    """Every figure about the lines, which have the columns of `lines.COLUMNS`.

    Scans the lines three or four times and fits the purchase models; `names` is cubes.names_of them, where it is known
    already. Raises cubes.NothingToAnalyse. The same lines in any order give the same analysis to the last digit.
    """
    return figures(collect(lines, question, names), question)


def figures(book: Book, question: Question) -> Analysis:
    """The analysis of a book that is already summed: no further scan."""
    basis, note = basis_of(book, question.basis)
    measured = measure(book, basis, question.thresholds)
    tolerance = question.thresholds.year_tolerance_days
    window, previous = periods.window_before(book.as_of), periods.window_before(book.as_of, 1)
    on_turnover = _concentrations(book, measured, question.thresholds, income=False)
    on_income = _concentrations(book, measured, question.thresholds, income=True) if book.has_cost else None
    return Analysis(
        as_of=book.as_of,
        currency=question.currency,
        basis=basis,
        basis_note=note,
        level=book.level,
        thresholds=question.thresholds,
        window=window,
        previous=previous,
        totals=_totals(book, measured),
        concentration_all_time=on_turnover.all_time,
        concentration_window=on_turnover.window,
        concentration_by_year=on_turnover.by_year,
        income_concentration_all_time=on_income.all_time if on_income else None,
        income_concentration_window=on_income.window if on_income else None,
        income_concentration_by_year=on_income.by_year if on_income else None,
        key_share=classes.key_share(measured.window_basis, measured.key),
        years=_years(book, measured, tolerance),
        retention=measured.retention,
        sellers=_sellers(book),
        accounts=account_figures(book, measured, question.thresholds),
        window_covered=periods.reaches_back(book.first_date, window.from_date, tolerance),
        previous_covered=periods.reaches_back(book.first_date, previous.from_date, tolerance),
    )


@dataclass(frozen=True, kw_only=True)
class _Concentrations:
    all_time: Concentration
    window: Concentration
    by_year: dict[int, Concentration]


def _totals(book: Book, measured: Measured) -> Totals:
    cells, apart = book.cells, book.unassigned
    turnover, cost, gross = (exact.total(each) for each in (cells.turnover, cells.cost, cells.gross))
    first, last = _dates_of(book)
    (window, window_income), (previous, previous_income) = (
        (exact.total(turnover_in), exact.total(income_in)) for turnover_in, income_in in measured.windows
    )
    return Totals(
        turnover=exact.amount(turnover),
        cost=exact.amount(cost) if book.has_cost else None,
        income=exact.amount(turnover - cost) if book.has_cost else None,
        accounts=len(book.units),
        documents=book.documents_in_all,
        lines=exact.total(cells.lines),
        first_date=first,
        last_date=last,
        returned=exact.amount(gross - turnover),
        gross=exact.amount(gross),
        unassigned_turnover=exact.amount(exact.total(apart.turnover)),
        unassigned_lines=exact.total(apart.lines),
        lines_without_cost=exact.total(cells.lines) - exact.total(cells.costed) if book.has_cost else 0,
        window_turnover=exact.amount(window),
        window_income=exact.amount(window_income) if book.has_cost else None,
        previous_turnover=exact.amount(previous),
        previous_income=exact.amount(previous_income) if book.has_cost else None,
    )


def _dates_of(book: Book) -> tuple[dt.date, dt.date]:
    first, last = habits.seen(book)
    return day_bits.date_of(int(first.min())), day_bits.date_of(int(last.max()))


def _concentrations(
    book: Book, measured: Measured, thresholds: Thresholds, *, income: bool
) -> _Concentrations:
    """All time, the window and each year, each among the units with a line in it."""
    cells = book.cells
    in_window, in_year = (np.zeros((len(book.units), width), dtype=bool) for width in (3, len(book.years)))
    in_window[cells.unit, np.minimum(cells.window, 2)] = True
    in_year[cells.unit, change.year_positions(book)] = True
    everybody = np.ones(len(book.units), dtype=bool)
    by_year = measured.by_year[income]
    return _Concentrations(
        all_time=series.concentrated_on(
            book, measured.income if income else measured.turnover, everybody, thresholds
        ),
        window=series.concentrated_on(book, measured.windows[0][income], in_window[:, 0], thresholds),
        by_year={
            year: series.concentrated_on(book, by_year[:, at], in_year[:, at], thresholds)
            for at, year in enumerate(book.years)
        },
    )


def _years(book: Book, measured: Measured, tolerance_days: int) -> tuple[YearFigures, ...]:
    turnover, income = (each.sum(axis=0) for each in measured.by_year)
    partial = periods.partial_years(book.years, book.first_date, book.last_date, tolerance_days)
    moved = change.movements(book.years, measured.active_years)
    return tuple(
        YearFigures(
            year=year,
            partial=year in partial,
            turnover=exact.amount(int(turnover[at])),
            cost=exact.amount(int(turnover[at] - income[at])) if book.has_cost else None,
            income=exact.amount(int(income[at])) if book.has_cost else None,
            active=moved[at].active,
            retained=moved[at].retained,
            new=moved[at].new,
            reactivated=moved[at].reactivated,
            lost=moved[at].lost,
        )
        for at, year in enumerate(book.years)
    )


def _sellers(book: Book) -> tuple[SellerFigures, ...]:
    """By turnover, ties by name; lines without a seller are one entry "" unless no line has one."""
    kept: dict[str, dict[int, tuple[int, int]]] = {}
    table = book.seller_years
    for seller, year, turnover, cost in zip(
        table.seller, table.year.tolist(), table.turnover.tolist(), table.cost.tolist(), strict=True
    ):
        kept.setdefault(seller, {})[year] = (turnover, turnover - cost)
    if set(kept) == {""}:
        return ()

    def amounts(turnover: int, income: int) -> Amounts:
        return Amounts(
            turnover=exact.amount(turnover), income=exact.amount(income) if book.has_cost else None
        )

    sums = {
        seller: (sum(t for t, _ in y.values()), sum(i for _, i in y.values())) for seller, y in kept.items()
    }
    ranked = sorted(kept, key=lambda seller: (-sums[seller][0], seller))
    return tuple(
        SellerFigures(
            seller=seller,
            turnover=(all_time := amounts(*sums[seller])).turnover,
            income=all_time.income,
            accounts=book.units_by_seller[seller],
            years={year: amounts(*both) for year, both in sorted(kept[seller].items())},
        )
        for seller in ranked
    )
