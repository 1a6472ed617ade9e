"""What changed: growth, who came and went, what the closed cohort kept.

docs/formulas.md, Change; register KPI-01, KPI-02.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kamerton.analytics import exact
from kamerton.analytics.cubes import Book, Flags, Ints
from kamerton.analytics.exact import Exact
from kamerton.analytics.model import Retention, State

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Movement:
    """How many accounts were active in a year, and where they came from."""

    active: int
    retained: int
    new: int
    reactivated: int
    lost: int


def active_by_year(book: Book) -> Flags:
    """Unit x `book.years`: at least one purchase in the year."""
    cells = book.cells
    bought = cells.purchase_days != 0
    flags = np.zeros((len(book.units), len(book.years)), dtype=bool)
    flags[cells.unit[bought], year_positions(book)[bought]] = True
    return flags


def year_positions(book: Book) -> Ints:
    """Column of each cell's year in `book.years`."""
    return np.searchsorted(np.array(book.years), book.cells.year)


def active_by_window(book: Book) -> Flags:
    """Unit x (window, window before, any time earlier): at least one purchase."""
    cells = book.cells
    bought = cells.purchase_days != 0
    flags = np.zeros((len(book.units), 3), dtype=bool)
    flags[cells.unit[bought], np.minimum(cells.window[bought], 2)] = True
    return flags


def movements(years: Sequence[int], active: Flags) -> list[Movement]:
    """Retained, new, reactivated and lost for each year, against the calendar year before it."""
    result, before_all = [], np.zeros(len(active), dtype=bool)
    for at, year in enumerate(years):
        now = active[:, at]
        previous = active[:, at - 1] if at and years[at - 1] == year - 1 else np.zeros_like(now)
        result.append(
            Movement(
                active=int(now.sum()),
                retained=int((now & previous).sum()),
                new=int((now & ~before_all).sum()),
                reactivated=int((now & ~previous & before_all).sum()),
                lost=int((previous & ~now).sum()),
            )
        )
        before_all |= now
    return result


def states(windows: Flags, has_lapsed: Flags) -> list[State]:
    """One state a unit; lapsed goes before how it came, lost is whoever bought nothing in the window."""
    now, previous, earlier = windows.T
    chosen = np.select(
        [~now, has_lapsed, previous, earlier], ["lost", "lapsed", "retained", "reactivated"], default="new"
    )
    result: list[State] = chosen.tolist()
    return result


def growth(turnover: Exact, years: Sequence[int]) -> list[list[float | None]]:
    """amount(y) / amount(y-1) - 1 for each unit and each of `years[1:]`.

    None where amount(y-1) <= 0 or the year before is not among the years.
    """
    before = exact.floats(turnover[:, :-1])
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = exact.floats(turnover[:, 1:] - turnover[:, :-1]) / before
    known = (before > 0) & (np.diff(np.array(years)) == 1)
    return exact.told(rates, known)


def retention(windows: Flags, has_lapsed: Flags, turnover: Exact, previous_turnover: Exact) -> Retention:
    """The accounts of the window before, followed into the window; no new ones count.

    GRR and NRR rest on those with positive turnover in the window before: (start - contraction - lost) /
    start, and the same plus expansion. Logos rest on those that bought in it: kept are those that bought
    again and did not lapse, so that retention and churn add up to 1.
    """
    cohort = (previous_turnover > 0).astype(bool)
    start = exact.total(previous_turnover[cohort])
    kept = np.minimum(turnover[cohort], previous_turnover[cohort])
    bought_before = windows[:, 1]
    logos = int(bought_before.sum())
    stayed = int((bought_before & windows[:, 0] & ~has_lapsed).sum())
    return Retention(
        grr=exact.total(kept) / start if start else None,
        nrr=exact.total(turnover[cohort]) / start if start else None,
        logo_retention=stayed / logos if logos else None,
        logo_churn=(logos - stayed) / logos if logos else None,
    )
