"""The sums and flags of every unit that all figures of an analysis share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kamerton.analytics import change, classes, exact, habits
from kamerton.analytics.cubes import Book, Flags, Ints
from kamerton.analytics.exact import Exact
from kamerton.analytics.model import Basis, Retention, Thresholds
from kamerton.said import Said, sentences


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Arrays over the units of a book, and what is told of all of them together."""

    turnover: Exact
    cost: Exact
    gross: Exact
    lines: Ints
    by_year: tuple[Exact, Exact]  # turnover and income: unit x book.years
    windows: tuple[tuple[Exact, Exact], tuple[Exact, Exact]]  # (window, before) x (turnover, income)
    window_basis: Exact
    key: Flags
    key_reasons: tuple[Flags, Flags]  # share, amount
    active_years: Flags
    active_windows: Flags
    habit: habits.Habits
    lapsed: Flags
    retention: Retention
    basis: Basis

    @property
    def income(self) -> Exact:
        result: Exact = self.turnover - self.cost
        return result


def basis_of(book: Book, asked: Basis) -> tuple[Basis, str]:
    """The basis that the data allow, and a sentence where it is not quite the one asked for."""
    if asked == "turnover":
        return "turnover", ""
    if not book.has_cost:
        return "turnover", Said(
            "No cost is recorded, so income cannot be told: "
            "shares, classes and dependence are taken on turnover."
        )
    notes = []
    every, costed = exact.total(book.cells.lines), exact.total(book.cells.costed)
    if costed < every:
        notes.append(
            Said(
                "{bare} of {every} lines have no cost; they count with cost 0, "
                "so income is too high where they lie.",
                bare=every - costed,
                every=every,
            )
        )
    if exact.total(_window_sums(book)[0][1]) <= 0:
        notes.append(Said("Income of the window is not positive in total, so nobody has a share of it."))
    return "income", sentences(*notes)


def measure(book: Book, basis: Basis, thresholds: Thresholds) -> Measured:
    cells, on_income = book.cells, basis == "income"
    windows = _window_sums(book)
    window_basis = windows[0][on_income]
    by_share = classes.key_by_share(window_basis, thresholds)
    by_amount = classes.key_by_amount(window_basis, thresholds.amount_key)
    habit = habits.habits(book, thresholds)
    active_windows = change.active_by_window(book)
    lapsed = habits.lapsed(habit, thresholds) & active_windows[:, 0]
    return Measured(
        turnover=book.by_unit(cells.turnover),
        cost=book.by_unit(cells.cost),
        gross=book.by_unit(cells.gross),
        lines=book.by_unit(cells.lines),
        by_year=_year_sums(book),
        windows=windows,
        window_basis=window_basis,
        key=by_share | by_amount,
        key_reasons=(by_share, by_amount),
        active_years=change.active_by_year(book),
        active_windows=active_windows,
        habit=habit,
        lapsed=lapsed,
        retention=change.retention(active_windows, lapsed, windows[0][0], windows[1][0]),
        basis=basis,
    )


def _window_sums(book: Book) -> tuple[tuple[Exact, Exact], tuple[Exact, Exact]]:
    """(turnover, income) by unit of the window and of the window before."""
    turnover, income = _sums(book, np.minimum(book.cells.window, 2), 3)
    return (turnover[:, 0], income[:, 0]), (turnover[:, 1], income[:, 1])


def _year_sums(book: Book) -> tuple[Exact, Exact]:
    return _sums(book, change.year_positions(book), len(book.years))


def _sums(book: Book, columns: Ints, width: int) -> tuple[Exact, Exact]:
    """Turnover and income: unit x column."""
    cells, shape = book.cells, (len(book.units), width)
    turnover = exact.summed_by(cells.turnover, cells.unit, columns, shape)
    return turnover, turnover - exact.summed_by(cells.cost, cells.unit, columns, shape)
