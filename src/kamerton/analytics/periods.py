"""Months, rolling windows and partial years: the calendar of every figure.

A month is one whole number, year x 12 + month - 1, so that months can be compared and subtracted.
Rolling months are counted back from `as_of`: rolling month 0 is the month up to and including it,
rolling months 0 to 11 are the window, 12 to 23 the window before.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable

from kamerton.analytics.model import Window

MONTHS_A_WINDOW = 12
MONTHS_A_QUARTER = 3


def month_number(day: dt.date) -> int:
    return day.year * 12 + day.month - 1


def month_start(month: int) -> dt.date:
    return dt.date(month // 12, month % 12 + 1, 1)


def months_before(day: dt.date, months: int) -> dt.date:
    """The same day of the month, `months` earlier; the last day where that month is shorter."""
    month = month_number(day) - months
    year, number = month // 12, month % 12 + 1
    return dt.date(year, number, min(day.day, calendar.monthrange(year, number)[1]))


def window_before(as_of: dt.date, back: int = 0) -> Window:
    """Twelve months up to and including `as_of` (`back` 0), or as many windows before it."""
    return Window(
        from_date=months_before(as_of, MONTHS_A_WINDOW * (back + 1)) + dt.timedelta(days=1),
        to_date=months_before(as_of, MONTHS_A_WINDOW * back),
    )


def partial_years(years: Iterable[int], first: dt.date, last: dt.date, tolerance_days: int) -> set[int]:
    """Years of which more than `tolerance_days` lie before the first or after the last day of the data."""
    slack = dt.timedelta(days=tolerance_days)
    return {y for y in years if first - dt.date(y, 1, 1) > slack or dt.date(y, 12, 31) - last > slack}


def reaches_back(first: dt.date, start: dt.date, tolerance_days: int) -> bool:
    """Whether data that begin on `first` tell of a period that begins on `start`."""
    return first - start <= dt.timedelta(days=tolerance_days)
