"""The days of the demo: four years that end with a given one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

DAYS = 4 * 365 + 1
MONTH = 365.25 / 12  # days
MONTHS = 48
_BUSINESS = np.array([1.08, 1.15, 1.1, 1.05, 0.88, 0.05, 0.015])  # Monday to Sunday
_A_WORKDAY = 0.3


@dataclass(frozen=True, kw_only=True)
class Days:
    """Arrays over the days 0 to `DAYS` - 1."""

    first: dt.date
    business: Floats  # how much is done on the day; an ordinary workday is about 1
    month_of_year: Integers  # 1 to 12
    workday: Integers  # the day itself, or the next one on which people work

    def dates(self) -> list[dt.date]:
        return [self.first + dt.timedelta(days=day) for day in range(DAYS)]


def ending(last: dt.date) -> Days:
    """The four years up to and including `last`, on which something always happens."""
    first = last - dt.timedelta(days=DAYS - 1)
    number = np.arange(DAYS)
    business = _BUSINESS[(first.weekday() + number) % 7]
    business[-1] = max(business[-1], 0.4)
    months = (np.datetime64(first, "D") + number).astype("datetime64[M]").astype(np.int64)
    workdays = np.nonzero(business > _A_WORKDAY)[0]
    return Days(
        first=first,
        business=business,
        month_of_year=months % 12 + 1,
        workday=workdays[np.searchsorted(workdays, number)],
    )


def months_back(day: Integers) -> Floats:
    """Months from each day to the last one; 0 is the last day."""
    back: Floats = (DAYS - 1 - day) / MONTH
    return back
