"""Money as whole numbers of a millionth, so that sums never depend on the order of the lines.

A sum of floats changes in its last digits with the order in which a parallel engine adds. Here sums are
DECIMAL in the engine and integers in NumPy: int64 where everything fits, Python integers where not.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from kamerton.analytics import arrow

if TYPE_CHECKING:
    import pyarrow as pa

#: int64, or object holding Python integers: one entry is an amount in millionths of the currency.
Exact = npt.NDArray[Any]
Codes = npt.NDArray[np.integer[Any]]

SCALE = 6
_MICROS_A_CENT = 10**4
_CENT = Decimal("0.01")
#: Any sum over the ledger stays below this, in absolute value, or Python integers take over.
_SAFE = 2.0**62


def micros(column: pa.ChunkedArray | pa.Array) -> Exact:
    """An Arrow column of DECIMAL(p, 6) as whole millionths; NULL counts as 0."""
    import pyarrow as pa  # noqa: PLC0415

    array = arrow.whole(column)
    if array.type != pa.decimal128(38, SCALE):
        array = array.cast(pa.decimal128(38, SCALE))
    words = arrow.buffer(array, "<i8,<i8")
    known = arrow.valid(array)
    low, high = np.where(known, words["f0"], 0), np.where(known, words["f1"], 0)
    fits = high == low >> 63  # the high word only repeats the sign
    if fits.all() and np.abs(low.astype(np.float64)).sum() < _SAFE:
        return low
    return np.array(
        [int(h) << 64 | (int(w) & (2**64 - 1)) for h, w in zip(high, low, strict=True)], dtype=object
    )


def summed(values: Exact, codes: Codes, size: int) -> Exact:
    """Sum of the values of each code 0..size-1."""
    out = np.zeros(size, dtype=values.dtype)
    np.add.at(out, codes, values)
    return out


def summed_by(values: Exact, rows: Codes, columns: Codes, shape: tuple[int, int]) -> Exact:
    """Sums in a table of `shape`."""
    flat = rows.astype(np.int64) * shape[1] + columns
    return summed(values, flat, shape[0] * shape[1]).reshape(shape)


def total(values: Exact) -> int:
    return int(values.sum()) if len(values) else 0


def cents(values: Exact) -> Exact:
    """Rounded to whole cents, halves away from zero."""
    size: Exact = (np.abs(values) + _MICROS_A_CENT // 2) // _MICROS_A_CENT
    return np.where(values < 0, -size, size)


def money(values: Exact) -> list[Decimal]:
    """Decimals with two places. Exact below 10^26, the 28 digits of the default context."""
    return decimals(cents(values))


def decimals(whole_cents: Exact) -> list[Decimal]:
    """Whole cents as Decimals with two places."""
    return list(map(_CENT.__mul__, whole_cents.tolist()))


def decimal_column(values: Exact) -> pa.Array:
    """An Arrow column of DECIMAL(38, 2), rounded to the cent."""
    return _as_decimal128(cents(values))


def _as_decimal128(whole_cents: Exact) -> pa.Array:
    import pyarrow as pa  # noqa: PLC0415

    kind = pa.decimal128(38, 2)
    if whole_cents.dtype == object:
        return pa.array(decimals(whole_cents), type=kind)
    words = np.empty((len(whole_cents), 2), dtype=np.int64)
    words[:, 0], words[:, 1] = whole_cents, whole_cents >> 63
    return pa.Array.from_buffers(kind, len(whole_cents), [None, pa.py_buffer(words)])


def texts(whole_cents: Exact) -> list[str]:
    """Whole cents in plain notation with two decimals: 1234.50, -0.05, never -0.00."""
    listed: list[str] = _as_decimal128(whole_cents).cast("string").to_pylist()
    return listed


def amount(value: int) -> Decimal:
    """One amount in millionths as a Decimal with two places."""
    return money(np.array([value], dtype=object))[0]


def in_micros(value: Decimal) -> int:
    return int(value.scaleb(SCALE))


def floats(values: Exact) -> npt.NDArray[np.float64]:
    return values.astype(np.float64)


def shares(values: Exact, whole: int) -> npt.NDArray[np.float64] | None:
    """Part of the whole; None where the whole is not positive and a share would say nothing."""
    return floats(values) / float(whole) if whole > 0 else None


def as_fraction(threshold: float) -> Fraction:
    """The threshold as it is written: 0.1 is one tenth, not the nearest double."""
    return Fraction(str(threshold))


def above(values: Exact, whole: int, threshold: float) -> npt.NDArray[np.bool_]:
    """Whether the share is strictly above the threshold. Exact: a share of 10.00 % is not above 10 %."""
    if whole <= 0:
        return np.zeros(len(values), dtype=bool)
    ratio, limit = floats(values) / float(whole), as_fraction(threshold)
    result: npt.NDArray[np.bool_] = ratio > threshold
    for at in np.flatnonzero(np.abs(ratio - threshold) < 1e-9).tolist():
        result[at] = int(values[at]) * limit.denominator > whole * limit.numerator
    return result


def told(values: npt.NDArray[np.float64], known: npt.NDArray[np.bool_]) -> list[Any]:
    """The values as Python floats (a list of lists for a table), None where not known."""
    result = values.astype(object)
    result[~known] = None
    listed: list[Any] = result.tolist()
    return listed


def first_reaching(cumulated: Exact, whole: int, threshold: float) -> int:
    """How many of the cumulated amounts it takes to reach the share: the smallest k, counted from 1.

    The amounts must not fall before the share is reached; `threshold` at most 1.
    """
    limit = as_fraction(threshold)
    goal = -(-whole * limit.numerator // limit.denominator)  # the smallest integer that is enough
    return int(np.argmax(cumulated >= goal)) + 1
