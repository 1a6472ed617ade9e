"""Income margin by rolling quarter and the alert when it keeps falling (PFA-05)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kamerton.analytics import exact
from kamerton.analytics.cubes import Book, Flags
from kamerton.analytics.periods import MONTHS_A_QUARTER

Floats = npt.NDArray[np.float64]


def quarterly_margins(book: Book, quarters: int) -> Floats:
    """Unit x quarter, the latest last: income / turnover; NaN where turnover is not positive.

    Quarters are three rolling months counted back from as_of, so that each is complete.
    """
    cells = book.cells
    recent = cells.rolling < quarters * MONTHS_A_QUARTER
    unit, column = cells.unit[recent], quarters - 1 - cells.rolling[recent] // MONTHS_A_QUARTER
    shape = (len(book.units), quarters)
    turnover = exact.floats(exact.summed_by(cells.turnover[recent], unit, column, shape))
    income = turnover - exact.floats(exact.summed_by(cells.cost[recent], unit, column, shape))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(turnover > 0, income / turnover, np.nan)


def margin_falling(book: Book, quarters_running: int) -> Flags:
    """Whether the margin fell in each of the last quarters: three falls take four quarters with turnover.

    Without any cost there is no margin and no alert.
    """
    if not book.has_cost:
        return np.zeros(len(book.units), dtype=bool)
    margins = quarterly_margins(book, quarters_running + 1)
    falls: Flags = np.all(np.diff(margins, axis=1) < 0, axis=1)  # false for NaN
    return falls
