"""Days of a month as the bits of one integer: bit d - 1 stands for day d.

They let one scan by account and month keep every distinct day exactly. Days are counted as integers since
1970-01-01, as NumPy's datetime64[D] does.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

_EPOCH_MONTH = 1970 * 12
_BITS = 32
_EPOCH = dt.date(1970, 1, 1)


def month_starts(months: npt.NDArray[np.integer[Any]]) -> Ints:
    """Day number of the first of each month."""
    if not len(months):
        return np.zeros(0, dtype=np.int64)
    low = int(months.min())
    table = np.arange(low - _EPOCH_MONTH, int(months.max()) + 1 - _EPOCH_MONTH).astype("datetime64[M]")
    starts: Ints = table.astype("datetime64[D]").astype(np.int64)[months - low]
    return starts


def first_days(months: Ints, bits: Ints) -> Ints:
    """Day number of the lowest bit. Meaningless where no bit is set."""
    return month_starts(months) + np.frexp((bits & -bits).astype(np.float64))[1] - 1


def last_days(months: Ints, bits: Ints) -> Ints:
    """Day number of the highest bit. Meaningless where no bit is set."""
    return month_starts(months) + np.frexp(bits.astype(np.float64))[1] - 1


def expand(months: Ints, bits: Ints) -> tuple[Ints, Ints]:
    """Every set bit as (position of its entry, day number), in the order of the entries and of the days."""
    little = np.ascontiguousarray(bits.astype("<u4")).view(np.uint8)
    at = np.flatnonzero(np.unpackbits(little, bitorder="little"))
    entry = at // _BITS
    return entry, month_starts(months)[entry] + at % _BITS


def date_of(day: int) -> dt.date:
    return _EPOCH + dt.timedelta(days=day)


def number_of(date: dt.date) -> int:
    return (date - _EPOCH).days
